# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from datetime import datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..models.res_country import format_number
from ..tools import clock, identity, words
from ..tools.deadline import (
    agreed_deadline,
    end_of_day_utc,
    followup_deadline,
    local_date,
    local_moment_utc,
    reminder_moments,
    start_of_day_utc,
)
from ..tools.rotation import Slot, rotate
from .common_property import calendars, changing_moments, days, moments, zones

ONE_SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

mobiles = st.tuples(
    st.sampled_from(("130", "135", "138", "139", "150", "177", "186", "199")),
    st.text("0123456789", min_size=8, max_size=8),
).map("".join)
texts = st.text(max_size=80) | st.text(
    "0123456789+-/()., @abcAt年月日一二〇电话。_%", max_size=80
)


@st.composite
def mobiles_as_typed(draw, number=None):
    """A mobile number of China and one of the ways in which people write it."""
    number = number or draw(mobiles)
    typed = draw(st.sampled_from(("", "+86", "0086", "(+86)", "86", "+86-", "+86 ")))
    gap = draw(st.sampled_from(("", " ", "-", ".", "·", "  ", "\N{EN DASH}")))
    if typed and not typed.endswith(("-", " ")):
        typed += gap
    typed += gap.join((number[:3], number[3:7], number[7:]))
    if draw(st.booleans()):
        typed = typed.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    before = draw(st.sampled_from(("", "Tel: ", "电话：", "王先生 ", "\u200b", "\n")))
    after = draw(st.sampled_from(("", " (office)", " 王先生", ";", "\u202c", "\t")))
    return number, before + typed + after


@st.composite
def addresses(draw):
    """An address in lower case."""
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    local = draw(st.text(letters, min_size=1, max_size=12))
    if draw(st.booleans()):
        local += draw(st.sampled_from(".+-_")) + draw(
            st.text(letters, min_size=1, max_size=5)
        )
    name = draw(st.text(letters[:26], min_size=1, max_size=10))
    return f"{local}@{name}.{draw(st.sampled_from(('com', 'cn', 'co.uk', 'museum')))}"


@tagged("at_install")
class TestIdentityProperties(BaseCase):
    """One customer has one key however it is written, two have two."""

    def _phones(self, text):
        return identity.phone_keys(text, format_number, "CN", 86)

    @given(mobiles_as_typed())
    def test_any_notation_is_the_same_number(self, mobile):
        number, typed = mobile
        self.assertEqual(self._phones(typed), [("phone", f"+86{number}")])

    @given(mobiles_as_typed(), mobiles_as_typed(), st.sampled_from(",;/|\n、和"))
    def test_two_numbers_are_two(self, first, second, sign):
        """Side by side in one field, both are read, and nothing else."""
        self.assertEqual(
            set(self._phones(f"{first[1]} {sign} {second[1]}")),
            {("phone", f"+86{first[0]}"), ("phone", f"+86{second[0]}")},
        )

    @given(mobiles, st.integers(0, 10), st.integers(1, 9))
    def test_one_digit_is_another_number(self, number, at, more):
        """Whoever mistypes a digit is another customer, or none."""
        other = number[:at] + str((int(number[at]) + more) % 10) + number[at + 1 :]
        self.assertFalse(set(self._phones(number)) & set(self._phones(other)))

    @given(texts, st.sampled_from((("CN", 86), ("US", 1), ("DE", 49), (None, None))))
    def test_a_number_found_is_found_again(self, text, country):
        """A number as it is kept is read as itself, in each country."""
        keys = identity.phone_keys(text, format_number, *country)
        self.assertEqual(len(keys), len(set(keys)))
        for kind, value in keys:
            if kind == "phone":
                self.assertIn((kind, value), identity.phone_keys(value, *country))
            else:
                self.assertRegex(value, r"^\d{7,20}$")

    @given(mobiles_as_typed(), st.text("abc 王先生,;\n办公室\u200b", max_size=40))
    def test_words_hide_no_number(self, mobile, remark):
        number, typed = mobile
        for text in (f"{remark}, {typed}", f"{typed}, {remark}"):
            self.assertIn(("phone", f"+86{number}"), self._phones(text))

    @given(
        addresses(),
        st.sampled_from(("{}", " {} ", "<{}>", '"A, B" <{}>', "王 <{}>;", "mail：{}")),
        st.sampled_from(("@", " @ ", "\N{FULLWIDTH COMMERCIAL AT}", "(at)", "%40")),
        st.booleans(),
    )
    def test_any_notation_is_the_same_address(self, address, form, sign, is_upper):
        typed = form.format(address.replace("@", sign))
        self.assertEqual(
            identity.email_keys(typed.upper() if is_upper else typed),
            [("email", address)],
        )

    @given(addresses(), addresses(), st.sampled_from((", ", ";", " ", "\n", " / ")))
    def test_two_addresses_are_two(self, first, second, sign):
        self.assertEqual(
            identity.email_keys(f"{first}{sign}{second}"),
            [("email", value) for value in dict.fromkeys((first, second))],
        )

    @given(texts)
    def test_an_address_found_is_found_again(self, text):
        for key in identity.email_keys(text):
            self.assertEqual(identity.email_keys(key[1]), [key])

    @given(texts)
    def test_a_name_found_is_found_again(self, text):
        """A name as it is kept is read as itself, and the others as well."""
        for read in (identity.name_key, identity.vat_key, identity.wechat_key):
            for key in read(text):
                self.assertEqual(read(key[1]), [key])

    @given(mobiles_as_typed(), addresses())
    def test_masks_hide(self, mobile, address):
        number, typed = mobile
        shown = "".join(filter(str.isdigit, identity.mask_phone(typed)))
        self.assertEqual(len(shown), 4, typed)
        self.assertTrue(number.endswith(shown[-2:]))
        local, _at, domain = address.partition("@")
        self.assertEqual(
            identity.mask_email(address),
            f"{local[0] if len(local) > 1 else ''}***@{domain}",
        )


@tagged("at_install")
class TestClockProperties(BaseCase):
    """A deadline is the end of a day, whatever zones and clocks do."""

    @given(changing_moments(), st.integers(0, 400))
    def test_days_follow_each_other(self, zoned, number):
        zone, moment = zoned
        day = local_date(moment, zone)
        start, end = start_of_day_utc(day, zone), end_of_day_utc(day, zone)
        self.assertLessEqual(start, moment)
        self.assertLessEqual(moment, end)
        self.assertEqual(local_date(start, zone), day)
        self.assertEqual(local_date(end, zone), day)
        # Casey on the Antarctic once moved its clocks by three hours
        self.assertLessEqual(abs(end + ONE_SECOND - start - DAY), timedelta(hours=3))
        deadline = followup_deadline(moment, number, zone)
        self.assertEqual(local_date(deadline, zone), day + number * DAY)
        self.assertEqual(
            local_date(deadline + ONE_SECOND, zone), day + DAY * number + DAY
        )

    @given(
        changing_moments(), st.integers(0, 3 * 86400), calendars(), st.integers(0, 30)
    )
    def test_later_contact_is_never_worse(self, zoned, seconds, is_working, number):
        zone, moment = zoned
        later = moment + timedelta(seconds=seconds)
        for is_day in (None, is_working):
            self.assertLessEqual(
                followup_deadline(moment, number, zone, is_day),
                followup_deadline(later, number, zone, is_day),
            )
            self.assertLess(
                followup_deadline(moment, number, zone, is_day),
                followup_deadline(moment, number + 1, zone, is_day),
            )

    @given(changing_moments(), zones, st.integers(0, 30), calendars())
    def test_no_zone_takes_a_day(self, zoned, other, number, is_working):
        """Whoever moves loses what is left of the day at most, never a promised one."""
        zone, moment = zoned
        promised = moment + number * DAY - timedelta(hours=3)
        for place in (zone, other):
            deadline = followup_deadline(moment, number, place)
            self.assertGreaterEqual(deadline, promised)
            self.assertLessEqual(
                deadline, followup_deadline(moment, number, place, is_working)
            )
        self.assertLess(
            abs(
                followup_deadline(moment, number, zone)
                - followup_deadline(moment, number, other)
            ),
            2 * DAY,
        )

    @given(moments, zones, calendars(), st.integers(1, 30))
    def test_working_days_are_counted(self, moment, zone, is_working, number):
        first = local_date(moment, zone)
        last = local_date(followup_deadline(moment, number, zone, is_working), zone)
        self.assertTrue(is_working(last))
        after = ((first + at * DAY) for at in range(1, (last - first).days + 1))
        self.assertEqual(sum(map(is_working, after)), number)

    @given(changing_moments(), days, st.integers(-3, 400))
    def test_agreed_date_never_shortens(self, zoned, agreed, most):
        zone, moment = zoned
        normal = end_of_day_utc(local_date(moment, zone), zone)
        deadline = agreed_deadline(normal, agreed, zone, most)
        moved = (local_date(deadline, zone) - local_date(normal, zone)).days
        wanted = (agreed - local_date(normal, zone)).days
        self.assertEqual(moved, max(min(wanted, most), 0))
        self.assertEqual(deadline, end_of_day_utc(local_date(deadline, zone), zone))

    @given(changing_moments(), st.integers(0, 9), st.integers(0, 48))
    def test_warned_in_time(self, zoned, number, half_hours):
        zone, moment = zoned
        deadline = end_of_day_utc(local_date(moment, zone), zone)
        (warned,) = reminder_moments(deadline, zone, [number], half_hours / 2)
        self.assertLessEqual(warned, deadline)
        late = half_hours == 48 and number
        self.assertEqual(
            (local_date(deadline, zone) - local_date(warned, zone)).days,
            number - bool(late),
        )

    @given(changing_moments(), st.integers(0, 10**6), st.sets(st.integers(-1, 12)))
    def test_days_taken_out_of_an_absence(self, zoned, seconds, numbers):
        """On those days nothing is left, and all of the others."""
        zone, start = zoned
        end = start + timedelta(seconds=seconds)
        first = local_date(start, zone)
        worked = {first + number * DAY for number in numbers}
        parts = clock.without_days((start, end), worked, zone)
        for number in range(14):
            day = first + number * DAY
            for hour in (0.5, 3, 12, 23.5):
                moment = local_moment_utc(day, hour, zone)
                if not start < moment < end:
                    continue
                self.assertEqual(
                    any(left <= moment < right for left, right in parts),
                    local_date(moment, zone) not in worked,
                )

    @given(
        changing_moments(), st.integers(0, 10**6), st.integers(0, 5), st.integers(-2, 9)
    )
    def test_away_days(self, zoned, seconds, most, back):
        """Days from ten to four, after the day that is named, the first ones."""
        zone, start = zoned
        end = start + timedelta(seconds=seconds)
        touched = clock.touched_days(start, end, zone)
        after = local_date(start, zone) + back * DAY
        whole = sorted(
            day
            for day in touched
            if day > after
            and start <= local_moment_utc(day, clock.CORE_FROM, zone)
            and local_moment_utc(day, clock.CORE_TO, zone) <= end
        )
        self.assertEqual(
            clock.away_days([(start, end)], after, most, zone), set(whole[:most])
        )
        # told twice it is the same absence
        half = start + (end - start) / 2
        self.assertEqual(
            clock.away_days([(half, end), (start, end)], after, most, zone),
            set(whole[:most]),
        )


@tagged("at_install")
class TestDutyProperties(BaseCase):
    @given(
        st.integers(1, 5),
        st.lists(st.integers(0, 4), max_size=12),
        st.integers(1, 3),
        st.dictionaries(st.integers(0, 4), st.integers(0, 9)),
        st.sets(st.tuples(st.integers(0, 4), st.integers(0, 11))),
    )
    def test_turns(self, count, groups, needed, load, hindered):
        """Nobody who is not free, nobody twice, no place empty that could be filled."""
        slots = [
            Slot(
                datetime(2026, 6, 1) + at * DAY, datetime(2026, 6, 2) + at * DAY, group
            )
            for at, group in enumerate(sorted(groups))
        ]

        def is_free(user, slot):
            return (user, slots.index(slot)) not in hindered

        people = range(count)
        turns = rotate(people, slots, load, needed, is_free)
        self.assertEqual(len(turns), len(set(turns)))
        for slot in slots:
            users = [user for at, user in turns if at == slot]
            free = [user for user in people if is_free(user, slot)]
            self.assertLessEqual(set(users), set(free))
            self.assertEqual(len(users), min(needed, len(free)))
        if not hindered and not load and len(set(groups)) == len(groups):
            numbers = Counter(dict.fromkeys(people, 0))
            numbers.update(user for _slot, user in turns)
            self.assertLessEqual(max(numbers.values()) - min(numbers.values()), 1)


@tagged("at_install")
class TestWordsProperties(BaseCase):
    """Nothing is said by writing it larger, wider, louder or again."""

    @given(texts)
    @example("OK")
    def test_dress_is_no_word(self, text):
        said = words.has_words(text)
        self.assertEqual(words.has_words(f"  {text}!! \n"), said)
        self.assertEqual(words.has_words(f"{text} 2026-11-25"), said)
        if text.isascii():
            self.assertEqual(words.has_words(text.upper()), said)

    @given(st.text("abcdeo哈联系报价 ", min_size=1, max_size=12), st.integers(3, 9))
    def test_again_is_no_word(self, text, times):
        self.assertFalse(words.has_words(text * times))

    @given(
        st.lists(st.text("abcdé报价哈", min_size=1, max_size=8), max_size=10),
        st.randoms(),
    )
    def test_order_is_no_word(self, text, dice):
        """The same words in another order are pasted."""
        folded = words.fold(" ".join(text))
        dice.shuffle(text)
        self.assertEqual(words.fold(" ".join(text).upper()), folded)
        self.assertEqual(words.is_pasted(folded, [folded]), bool(folded))
        self.assertFalse(words.is_pasted(folded, []))
        self.assertLessEqual(len(folded), words.COMPARED_LENGTH)
