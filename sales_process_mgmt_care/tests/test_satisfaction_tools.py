# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import unittest

from ..tools import tokens

NOW = 1_800_000_000.0


class TestSatisfactionTools(unittest.TestCase):
    """Tokens and nonces: no database is asked."""

    def test_token(self):
        made = {tokens.make_token() for _number in range(200)}
        self.assertEqual(len(made), 200)
        for token in made:
            self.assertEqual(len(token), tokens.TOKEN_LENGTH)
            self.assertEqual(len(base64.urlsafe_b64decode(token + "==")) * 8, 128)
        token = made.pop()
        told = tokens.hash_token(token)
        self.assertEqual(len(told), 64)
        self.assertNotIn(token, told)
        self.assertEqual(told, tokens.hash_token(token))
        self.assertNotEqual(told, tokens.hash_token(token + "x"))
        self.assertTrue(tokens.hash_token(""))
        self.assertTrue(tokens.hash_token(None))

    def test_nonce_of_one_view(self):
        told = tokens.hash_token("token")
        first = tokens.make_nonce("secret", told, NOW)
        self.assertNotEqual(first, tokens.make_nonce("secret", told, NOW))
        self.assertEqual(tokens.read_nonce("secret", told, first, NOW + 5), NOW)

    def test_nonce_has_its_time(self):
        told = tokens.hash_token("token")
        nonce = tokens.make_nonce("secret", told, NOW)
        for age, is_good in (
            (-1, False),
            # sooner than a person presses
            (0, False),
            (tokens.HUMAN_SECONDS - 0.01, False),
            (tokens.HUMAN_SECONDS, True),
            (tokens.NONCE_SECONDS, True),
            (tokens.NONCE_SECONDS + 1, False),
        ):
            with self.subTest(age):
                shown = tokens.read_nonce("secret", told, nonce, NOW + age)
                self.assertEqual(shown is not None, is_good)

    def test_nonce_that_nobody_issued(self):
        told = tokens.hash_token("token")
        issued, view, sign = tokens.make_nonce("secret", told, NOW).split(".")
        for nonce in (
            None,
            "",
            ".",
            "..",
            "1.2",
            f"{issued}.{view}",
            f"{issued}.{view}.{sign}x",
            f"{issued}1.{view}.{sign}",
            f"{issued}.x.{sign}",
            f"-{issued}.{view}.{sign}",
            f"١.{view}.{sign}",
            f"{issued}.{view}.名",
            f"{issued}.{view}.{sign}.{sign}",
        ):
            with self.subTest(nonce):
                self.assertIsNone(tokens.read_nonce("secret", told, nonce, NOW + 5))
        good = f"{issued}.{view}.{sign}"
        self.assertIsNone(
            tokens.read_nonce("secret", tokens.hash_token("other"), good, NOW + 5)
        )
        self.assertIsNone(tokens.read_nonce("other", told, good, NOW + 5))

    def test_origin(self):
        first = tokens.hash_origin("secret", "192.0.2.1")
        self.assertEqual(first, tokens.hash_origin("secret", "192.0.2.1"))
        self.assertNotEqual(first, tokens.hash_origin("secret", "192.0.2.2"))
        self.assertNotIn("192", first)
