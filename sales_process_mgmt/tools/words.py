# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whether a text says something, and whether it was said before.

Pure: no environment, no database.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

# So many letters make words: a sign of Chinese, Japanese or Korean is a syllable or a
# word, other scripts write fewer letters for a word than the Latin one.
ENOUGH = 12
SYLLABLE, LETTER, LATIN_LETTER = 6, 4, 3
# What is looked at: a text that says nothing for so long says nothing.
READ_LENGTH = 400
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
    "ok",
    "okay",
    "phone call",
    "phoned",
    "reached out",
    "reception",
    "spoke",
    "talked",
    "test",
    "texted",
    "touched base",
    "called again",
    "checked in",
    "check in",
    "chatted",
    "discussed",
    "emailed",
    "fyi",
    "in touch",
    "news",
    "tbd",
    "todo",
    "to do",
    "update",
    "updated",
    "updates",
    "visit",
    "yes",
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
    "沟通过",
    "聊过",
    "聊天",
    "联络",
    "见面",
    "问候",
    "走访",
    "处理",
    "完成",
    "待定",
    "暂无",
    "没有",
    "测试",
    # in traditional signs
    "電話",
    "打電話",
    "聯繫",
    "聯絡",
    "跟進",
    "回訪",
    "拜訪",
    "溝通",
    "見面",
    "郵件",
    "簡訊",
    "會議",
    "測試",
}
# What says nothing where nothing else stands beside it: laughter, fillers of printers,
# and what comes out of a Chinese keyboard when somebody lets the hand fall.
FILLERS = {
    *re.findall(
        r"\w+",
        """lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor
        incididunt ut labore et dolore magna aliqua
        the a customer client with to it is was has been we i he she they him her them
        us you and or of on at in for by this that about had did
        today yesterday now just still already exactly usual good fine well nice great
        haha hehe blah bla foo bar baz xxx hm hmm
        哈 呵 嘿 嘻 嗯 哦 噢 啊 呃 哎 的 了 已 过 再 与 和 跟 待 需 没 聊 谈 发
        客户 客戶 继续 繼續 再次 今天 昨天 今日 昨日 正在 正常 例行 常规 日常 定期 保持
        持续 后续 一下 顺利 良好 愉快
        阿斯顿发斯蒂芬 阿斯顿发 阿斯顿 阿斯蒂芬 撒旦法 啊实打实""",
    )
}
# Signs that stand beside each other: on keyboards, and in the alphabet.
_ROWS = tuple(
    re.findall(
        r"\w+",
        """qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop qsdfghjklm
        йцукенгшщзхъ фывапролджэ ячсмитьбю""",
    )
)
_ROW_WALKS = (*_ROWS, *(row[::-1] for row in _ROWS), "abcdefghijklmnopqrstuvwxyz")
# A walk along a row is one from here.
_WALK_MIN = 3
_VOWELS = set("aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿąęıőű")
# Nobody writes so many letters of a word without a vowel.
_CONSONANTS_MAX = 4
# Texts that differ by a tenth or less are the same one.
NEAR = 0.9
# What is compared: the beginning says enough, and a comparison takes its square.
COMPARED_LENGTH = 200
_SYLLABLES = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "YI ")
_RUN = re.compile(r"(.)\1{2,}")
# A unit of two signs and more, side by side again; the same one three times
_AGAIN = re.compile(r"(.{2,20}?)\1+")
_THRICE = re.compile(r"(.{1,20}?)\1{2,}")


# "ok好的": two words, with or without a space
_SCRIPTS_MEET = re.compile(
    r"(?<=[a-z]) *(?=[\u3040-\u9fff])|(?<=[\u3040-\u9fff]) *(?=[a-z])"
)
# Somebody counts
_COUNTING = re.compile(
    r"(?:\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten)\b *){3,}"
    "|一二三[四五六七八九十]*"
)
# What points at another text says nothing itself: "same as last time", "see above", "as
# discussed". What stands beside it does: "same as last time, wants it cheaper".
_POINTERS = (
    # a pointer by itself, alone or with what it points at
    (
        r"(?<=\s)(?:same|ditto|dito|idem|see|as|per|cf|unchanged|refer(?:ring)? to"
        r"|(?:like|than|since)(?= (?:the |in )?"
        r"(?:before|above|last|previous|earlier|always|usual|ever)\s))"
        r"(?: (?:the|to|my|our|as|it|is|was|in|on|at|of|from|with|has|been|always|ever"
        r"|usual|before|above|below|earlier|last|previous(?:ly)?|prior|former(?:ly)?|old|again"
        r"|here|same|thing|story|time|times|day|days|week|month|one|yesterday"
        r"|stated|mentioned|noted|described|discussed|agreed|said|written|planned|attached"
        r"|notes?|comments?|remarks?|logs?|records?|reports?|entry|entries|history|file|crm"
        r"|calls?|visits?|meetings?|e?mails?|chats?|messages?|wechat|whatsapp|conversation"
        r"|attachments?|description|details|customer|client|topic|subject|content|results?"
        r"|situation|status))*(?=\s)"
    ),
    # that there is nothing to point at
    (
        r"(?<=\s)(?:no|without)(?: (?:new|further|other|special|particular|real))*"
        r" (?:changed?|changes|updates?|news|comments?|remarks?|progress|developments?)"
        r"(?=\s)"
    ),
    (
        r"(?<=\s)(?:nothing|not)(?: (?:new|else|special|further|different|changed"
        r"|to report|happened|much|here|to add))+(?=\s)"
    ),
    # 同上, 和上次一样, 详见之前的跟进记录, 情况与昨天相同
    (
        r"(?:内容|情况|状态|信息|进展|结果|还是|依然|仍然|仍|一切)*"
        r"(?:同|如|见|照|按|和|跟|与|像|详见|参见|参考|参照|请看|请见|查看|看)"
        r"(?:上次|上回|上述|上文|上面|上条|上一[条次]|上周|上月|上个月|前次|前面|前文|前述"
        r"|前[天日]|之前|以前|先前|此前|昨[天日]|往常|以往|平时|备注|附件|描述|系统"
        r"|聊天|跟进|沟通|电话|微信|邮件|拜访|联系|回访|记录|内容|情况|所[述说]|说的|的)+"
        r"(?:一样|一致|相同|差不多|类似|不变)?"
    ),
    (
        r"(?:内容|情况|状态|信息|进展|结果|還是|还是|依然|仍然|仍|一切)*"
        r"(?:同|如|见|見|照|按)[上前](?![门門海司面后後台妻任])"
    ),
    (
        r"(?:情况|状态|信息|一切|还是|依然|仍然|仍|还)*"
        r"(?:一样|相同|照旧|照常|依旧|如旧|原样|老样子|老情况|那样|如题|不变|未变)"
    ),
    (
        r"(?:情况|状态|暂时|目前|暂|尚|客户)*(?:没有|没|无|未)(?:什么|啥|任何|有)?(?:新的?)?"
        r"(?:变化|变动|变|进展|更新|情况|异常|内容|特殊|特别|可说的?|说的)"
    ),
)
_POINTS = re.compile("|".join(_POINTERS))
# Words of Chinese stand beside each other, whatever sign somebody puts between them
_APART = re.compile(r"(?<=[\u3040-\u9fff]) +(?=[\u3040-\u9fff])")


def _is_spaced(phrase):
    """Tell whether words of this script have spaces between them."""
    return not unicodedata.name(phrase[0]).startswith(_SYLLABLES)


# Longest first, so that no part of a phrase is left over
_NOTHING = re.compile(
    "|".join(
        rf"(?<=\s){phrase}(?=\s)" if _is_spaced(phrase) else phrase
        for phrase in sorted(SAYS_NOTHING | FILLERS, key=len, reverse=True)
    )
)


class _Letters(dict):
    """A table for ``str.translate``: letters stay, everything else is a space."""

    def __missing__(self, code):
        is_letter = unicodedata.category(chr(code))[0] in "LM"
        # what is not in the basic plane is rare, and could fill the memory
        result = code if is_letter else " "
        return self.setdefault(code, result) if code <= 0xFFFF else result


_LETTERS = _Letters()


def _letters(text):
    """The text without case, width, digits and signs, its words apart."""
    text = unicodedata.normalize("NFKC", text or "").casefold()
    return text.translate(_LETTERS)


@lru_cache(maxsize=4096)
def _weigh(sign):
    name = unicodedata.name(sign, "")
    if name.startswith(_SYLLABLES):
        return SYLLABLE
    return LATIN_LETTER if name.startswith("LATIN") else LETTER


def _is_heavy(signs, enough):
    """Tell whether letters are enough to say something; reads no more than needed."""
    weight = 0
    for sign in signs:
        weight += _weigh(sign)
        if weight >= enough:
            return True
    return False


def _squeeze(text):
    """A text in which what is repeated side by side stands once: "okokok", "哈哈哈"."""
    before = None
    while before != text:
        before = text
        text = _AGAIN.sub(r"\1", _RUN.sub(r"\1", text))
    return text


@lru_cache(maxsize=4096)
def _is_noise(word):
    """Tell whether a word came from a hand that fell onto the keyboard.

    Most of it is a walk along a row of keys, or it has too many letters without a
    vowel, or of no more than two kinds.
    """
    if not word.isalpha() or _weigh(word[0]) == SYLLABLE:
        return False
    if len(word) > _CONSONANTS_MAX and _weigh(word[0]) == LATIN_LETTER:
        if _VOWELS.isdisjoint(word) or len(set(word)) < 3:
            return True
    left, at = 0, 0
    while at < len(word):
        length = 0
        for row in _ROW_WALKS:
            start = row.find(word[at : at + _WALK_MIN])
            if start < 0 or at + _WALK_MIN > len(word):
                continue
            run = _WALK_MIN
            while (
                at + run < len(word)
                and word[at : at + run + 1] == row[start : start + run + 1]
            ):
                run += 1
            length = max(length, run)
        left += not length
        at += length or 1
    return left * 4 < len(word)


def _without_nothing(text):
    """What is left of a text without what says nothing.

    :param str text: as :func:`_letters` returns it
    :return: str
    """
    text = _COUNTING.sub(" ", _SCRIPTS_MEET.sub(" ", text))
    left = " ".join(
        word
        for word in text.split()
        if not (len(word) == 1 and word.isascii()) and not _is_noise(_squeeze(word))
    )
    left = _POINTS.sub(" ", _APART.sub("", f" {left} "))
    left = _NOTHING.sub(" ", left)
    return "".join(left.split())


def has_words(text, names=()):
    """Tell whether a text has words in it that say what was discussed.

    "11", "。。", "ok", "aaaa", "okokok", "asdf", "called" and a copy of the customer's
    own name have none.

    :param str text: may be empty
    :param names: what stands there without anybody's words: of the customer, its
        address, the lead
    :return: bool
    """
    letters = " ".join(_letters((text or "")[:READ_LENGTH]).split())
    known = {
        " ".join(part.split())
        for name in map(_letters, filter(None, names))
        # a name in two scripts is one in each: "Ningbo Motors 宁波电机"
        for part in (name, *_SCRIPTS_MEET.sub("\n", name).split("\n"))
    }
    for name in sorted(known, key=lambda name: (-len(name), name)):
        if _is_heavy(name, SYLLABLE + 1):
            letters = letters.replace(name, " ")
    words = letters.split()
    if len(words) > 2 and len(set(words)) == 1:
        return False
    whole = "".join(words)
    if _THRICE.fullmatch(whole):
        return False
    signs = [sign for sign in _squeeze(whole) if unicodedata.category(sign)[0] == "L"]
    if len(set(signs)) < 2 or not _is_heavy(signs, ENOUGH):
        return False
    if len(set(signs)) == 2 and all(_weigh(sign) == LATIN_LETTER for sign in signs):
        return False
    # one syllable that says something is enough: "电话忙"
    return _is_heavy(_without_nothing(letters), SYLLABLE)


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
