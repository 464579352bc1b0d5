# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import random
import time
from unittest.mock import Mock

from odoo.tests import BaseCase, tagged

from ..models.res_country import format_number
from ..tools import identity
from ..tools.identity import (
    MAX_EMAILS,
    MAX_PHONES,
    email_keys,
    mask_email,
    mask_phone,
    name_key,
    registration_key,
    vat_key,
    wechat_key,
)

MOBILE = "+8613812345678"
SECOND = "+8613912345678"
LANDLINE = "+8657188888888"
RIGHT_TO_LEFT = "\N{RIGHT-TO-LEFT EMBEDDING}"
# what no field should choke on
ODD_VALUES = (
    *(None, False, True, 0, 13812345678, 1.5, b"13812345678", [], {}, object()),
    *("", " ", "\n", "\x00", "/", "-", "+", "++", "()", "@", "@@", ".", "\ud800"),
    *("\N{PILE OF POO}", "\u0301" * 50, "\u202e", "１" * 3, "x" * 10_000),
)
HUGE_VALUES = (
    *("1" * 10_000, "1 " * 5_000, "12345678 " * 1_500, "12345678/" * 1_500),
    *("138-1234-5678 9 " * 700, "1-" * 5_000, "+" * 10_000, "+1" * 5_000),
    *("(" * 10_000, " / " * 4_000, "a@" * 5_000, '"' * 10_000, '"<' * 5_000),
    *("a." * 3_000 + "@" + "b." * 3_000, "a@b.cn," * 1_500, "ﷺ" * 10_000),
    *("集团" * 5_000, "ltd " * 2_500, "s " * 5_000, "." * 10_000, "wx" * 5_000),
)


def phone_keys(raw, *args, formatter=format_number):
    """The numbers of a phone field, as Odoo writes them."""
    return identity.phone_keys(raw, formatter, *args)


@tagged("at_install")
class TestIdentity(BaseCase):
    def assertPhones(self, country_code, phone_code, table, formatter=format_number):
        """Compare; a number with + is a valid one, others are only digits."""
        for raw, *expected in table:
            with self.subTest(raw=raw, country=country_code):
                self.assertEqual(
                    phone_keys(raw, country_code, phone_code, formatter=formatter),
                    [
                        ("phone" if value.startswith("+") else "phone_digits", value)
                        for value in expected
                    ],
                )

    def test_phone_writing(self):
        """However it is written, it is the same number."""
        self.assertPhones(
            *("CN", 86),
            (
                ("13812345678", MOBILE),
                ("8613812345678", MOBILE),
                ("86-13812345678", MOBILE),
                ("008613812345678", MOBILE),
                ("0086 138 1234 5678", MOBILE),
                ("+86 138 1234 5678", MOBILE),
                ("(+86)138-1234-5678", MOBILE),
                ("+++86 138 1234 5678", MOBILE),
                ("138.1234.5678", MOBILE),
                ("138·1234·5678", MOBILE),
                ("138–1234—5678", MOBILE),
                ("138\N{NO-BREAK SPACE}1234\N{THIN SPACE}5678", MOBILE),
                ("138\t1234\t5678", MOBILE),
                ("1 3 8 1 2 3 4 5 6 7 8", MOBILE),
                ("１３８１２３４５６７８", MOBILE),
                ("＋８６（１３８）１２３４－５６７８", MOBILE),
                ("١٣٨١٢٣٤٥٦٧٨", MOBILE),
                ("१३८१२३४५६७८", MOBILE),
                (RIGHT_TO_LEFT + "+86 138 1234 5678\u202c", MOBILE),
                ("138\N{ZERO WIDTH SPACE}12345678", MOBILE),
                ("1️⃣3️⃣8️⃣12345678", MOBILE),
                ("0571-88888888", LANDLINE),
                ("0571 8888 8888", LANDLINE),
                ("0571-8888-8888", LANDLINE),
                ("(0571)88888888", LANDLINE),
                ("【0571】88888888", LANDLINE),
                ("+86 (0)571 8888 8888", LANDLINE),
                ("86-571-88888888", LANDLINE),
                ("010-12345678", "+861012345678"),
                ("400-800-1234", "+864008001234"),
                ("+1 415 555 2671", "+14155552671"),
                ("0852-23456789", "085223456789"),
                ("00852 2345 6789", "+85223456789"),
            ),
        )

    def test_phone_extension(self):
        """An extension identifies nobody: the switchboard is the customer."""
        for extension in (
            *("-8001", " - 8001", "转8001", " 转 8001", "转分机8001", "分机8001"),
            *("轉8001", "内线8001", "x8001", " x 8001", " ext 8001", " ext.8001"),
            *(" extension 8001", ";ext=8001", "#8001", " #8001", ",8001", "/8001"),
            *(" 8001", "(8001)", "（转8001）", "-1", "-800100"),
        ):
            self.assertPhones(
                *("CN", 86),
                (
                    (f"0571-88888888{extension}", LANDLINE),
                    (f"+86 571 88888888{extension}", LANDLINE),
                ),
            )
        self.assertPhones(
            *("US", 1),
            (
                ("(415) 555-2671 x12", "+14155552671"),
                # not the Swiss +41 55 526 71 12
                ("415-555-2671-12", "+14155552671"),
                ("415-555-2671/12", "+14155552671"),
            ),
        )

    def test_several_phones(self):
        """Two numbers in one field are two keys."""
        for separator in (
            *("/", " / ", ";", "；", ",", "，", "、", "|", "\n", "\r\n", " "),
            *(" 或 ", "或", " and ", " or ", "&", " & ", "  ", "\\", "//", " +86 "),
            *("(张三) ", " 张三 ", "; 李四：", " Tel. "),
        ):
            self.assertPhones(
                *("CN", 86),
                (
                    (f"13812345678{separator}13912345678", MOBILE, SECOND),
                    (f"13912345678{separator}0571-88888888", SECOND, LANDLINE),
                ),
            )
        self.assertPhones(
            *("CN", 86),
            (
                ("138 1234 5678 139 1234 5678", MOBILE, SECOND),
                ("86 138 1234 5678 / 86 139 1234 5678", MOBILE, SECOND),
                ("13812345678 / +86 138 1234 5678", MOBILE),
                # the second one is in the same town
                ("0571-88888888/88889999", LANDLINE, "+8657188889999"),
                ("0571-88888888、88889999", LANDLINE, "+8657188889999"),
                ("0571-88888888/9", LANDLINE),
                ("0571-88888888/8889999", LANDLINE, "8889999"),
                ("13812345678/12345678", MOBILE, "12345678"),
                ("12345678/87654321", "12345678", "87654321"),
                ("T:0571-88888888 F:010-12345678 M:13812345678",)
                + (LANDLINE, "+861012345678", MOBILE),
            ),
        )

    def test_words_around_a_phone(self):
        """Names, labels and dates are not part of it."""
        self.assertPhones(
            *("CN", 86),
            (
                ("13812345678 张三", MOBILE),
                ("张三13812345678", MOBILE),
                ("微信13812345678", MOBILE),
                ("电话：13812345678（李总）", MOBILE),
                ("tel:+8613812345678", MOBILE),
                ("13812345678 Bob", MOBILE),
                ("Room 301, 13812345678", MOBILE),
                ("9:00-18:00 13812345678", MOBILE),
                ("13812345678 2026-01-15", MOBILE),
                ("2026年1月15日 13812345678", MOBILE),
                ("2026-01-15",),
            ),
        )

    def test_short_and_invalid_phones(self):
        """Short codes are no keys; local numbers are weaker ones, from 7 digits on."""
        self.assertPhones(
            *("CN", 86),
            (
                ("110",),
                ("10086",),
                ("95588",),
                ("123456",),
                ("1234567", "1234567"),
                ("88888888", "88888888"),
                ("1234-5678", "12345678"),
                # a digit too few, a digit too many
                ("1381234567", "1381234567"),
                ("138123456789", "138123456789"),
                ("0571 8888 88889", "0571888888889"),
                ("9" * 20, "9" * 20),
                ("9" * 21,),
                # masked, or nobody's
                ("138****5678",),
                ("138xxxx5678",),
                ("0000000",),
                ("11111111111",),
                ("0000000 / 13812345678", MOBILE),
            ),
        )

    def test_phone_countries(self):
        """The country decides how a number without its code is read."""
        self.assertPhones(
            *("DE", 49),
            (
                ("0711/123456", "+49711123456"),
                ("0711/123456 / 0711/654321", "+49711123456", "+49711654321"),
                ("0711-685-65891", "+4971168565891"),
                ("+49 (0)711 123456", "+49711123456"),
                ("030 123456 78", "+493012345678"),
            ),
        )
        self.assertPhones(
            *("BE", 32),
            (
                ("0470/12.34.56", "+32470123456"),
                ("02/123.45.67", "021234567"),
                ("+32 (0)470 12 34 56", "+32470123456"),
                ("8613812345678", MOBILE),
                ("13812345678", "13812345678"),
            ),
        )
        self.assertPhones(
            *("FR", 33),
            (("06.12.34.56.78 ou 06 12 34 56 79", "+33612345678", "+33612345679"),),
        )
        self.assertPhones(*("IT", 39), (("+39 (0)6 69821234", "+390669821234"),))
        self.assertPhones(*("HK", 852), (("2345 6789", "+85223456789"),))
        self.assertPhones(
            *("US", 1),
            (
                ("(415) 555-2671", "+14155552671"),
                ("555-2671", "5552671"),
                ("1-800-FLOWERS",),
                ("13812345678", "13812345678"),
                ("8613812345678", MOBILE),
            ),
        )

    def test_phone_without_country(self):
        """Without a country, only numbers with their code are valid ones."""
        for country_code in (None, False, "", "XX"):
            self.assertPhones(
                *(country_code, None),
                (
                    ("13812345678", "13812345678"),
                    ("138 1234 5678", "13812345678"),
                    ("+86 138 1234 5678", MOBILE),
                    ("0086 13812345678", MOBILE),
                    ("13812345678 13912345678", "13812345678", "13912345678"),
                ),
            )
        self.assertPhones(*("cn", None), (("13812345678", MOBILE),))

    def test_number_of_phones(self):
        """At most so many of a field, in its order, each of them once."""
        numbers = [f"138123456{number:02}" for number in range(60)]
        for separator in (" ", "/", ",", "\n"):
            keys = phone_keys(separator.join(numbers), "CN", 86)
            self.assertEqual(
                keys,
                [("phone", f"+86{number}") for number in numbers[:MAX_PHONES]],
            )
            self.assertEqual(
                phone_keys(separator.join(["13812345678"] * 50), "CN", 86),
                [("phone", MOBILE)],
            )

    def test_key_of_a_key(self):
        """Reading a key again gives the same key, whatever the country."""
        for country in (("CN", 86), ("US", 1), (None, None)):
            self.assertEqual(phone_keys(MOBILE, *country), [("phone", MOBILE)])
            self.assertEqual(phone_keys(LANDLINE, *country), [("phone", LANDLINE)])

    def test_phone_abroad(self):
        """Digits that are no number here are one abroad, if they are valid there."""
        self.assertPhones(
            *("CN", 86),
            (
                ("85291234201", "+85291234201"),
                ("852-9123 4201", "+85291234201"),
                ("https://wa.me/447911124221", "+447911124221"),
                ("tel:14155554204", "+14155554204"),
                ("85291234201 / 6591234205", "+85291234201", "+6591234205"),
                # a wrong "+" before a number of ours
                ("+1 38 5074 1142", "+8613850741142"),
                # a number here first
                ("13012000103", "+8613012000103"),
                # too short to be one abroad
                ("91234105", "91234105"),
                ("086-021-50504312", "+862150504312"),
                ("086 138 1234 5678", MOBILE),
            ),
        )

    def test_what_is_all_of_a_number_is_read_once(self):
        """Its pieces are not tried without one another; a second number is found."""
        for raw, country_code, phone_code, number in (
            ("+32 475 12 34 56", "BE", 32, "+32475123456"),
            ("+32 475 12 34 56", "CN", 86, "+32475123456"),
            ("138 1234 5678", "CN", 86, MOBILE),
            ("+86 138 1234 5678", "CN", 86, MOBILE),
        ):
            asked = Mock(side_effect=format_number)
            with self.subTest(raw=raw, country=country_code):
                self.assertEqual(
                    phone_keys(raw, country_code, phone_code, formatter=asked),
                    [("phone", number)],
                )
                asked.assert_called_once()
        for other in ("138 1234 5678", "+86 138 1234 5678"):
            for raw in (f"{other} 139_1234_5678", f"(139 1234 5678 {other}"):
                with self.subTest(raw=raw):
                    self.assertEqual(
                        {*phone_keys(raw, "CN", 86)},
                        {("phone", MOBILE), ("phone", SECOND)},
                    )

    def test_phone_in_several_countries(self):
        """The first country decides, others add what is valid there."""
        others = [("US", 1), ("HK", 852)]
        table = (
            ("13012000103", "+8613012000103", "+13012000103"),
            ("13812345678", MOBILE),
            ("9123 4105", "91234105", "+85291234105"),
            ("+49 30 123456", "+4930123456"),
        )
        for raw, *expected in table:
            with self.subTest(raw=raw):
                self.assertEqual(
                    [value for _kind, value in phone_keys(raw, "CN", 86, others)],
                    expected,
                )

    def test_phone_of_spreadsheets(self):
        self.assertPhones(
            *("CN", 86),
            (
                ("13812345678.0", MOBILE),
                ("8613812345678.00", MOBILE),
                ("13,812,345,678", MOBILE),
                ("1.3812345678E+10", MOBILE),
                ("1.381234567E10", "+8613812345670"),
                # what lost digits is nobody's number
                ("1.38123E+10",),
                ("138O1234567", "+8613801234567"),
                ("138О1234567", "+8613801234567"),
                ("13812345678 or 13912345678", MOBILE, SECOND),
            ),
        )

    def test_email_with_spaces(self):
        for raw in (
            "zhang @example.com",
            "zhang@ example.com",
            "zhang  @  example.com",
        ):
            self.assertEqual(email_keys(raw), [("email", "zhang@example.com")], raw)
        self.assertEqual(
            email_keys("zhang @ home, li@example.com"), [("email", "li@example.com")]
        )

    def test_senders_that_are_nobody(self):
        for local in (
            *("noreply", "no-reply", "no_reply", "do-not-reply", "donotreply"),
            *("portal-noreply", "noreply+17", "mailer-daemon", "bounce+x-y"),
            *("notification", "notifications", "postmaster"),
        ):
            self.assertTrue(identity.is_no_sender(f"{local}@example.com"), local)
        for local in ("info", "replyson", "bouncer", "zhang", "norepl", "a+b"):
            self.assertFalse(identity.is_no_sender(f"{local}@example.com"), local)

    def test_without_library(self):
        """Without the phone library Odoo returns the text: digits are left."""
        self.assertPhones(
            *("CN", 86),
            (
                ("138 1234 5678", "13812345678"),
                ("+86 138 1234 5678", MOBILE),
                ("10086",),
            ),
            formatter=lambda number, *args: number,
        )

    def test_random_writing(self):
        """A number survives whatever people put into and around it."""
        rng = random.Random(20261123)
        for _number in range(1500):
            digits = f"13{rng.randrange(5, 10)}{rng.randrange(10**8):08}"
            written = digits
            if rng.random() < 0.5:
                gap = rng.choice((" ", "-", ".", "\u3000", "－", " - "))
                written = gap.join((digits[:3], digits[3:7], digits[7:]))
            written = rng.choice(("", "", "+86", "+86 ", "0086", "(+86)")) + written
            if rng.random() < 0.3:
                written = written.translate(
                    {ord(str(number)): chr(0xFF10 + number) for number in range(10)}
                )
            raw = rng.choice(("", "手机", "Tel: ", "张三 ", "微信：", "(")) + written
            raw += rng.choice(("", " 张三", "(Bob)", " ", "。", ";", "转8001", " x12"))
            self.assertEqual(
                phone_keys(raw, "CN", 86), [("phone", f"+86{digits}")], repr(raw)
            )

    def _hide(self, rng, digits):
        """Write digits so that a person reads them, and a program may not."""
        if rng.random() < 0.3:
            figures = rng.choice(
                ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "０１２３４５６７８９")
                + ("٠١٢٣٤٥٦٧٨٩", "O123456789", "oI23456789")
            )
            count = rng.choice((4, 7, len(digits)))
            digits = digits[:-count] + "".join(
                figures[int(digit)] for digit in digits[-count:]
            )
        signs = [
            "_",
            "*",
            "~",
            "=",
            ":",
            ";",
            ",",
            "'",
            '"',
            "^",
            "|",
            "、",
            "。",
            "\n",
        ]
        signs += ["\u200b", "\u2060", "\u034f", "\u3164", "\x01", "🙂", "…", "/"]
        signs += ["{", "][", "\\", "%20", "&", "-*-", " _ ", "转", "#"]
        if digits.isdecimal():
            signs += ["a", " und ", " Z"]
        sign = rng.choice(signs)
        if rng.random() < 0.2:
            return sign.join(digits)
        return sign.join((digits[:3], digits[3:7], digits[7:]))

    def test_hidden_phones(self):
        """However somebody hides a number that people can read: it is the same."""
        rng = random.Random(20261126)
        for _time in range(2000):
            digits = f"13{rng.randrange(5, 10)}{rng.randrange(10**8):08}"
            raw = self._hide(rng, digits)
            raw = rng.choice(("", "", "+86", "0086")) + raw
            raw = rng.choice(("", "", "tel.", "电话：", "微信 ", "(")) + raw
            raw += rng.choice(("", "", "微信同号", " 张先生", "\u200b", ")", "。"))
            if rng.random() < 0.2:
                raw = f"13900000000 {raw}"
            if rng.random() < 0.2:
                raw += " / 13900000000"
            keys = phone_keys(raw, "CN", 86)
            self.assertIn(("phone", f"+86{digits}"), keys, repr(raw))
        # what stays in the mask is no number
        self.assertEqual(mask_phone("138_1111_2222"), "****")

    def test_number_behind_others(self):
        """As many as a field holds: none of them hides the one that is looked for."""
        for filler in ("13900000000/", "1234567 ", "1 ", "12-", "88888888,", "_"):
            raw = (filler * 500)[:480] + " 13812345678"
            self.assertIn(("phone", MOBILE), phone_keys(raw, "CN", 86), filler)
        self.assertIn(
            ("email", "z@example.com"),
            email_keys(
                " " * 5000 + "".join(f"z{i}@x.cn " for i in range(30)) + "z@example.com"
            ),
        )

    def test_hidden_emails(self):
        """However somebody writes an address: it is the same."""
        rng = random.Random(20261127)
        for _time in range(2000):
            local = rng.choice(("boss", "li.wei", "sales7", "o-brien", "张三"))
            domain = rng.choice(
                ("acme.com", "mail.acme.cn", "bücher.example", "例子.中国")
            )
            expected = f"{local}@{domain}"
            if rng.random() < 0.3 and not domain.startswith("例"):
                domain = domain.encode("idna").decode()
            written = [*local]
            for _sign in range(rng.randrange(3)):
                written.insert(
                    rng.randrange(1, len(written)),
                    rng.choice(("\u200b", "\u00ad", "\u034f", "\u3164", "\x02")),
                )
            local = "".join(written)
            if rng.random() < 0.3:
                local = f'"{local}"' if rng.random() < 0.5 else f"{local}(Chef)"
            if rng.random() < 0.3:
                dot = rng.choice(("。", "．", "｡", " . ", "..", ". "))
                domain = domain.replace(".", dot)
            at = rng.choice(
                ("@", "@", "＠", " @ ", "@ ", "[at]", "(AT)", " {at} ", "%40")
            )
            raw = local + at + domain
            if rng.random() < 0.3:
                raw = raw.upper() if "ü" not in raw else raw
            raw = rng.choice(
                ("{}", "{}.", "<{}>", "mailto:{}", "Li Wei <{}>", " {} ")
            ).format(raw)
            if rng.random() < 0.2:
                raw = f"x@y.cn, {raw}"
            self.assertIn(("email", expected), email_keys(raw), repr(raw))

    def test_random_text(self):
        """Whatever the text, nothing raises, and masks do not show the number."""
        rng = random.Random(7)
        alphabet = "0123456789" * 3 + "+-./()[]#x转@a,;、 \n张\u202e\u0301１٣&*"
        for _number in range(3000):
            raw = "".join(rng.choices(alphabet, k=rng.randrange(60)))
            keys = phone_keys(raw, rng.choice(("CN", "US", "DE", None)), None)
            self.assertEqual(len(keys), len(set(keys)))
            self.assertLessEqual(len(keys), MAX_PHONES)
            for kind, value in keys:
                if kind == "phone":
                    self.assertRegex(value, r"^\+\d{7,15}$")
                else:
                    self.assertRegex(value, r"^\d{7,20}$")
            masked = mask_phone(raw)
            for _kind, value in keys:
                self.assertNotIn(value.lstrip("+"), masked.replace(" / ", ""))
            for function in (email_keys, vat_key, name_key, wechat_key, mask_email):
                function(raw)

    def test_odd_values(self):
        """No value makes a function raise; what is no text has no key."""
        functions = (
            *(phone_keys, email_keys, vat_key, registration_key, name_key, wechat_key),
            *(mask_phone, mask_email),
        )
        for value in ODD_VALUES:
            for function in functions:
                with self.subTest(value=repr(value)[:50], function=function.__name__):
                    result = function(value)
                    if not isinstance(value, str):
                        self.assertFalse(result)

    def test_bounded_work(self):
        """A field that is made to hurt does not."""
        formatter = Mock(side_effect=format_number)
        functions = (
            lambda raw: phone_keys(raw, "CN", 86, formatter=formatter),
            lambda raw: phone_keys(raw, formatter=formatter),
            *(email_keys, vat_key, name_key, wechat_key, mask_phone, mask_email),
        )
        for value in HUGE_VALUES:
            formatter.reset_mock()
            start = time.thread_time()
            for function in functions:
                function(value)
            duration = time.thread_time() - start
            # twice, because the field is read with and without a country; one number
            # may be read in two ways
            self.assertLessEqual(
                formatter.call_count,
                2 * (identity.MAX_TRIES + 3 * identity.MAX_HIDDEN_TRIES),
            )
            # milliseconds of the processor, however busy the machine is
            self.assertLess(duration, 3, value[:20])

    def test_email(self):
        """All addresses of a field, in lower case, without names."""
        for raw, *expected in (
            ("Z@Example.COM", "z@example.com"),
            ("Zhang San <z@example.com>", "z@example.com"),
            ('"Zhang, San" <z@example.com>', "z@example.com"),
            ("mailto:z@example.com", "z@example.com"),
            ("z@example.com.", "z@example.com"),
            ("'z@example.com'", "z@example.com"),
            ("(z@example.com)", "z@example.com"),
            ("z+tag@example.com", "z+tag@example.com"),
            ("o'brien@example.com", "o'brien@example.com"),
            ("ｚ＠ｅｘａｍｐｌｅ．com", "z@example.com"),
            (RIGHT_TO_LEFT + "z@example.com", "z@example.com"),
            ("邮箱：zhang@example.com", "zhang@example.com"),
            ("邮箱zhang@example.com", "zhang@example.com"),
            ("zhang@example.com张三", "zhang@example.com"),
            # a sender that stands for somebody else: the name is not an address
            ('"bob@example.org via List" <list@example.com>', "list@example.com"),
            # several
            ("a@x.cn, b@x.cn", "a@x.cn", "b@x.cn"),
            ("a@x.cn;b@x.cn；c@x.cn", "a@x.cn", "b@x.cn", "c@x.cn"),
            ("a@x.cn/b@x.cn、c@x.cn\nd@x.cn", *(f"{c}@x.cn" for c in "abcd")),
            ("a@x.cn A@X.CN a@x.cn", "a@x.cn"),
            ("n/a, a@x.cn", "a@x.cn"),
            # international ones, in one way of writing
            ("Info@BÜCHER.example", "info@bücher.example"),
            ("info@xn--bcher-kva.example", "info@bücher.example"),
            ("张三@例子.中国", "张三@例子.中国"),
            # invalid
            ("z@localhost",),
            ("@example.com",),
            ("z@",),
            ("z@-example.com",),
            ("z@exam_ple.com",),
            ("z@127.0.0.1",),
            ("zhang at example.com",),
            ("z***@example.com",),
            (f"{'z' * 64}@example.com", f"{'z' * 64}@example.com"),
            (f"{'z' * 65}@example.com",),
            (f"z@{'x' * 63}.com", f"z@{'x' * 63}.com"),
            (f"z@{'x' * 64}.com",),
        ):
            with self.subTest(raw=raw):
                self.assertEqual(
                    email_keys(raw), [("email", address) for address in expected]
                )
        many = ",".join(f"z{number}@example.com" for number in range(120))
        self.assertEqual(len(email_keys(many)), MAX_EMAILS)
        self.assertEqual(
            email_keys(many)[-1], ("email", f"z{MAX_EMAILS - 1}@example.com")
        )

    def test_company_numbers(self):
        """Capital letters and digits; placeholders are no numbers."""
        for raw, *expected in (
            ("be 0477.472.701", "BE0477472701"),
            ("91330100ma27abcd1x", "91330100MA27ABCD1X"),
            ("９１３３－０１００", "91330100"),
            ("HRB 12345 B", "HRB12345B"),
            ("1234", "1234"),
            ("123",),
            ("/",),
            ("NA",),
            ("N/A",),
            ("none",),
            ("NULL",),
            ("暂无税号",),
            ("0000",),
            ("",),
            ("1" * 40, "1" * 40),
            ("1" * 41,),
        ):
            with self.subTest(raw=raw):
                self.assertEqual(vat_key(raw), [("vat", value) for value in expected])
                self.assertEqual(
                    registration_key(raw), [("registration", v) for v in expected]
                )

    def test_name(self):
        """Case, punctuation, accents and legal form do not make another company."""
        for expected, *names in (
            (
                *("acme", "Acme", "ACME Co., Ltd.", "Acme Inc", "acme, inc."),
                *("ＡＣＭＥ", "A.C.M.E. Ltd", "Acme Limited", "Acme Company"),
                *("ACME S.A.", "Acme S. r. o.", "Acme Sp. z o.o.", "Acme GmbH"),
                *("Acme GmbH & Co. KG", "Acme Pty Ltd", "Acme S.p.A.", "PT Acme Tbk"),
                *("Acme B.V.", "Acme AG", "Acme Sdn. Bhd.", "“Acme” LLC", "acmé"),
            ),
            (
                *("杭州云栖科技", "杭州云栖科技", "杭州云栖科技有限公司"),
                *("杭州云栖科技股份有限公司", "杭州云栖科技有限责任公司"),
                *("杭州云栖科技集团", "杭州云栖科技集团有限公司", "杭州云栖科技公司"),
                *(
                    "杭州 云栖 科技",
                    "「杭州云栖科技」有限公司",
                    "杭州云栖科技集團有限公司",
                ),
            ),
            ("トヨタ", "トヨタ", "株式会社トヨタ", "トヨタ株式会社", "㈱トヨタ", "ﾄﾖﾀ"),
            ("삼성", "삼성", "㈜삼성", "(주) 삼성", "삼성주식회사"),
            ("ромашка", "Ромашка", "ООО «Ромашка»", "РОМАШКА ООО"),
            ("mullersohne", "Müller & Söhne GmbH", "Muller + Sohne"),
            ("loreal", "L'Oréal", "L’OREAL S.A."),
            ("amazoncom", "Amazon.com, Inc.", "AMAZON.COM"),
            # a legal form alone is a name
            ("co", "Co Ltd"),
            ("集团", "集团"),
            # a branch is another customer than its company
            ("某某有限公司上海分公司", "某某有限公司上海分公司"),
            ("3m", "3M", "3M Co."),
            ("ガンダム", "ガンダム"),
        ):
            for name in names:
                with self.subTest(name=name):
                    self.assertEqual(name_key(name), [("name", expected)])
        self.assertNotEqual(name_key("ガンダム"), name_key("カンタム"))
        for name in ("", "/", "A", "N/A", "none", "无", "公司", "12345", "***", "？"):
            with self.subTest(name=name):
                self.assertEqual(name_key(name), [])
        self.assertLessEqual(len(name_key("集" * 500)[0][1]), 300)

    def test_wechat(self):
        """Ids, not display names or remarks."""
        for raw, *expected in (
            ("zhang_san88", "zhang_san88"),
            ("Zhang_San88", "zhang_san88"),
            ("微信: zhang_san88", "zhang_san88"),
            ("微信号zhang_san88", "zhang_san88"),
            ("WeChat ID：zhang_san88", "zhang_san88"),
            ("wx:zhang_san88", "zhang_san88"),
            ("wxid_abc12345678901", "wxid_abc12345678901"),
            ("zhangsan（同手机）", "zhangsan"),
            ("@zhangsan", "zhangsan"),
            ("13812345678", "13812345678"),
            ("abcde", "abcde"),
            ("abcd",),
            ("同手机",),
            ("张三",),
            ("无",),
            ("WeChat",),
            ("a" * 40, "a" * 40),
            ("a" * 41,),
        ):
            with self.subTest(raw=raw):
                self.assertEqual(
                    wechat_key(raw), [("wechat", value) for value in expected]
                )

    def test_masks(self):
        """Enough to recognise it if one knows it, too little to use it."""
        for raw, expected in (
            ("13812345678", "13*******78"),
            ("138 1234 5678", "13*******78"),
            ("１３８１２３４５６７８", "13*******78"),
            ("+86 138 1234 5678", "+86********78"),
            (MOBILE, "+86********78"),
            ("010-12345678", "01*******78"),
            ("12345678", "12****78"),
            ("(415) 555-2671", "41******71"),
            ("0711/123456", "07******56"),
            # neither names nor other numbers are shown
            ("13812345678 张三", "13*******78"),
            ("0571-88888888转8001", "05********88"),
            ("13812345678/13912345678", "13*******78 / 13*******78"),
            ("13812345678 13912345678", "13********78"),
            ("10086", "****"),
            ("张三", "****"),
            (" ", ""),
            ("", ""),
        ):
            with self.subTest(raw=raw):
                self.assertEqual(mask_phone(raw), expected)
        for raw, expected in (
            ("zhang@example.com", "z***@example.com"),
            ("Zhang San <Zhang@Example.com>", "z***@example.com"),
            ("z@example.com", "***@example.com"),
            ("zhang@x.cn, li@x.cn", "z***@x.cn, l***@x.cn"),
            ("张三@例子.中国", "张***@例子.中国"),
            ("zhang at example.com", "****"),
            ("", ""),
        ):
            with self.subTest(raw=raw):
                self.assertEqual(mask_email(raw), expected)
