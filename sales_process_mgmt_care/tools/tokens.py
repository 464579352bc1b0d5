# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tokens of links, and nonces of the pages that a link shows."""

import hashlib
import hmac
import ipaddress
import secrets
import time

TOKEN_BYTES = 16
TOKEN_LENGTH = 22
# Letters and digits that are not taken for one another: 5 bits each.
REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
REFERENCE_LENGTH = 8
# Whoever has one address of the newer kind has all of its network.
NETWORK_BITS = 64
# A page is answered within a day, and by nobody within a second.
NONCE_SECONDS = 24 * 3600
HUMAN_SECONDS = 1


def make_token():
    """A link's secret of 128 bits.

    :return: str of 22 characters that a link may hold
    """
    return secrets.token_urlsafe(TOKEN_BYTES)


def hash_token(token):
    """What is stored of a token: nobody who reads the database opens the link.

    :param str token: as it came
    :return: str, hexadecimal
    """
    return hashlib.sha256(b"care:" + (token or "").encode()).hexdigest()


def make_reference():
    """A number for customers that says nothing about how many others there are.

    :return: str of 40 random bits, in two parts that can be read aloud
    """
    letters = "".join(
        secrets.choice(REFERENCE_LETTERS) for _place in range(REFERENCE_LENGTH)
    )
    return f"{letters[:4]}-{letters[4:]}"


def hash_origin(secret, address):
    """What is kept of an address, to tell two apart and no more.

    :param str secret: of the database
    :param str address: of the network; all of one IPv6 network are one
    :return: str, hexadecimal
    """
    source = _get_source(address)
    told = hmac.new(secret.encode(), f"origin:{source}".encode(), hashlib.sha256)
    return told.hexdigest()[:32]


def _get_source(address):
    try:
        known = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return address
    if known.version == 4:
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((int(known), NETWORK_BITS), strict=False))


def make_nonce(secret, token_hash, now=None):
    """A nonce of one view of the page of a link.

    :param str secret: of the database
    :param str token_hash: see :func:`hash_token`
    :param float now: seconds; by default the clock's
    :return: str
    """
    issued = f"{int((time.time() if now is None else now) * 1000)}"
    view = secrets.token_hex(8)
    return f"{issued}.{view}.{_sign(secret, token_hash, issued, view)}"


def read_nonce(secret, token_hash, nonce, now=None):
    """When the page was shown whose nonce this is.

    :param str nonce: as it came
    :return: float, seconds; None for a nonce of another link, one that nobody issued,
        that is too old, or that comes sooner than a person answers
    """
    parts = (nonce or "").split(".")
    if len(parts) != 3 or not parts[0].isdecimal() or not parts[0].isascii():
        return None
    signature = _sign(secret, token_hash, parts[0], parts[1])
    if not hmac.compare_digest(signature.encode(), parts[2].encode()):
        return None
    issued = int(parts[0]) / 1000
    age = (time.time() if now is None else now) - issued
    return issued if HUMAN_SECONDS <= age <= NONCE_SECONDS else None


def _sign(secret, token_hash, issued, view):
    told = f"view:{token_hash}:{issued}:{view}"
    return hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()
