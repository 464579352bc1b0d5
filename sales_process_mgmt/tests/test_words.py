# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random

from odoo.tests import BaseCase, tagged

from ..tools import words


@tagged("post_install", "-at_install")
class TestWords(BaseCase):
    """Whether a text says something, and whether it was said before."""

    def test_what_says_nothing(self):
        for text in (
            None,
            "",
            "  ",
            "x",
            "ok",
            "OK!",
            "11",
            "12",
            "2026-11-25",
            "。。",
            "……",
            "....",
            "aaaaaaaa",
            "哈哈哈哈",
            "😀😀😀",
            "Called.",
            "Follow up",
            "已联系",
            "已跟进!",
            "电话",
            "好的。",
        ):
            with self.subTest(text):
                self.assertFalse(words.has_words(text))

    def test_what_says_something(self):
        for text in (
            "Four",
            "Wants a visit",
            "报价",
            "看户型",
            "已联系,要求降价",
            "цена",
            "السعر",
            "価格",
            "가격",
            "ราคา",
            "Called about the price",
        ):
            with self.subTest(text):
                self.assertTrue(words.has_words(text))

    def test_pasted(self):
        for first, second in (
            ("Call again.", "call AGAIN"),
            ("Call again", "Call again 2"),
            ("Ｃall again", "Call again"),
            ("Talked about the price", "Talked about the prices!"),
            ("Talked about the price", "price: about the, talked"),
            ("客户要求降价。", "客户要求降价1"),
            ("soooo expensive", "sooooooo expensive"),
        ):
            with self.subTest(second):
                self.assertTrue(
                    words.is_pasted(words.fold(second), [words.fold(first)])
                )

    def test_not_pasted(self):
        for first, second in (
            ("Talked about the price", "Talked about the discount"),
            ("讨论了价格问题", "讨论了交期问题"),
            ("Visit", "Price"),
            ("", ""),
        ):
            with self.subTest(second):
                self.assertFalse(
                    words.is_pasted(words.fold(second), [words.fold(first)])
                )

    def test_random_decoration_is_pasting(self):
        """Whatever is put around the same words, they are the same words."""
        chance = random.Random(9)
        text = "the customer asked for three pumps and a discount"
        for _turn in range(200):
            parts = text.split()
            chance.shuffle(parts)
            decorated = "".join(
                chance.choice(["", " ", "1", "!", "。", "  ", "-7"])
                + (part.upper() if chance.random() < 0.3 else part)
                + chance.choice([" ", ", ", " 42 ", "… "])
                for part in parts
            )
            self.assertTrue(
                words.is_pasted(words.fold(decorated), [words.fold(text)]), decorated
            )
