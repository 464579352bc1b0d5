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
            # the same again
            "okokokokok",
            "OK OK OK OK",
            "哈哈哈哈哈哈",
            "哈呵哈呵呵哈",
            "hahahaahaha",
            "已联系已联系",
            "price price price",
            "报价报价报价",
            "testtesttest",
            "blah blah blah",
            "ok好的ok好的",
            "a b c d e f g",
            "1a2b3c4d5e",
            "see above",
            # too few letters, whatever their script
            "да a",
            "nooot",
            "ค่า",
            # two letters, one long word
            "abba",
            "abbaab x o",
            "Donaudampfschifffahrt " * 3,
            # nothing beside nothing
            "called done ok",
            "已联系 已跟进",
            "继续跟进客户",
            "微信联系客户",
            "follow up follow up",
            # a hand on the keyboard
            "asdfghjkl",
            "qwerty uiop",
            "asdf asdf jkl",
            "qqqqwwwweeee",
            "sdfjkh fdskjh",
            "poiuytrewq",
            "zxcvbnm",
            "фывафыва",
            "阿斯顿发",
            "asdfx",
            "ptbkd",
            # lists, and what printers fill pages with
            "1, 2, 3, 4, 5",
            "12 345 678",
            "one two three four",
            "一二三四五六七",
            "abcdefgh",
            "lorem ipsum dolor sit amet",
        ):
            with self.subTest(text):
                self.assertIs(words.has_words(text), False)

    def test_what_points_at_another_text_says_nothing(self):
        for text in (
            "same as before",
            "Same as last time.",
            "Exactly the same as yesterday",
            "SAME-AS-ABOVE",
            "still the same",
            "same same",
            "Same thing as last week",
            "ditto",
            "Ditto, ditto",
            "idem",
            "as above",
            "As discussed",
            "as usual",
            "as agreed with customer",
            "As mentioned before",
            "like last time",
            "like before",
            "see above",
            "See previous entry",
            "see notes below",
            "See my last e-mail",
            "see attachment",
            "as per last call",
            "refer to previous notes",
            "unchanged",
            "no change",
            "No changes since last time",
            "no update",
            "No further comments",
            "no news",
            "nothing new",
            "Nothing to report",
            "nothing changed",
            # that there was one, and nothing of it
            "Called him",
            "called the client today",
            "Talked to the customer",
            "Spoke with her yesterday",
            "had a good call with them",
            "in touch with customer",
            "Update",
            "TBD",
            "同上",
            "同 上",
            "同。上。",
            "同上同上",
            "情况同上",
            "如上",
            "同前",
            "见上",
            "同上次",
            "同之前",
            "和上次一样",
            "跟之前一样",
            "与上次沟通内容一致",
            "内容与昨天相同",
            "详见上次跟进记录",
            "参考之前的记录",
            "见备注",
            "见附件",
            "看聊天记录",
            "还是一样",
            "还是老样子",
            "一切照旧",
            "照旧",
            "情况不变",
            "无变化",
            "没有变化",
            "暂无进展",
            "目前没有新的进展",
            "没什么变化",
            "无异常",
            "如题",
            "没有",
            "已沟通",
            "沟通顺利",
            "正常跟进",
            "例行回访",
            "持续跟进中",
            "聊了一下",
            "发了微信",
            "与客户见面",
            "今天电话沟通了",
            "聯繫客戶",
        ):
            with self.subTest(text):
                self.assertIs(words.has_words(text), False)

    def test_what_stands_beside_a_pointer_says_something(self):
        for text in (
            "Same as last time, wants it cheaper",
            "Wants the same again",
            "Same price",
            "Same time next week",
            "Same day delivery",
            "As agreed: 20 pumps",
            "See him on Monday",
            "Likes the last one",
            "No change of the price",
            "No budget",
            "Nothing before summer",
            "Not interested",
            "Called him back",
            "Good price",
            "Talked to the boss",
            "和上次一样,要求降价",
            "颜色和样品一致",
            "价格不变",
            "看上了红色",
            "客户看上了",
            "见面谈合同",
            "同意",
            "如期付款",
            "上次的报价太贵",
            "没有预算",
            "没空",
            "还没定",
            "无人接听",
            "聊了合同",
            "发货了",
            "见前台",
            "按上海标准报价",
            "还价",
            "拒绝",
        ):
            with self.subTest(text):
                self.assertTrue(words.has_words(text))

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
            # short and honest
            "客户出差,下周再约",
            "Called, no answer, will retry Monday",
            "Call again",
            "Not reached",
            "Busy",
            "Voicemail",
            "电话忙",
            "未接",
            "关机",
            "客户来了",
            "再约",
            "嫌贵",
            "已签",
            "不要了",
            "三百万",
            "今天看房",
            "客户说再看看",
            "微信发了报价",
            "OK with the price",
            "价格OK",
            "We were there",
            "Property tax",
            "Tree delivery",
            "first student liberty alert",
            "hvac quote",
            "soooo expensive",
            "One pump",
            "Test drive on Monday",
            "Mail: price list sent",
            "hat abgesagt",
            "Rückruf Mo.",
            "Email: no",
            "HTML",
            "Tattoo",
            "客户 忙",
            # letters that stand side by side on keys, by chance
            "Post",
            "Were",
            "Alert",
            "Trewas",
        ):
            with self.subTest(text):
                self.assertTrue(words.has_words(text))

    def test_names_are_nobodys_words(self):
        names = ["Wang Tools", "Furniture of oak", "wang@example.com", "王氏工具"]
        for text in (
            "Wang Tools",
            "wang tools, furniture of oak!",
            "王氏工具 王氏工具",
            "Furniture of oak ok",
            "wang@example.com",
        ):
            with self.subTest(text):
                self.assertFalse(words.has_words(text, names))
        for text in ("Wang wants furniture", "Wang Tools has no money", "王氏要退货"):
            with self.subTest(text):
                self.assertTrue(words.has_words(text, names))

    def test_names_in_two_scripts(self):
        """Each half is the name, however the halves stand beside each other."""
        for name in ("Ningbo Motors 宁波电机", "宁波电机Ningbo Motors"):
            for text in ("Ningbo Motors", "宁波电机", "宁波电机 ningbo motors"):
                with self.subTest(name=name, text=text):
                    self.assertFalse(words.has_words(text, [name]))
            self.assertTrue(words.has_words("宁波电机要退货", [name]))

    def test_names_in_each_other(self):
        """The longest is taken first; one syllable is too short to be a name."""
        for names in (
            ["Wang", "Wang Tools"],
            ["Wang Tools", "Wang"],
            ["Wang -- Tools"],
        ):
            self.assertFalse(words.has_words("Wang Tools", names))
        self.assertTrue(words.has_words("王忙", ["王"]))
        self.assertFalse(words.has_words("王氏忙", ["王氏"]))

    def test_what_is_looked_at_has_an_end(self):
        self.assertTrue(words.has_words("." * 398 + "报价"))
        self.assertFalse(words.has_words("." * 399 + "报价"))
        self.assertEqual(
            words.fold("a" * 2 + " bc" * 300), words.fold("aa" + " bc" * 99)
        )
        self.assertEqual(len(words.fold(" bc" * 300)), 200)
        self.assertEqual(words.fold(None), "")
        self.assertEqual(words.fold("Sooooo teuer!"), words.fold("so teuer"))

    def test_both_sides_of_a_tenth(self):
        text = "abcdefghijklmnopqrst"
        self.assertTrue(words.is_pasted(text, [text[:18] + "12"]))
        self.assertIs(words.is_pasted(text, [text[:17] + "123"]), False)
        # letters that come often are compared, too
        text = ("ab cd " * 40)[:200]
        self.assertTrue(words.is_pasted(text, [text[:199] + "x"]))

    def test_random_noise_has_no_words(self):
        """Any unit again and again, any walk along a row of keys."""
        chance = random.Random(3)
        rows = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
        for _turn in range(300):
            unit = "".join(chance.choices("abcdeo哈联系报价", k=chance.randint(1, 4)))
            noise = unit * chance.randint(3, 9)
            self.assertFalse(words.has_words(noise), noise)
            walks = []
            for _walk in range(chance.randint(1, 4)):
                row = chance.choice(rows)
                start = chance.randrange(len(row) - 4)
                walks.append(row[start : start + chance.randint(3, 9)])
            noise = chance.choice(["", " "]).join(walks)
            self.assertFalse(words.has_words(noise), noise)

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
