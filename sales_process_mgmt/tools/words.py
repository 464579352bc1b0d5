# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether a text says something, and whether it was said before.

Pure: no environment, no database.
"""

import re
import unicodedata
from difflib import SequenceMatcher

# So many letters make words: a sign of Chinese, Japanese or Korean is a syllable or a
# word, other scripts write fewer letters for a word than the Latin one.
ENOUGH = 12
SYLLABLE, LETTER, LATIN_LETTER = 6, 4, 3
# What people write so that something stands there.
SAYS_NOTHING = {
    "asap",
    "call",
    "called",
    "contact",
    "contacted",
    "done",
    "email",
    "follow up",
    "followed up",
    "followup",
    "hello",
    "mail",
    "meeting",
    "message",
    "none",
    "nothing",
    "okay",
    "phone call",
    "reception",
    "same as above",
    "test",
    "visit",
    "已打电话",
    "已联系",
    "已跟进",
    "已回访",
    "电话",
    "打电话",
    "电联",
    "联系",
    "联系过",
    "跟进",
    "跟进中",
    "回访",
    "拜访",
    "微信",
    "邮件",
    "短信",
    "会议",
    "沟通",
    "好的",
    "收到",
    "同上",
    "测试",
}
# Texts that differ by less than a tenth are the same one.
NEAR = 0.9
# What is compared: the beginning says enough, and a comparison takes its square.
COMPARED_LENGTH = 200
_SYLLABLES = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "YI ")
_RUN = re.compile(r"(.)\1{2,}")


def _letters(text):
    """The text without case, width, digits and signs, its words apart."""
    text = unicodedata.normalize("NFKC", text or "").casefold()
    return "".join(
        sign if unicodedata.category(sign)[0] in "LM" else " " for sign in text
    )


def _weigh(sign):
    name = unicodedata.name(sign, "")
    if name.startswith(_SYLLABLES):
        return SYLLABLE
    return LATIN_LETTER if name.startswith("LATIN") else LETTER


def has_words(text):
    """Tell whether a text has words in it that say what was discussed.

    "11", "。。", "ok", "aaaa" and "called" have none.

    :param str text: may be empty
    :return: bool
    """
    letters = _letters(text)
    if " ".join(letters.split()) in SAYS_NOTHING:
        return False
    signs = [sign for sign in letters if unicodedata.category(sign)[0] == "L"]
    if len(set(signs)) < 2:
        return False
    weight = 0
    for sign in signs:
        weight += _weigh(sign)
        if weight >= ENOUGH:
            return True
    return False


def fold(text):
    """A text for comparison: its words without case, width, digits, signs, order.

    :param str text: may be empty
    :return: str, at most :data:`COMPARED_LENGTH` characters
    """
    words = _RUN.sub(r"\1", _letters(text)).split()
    return " ".join(sorted(words))[:COMPARED_LENGTH]


def is_pasted(folded, others):
    """Tell whether a text is one of the others, or nearly.

    :param str folded: see :func:`fold`; an empty one is never pasted
    :param others: folded texts
    :return: bool
    """
    if not folded:
        return False
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(folded)
    for other in others:
        if other == folded:
            return True
        matcher.set_seq1(other)
        if (
            matcher.real_quick_ratio() >= NEAR
            and matcher.quick_ratio() >= NEAR
            and matcher.ratio() >= NEAR
        ):
            return True
    return False
