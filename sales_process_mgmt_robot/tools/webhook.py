# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the robots of groups are spoken to: addresses, signatures, bodies, answers.

Without an environment. What each platform asks for is in its manual on custom robots.
"""

import base64
import hashlib
import hmac
import ipaddress
import json
import re
import socket
import unicodedata
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter

# Seconds to connect, and between two parts of an answer
TIMEOUT = 8
# Nothing longer is read of an answer.
ANSWER_LENGTH = 64 * 1024
# The shortest limit of the three, in bytes, with room for the envelope
TEXT_BYTES = 3800
# Too many messages in a minute: nothing is wrong, only too early.
TOO_MANY = {
    "wecom": frozenset((45009, 45033)),
    "dingtalk": frozenset((130101, 410100, 90018)),
    "feishu": frozenset((9499, 11232)),
}

# Stands for what no group reads
HIDDEN = "…"
_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_DATE = re.compile(r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)")
_PHONE = re.compile(r"\+?\(?\d(?:[\s().\-/\u2010-\u2015]{0,3}\d){6,}")
_MARKS = str.maketrans("<>[]`*_#@|~", "‹›［］ˋ＊＿＃＠｜～")


class AddressError(ValueError):
    """An address to which nothing is sent; ``args[0]`` says why, as a word."""


class WebhookError(Exception):
    """The platform has not taken a message.

    :param str message: what it said
    :param bool is_early: whether it only came too early
    """

    def __init__(self, message, is_early=False):
        super().__init__(message)
        self.is_early = is_early


# -- what may be said --------------------------------------------------------


def plain(value):
    """A value as it may stand in a message: one line, no markup, nobody called.

    :return: str
    """
    text = "" if value is None or value is False else str(value)
    text = unicodedata.normalize("NFKC", text)
    text = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in text
        if unicodedata.category(char) != "Cf"
    )
    return hide_details(" ".join(text.split())).translate(_MARKS)


def hide_details(text):
    """A text without telephone numbers and e-mail addresses; dates stay.

    :return: str
    """
    text = _EMAIL.sub(HIDDEN, text)
    parts, last = [], 0
    for found in _DATE.finditer(text):
        parts += [_PHONE.sub(HIDDEN, text[last : found.start()]), found.group()]
        last = found.end()
    return "".join([*parts, _PHONE.sub(HIDDEN, text[last:])])


def cut(text, limit=TEXT_BYTES):
    """A text of so many bytes at most, no character cut in two.

    :return: str
    """
    raw = text.encode()
    if len(raw) <= limit:
        return text
    return raw[: limit - 3].decode(errors="ignore") + "…"


# -- where to ----------------------------------------------------------------


def check_address(address, is_open=False):
    """Refuse an address that is no public https address.

    :param str address: of the webhook
    :param bool is_open: whether http and private addresses are allowed
    :return: the parts of the address
    :raise AddressError: with ``https``, ``user`` or ``host``
    """
    try:
        parts = urlsplit((address or "").strip())
        port = parts.port
    except ValueError:
        raise AddressError("host") from None
    if parts.scheme != "https" and not (is_open and parts.scheme == "http"):
        raise AddressError("https")
    if parts.username is not None or parts.password is not None:
        raise AddressError("user")
    if not parts.hostname or port == 0 or re.search(r"[\s\\]", address.strip()):
        raise AddressError("host")
    if not is_open:
        try:
            literal = ipaddress.ip_address(parts.hostname)
        except ValueError:
            literal = None
        if literal and not _is_public(literal):
            raise AddressError("private")
        if literal is None and "." not in parts.hostname.strip("."):
            raise AddressError("private")
    return parts


def _is_public(address):
    mapped = getattr(address, "ipv4_mapped", None)
    if mapped:
        return _is_public(mapped)
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not getattr(address, "sixtofour", None)
        and not getattr(address, "teredo", None)
        and address not in ipaddress.ip_network("64:ff9b::/96")
    )


def resolve(parts, is_open=False):
    """The numeric address that is connected to: looked up once, and then kept to.

    :param parts: see :func:`check_address`
    :param bool is_open: whether private addresses are allowed
    :return: str
    :raise AddressError: with ``unknown`` or ``private``
    """
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise AddressError("unknown") from None
    addresses = [ipaddress.ip_address(row[4][0].split("%")[0]) for row in found]
    if not is_open and not all(_is_public(address) for address in addresses):
        raise AddressError("private")
    if not addresses:
        raise AddressError("unknown")
    return str(addresses[0])


class _Pinned(HTTPAdapter):
    """Connects to one numeric address, and still checks the name of the host."""

    def __init__(self, host, is_secure):
        self.settings = (
            {"server_hostname": host, "assert_hostname": host} if is_secure else {}
        )
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args, **kwargs):
        return super().init_poolmanager(*args, **kwargs, **self.settings)


# -- what each platform asks for ---------------------------------------------


def _sign(key, text):
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def prepare(kind, address, secret, title, text, now):
    """The address and the body of one message, signed as its platform asks.

    :param str kind: ``wecom``, ``dingtalk`` or ``feishu``
    :param str address: of the webhook
    :param str secret: of the signature; without one nothing is signed
    :param str title: one line
    :param str text: Markdown
    :param float now: seconds since 1970
    :return: ``(address, dict)``
    """
    text = cut(text)
    if kind == "dingtalk":
        if secret:
            moment = str(round(now * 1000))
            sign = _sign(secret, f"{moment}\n{secret}")
            parts = urlsplit(address)
            query = [*parse_qsl(parts.query), ("timestamp", moment), ("sign", sign)]
            address = urlunsplit(parts._replace(query=urlencode(query)))
        return address, {
            "msgtype": "markdown",
            "markdown": {"title": title, "text": text},
        }
    if kind == "feishu":
        body = {"msg_type": "text", "content": {"text": _without_markdown(text)}}
        if secret:
            moment = str(int(now))
            body |= {"timestamp": moment, "sign": _sign(f"{moment}\n{secret}", "")}
        return address, body
    return address, {"msgtype": "markdown", "markdown": {"content": text}}


def _without_markdown(text):
    """Markdown as plain text, where a platform shows it as it stands."""
    text = re.sub(r"^#+ ", "", text, flags=re.MULTILINE)
    text = re.sub(r"\*\*(.+?)\*\*", r"\1", text)
    return re.sub(r"\[([^\]]*)\]\(([^)]*)\)", r"\1 \2", text)


def read_answer(kind, status, content):
    """What a platform says of a message: nothing where it has taken it.

    :param str kind: of the platform
    :param int status: of HTTP
    :param bytes content: of the answer
    :raise WebhookError: with its words
    """
    try:
        answer = json.loads(content)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise WebhookError(f"HTTP {status}", status == 429 or status >= 500)
    names = ("code", "StatusCode") if kind == "feishu" else ("errcode",)
    code = next((answer[name] for name in names if name in answer), None)
    said = answer.get("msg") or answer.get("StatusMessage") or answer.get("errmsg")
    if status == 200 and code == 0:
        return
    raise WebhookError(
        f"HTTP {status}, {code}: {str(said or '')[:300]}",
        status == 429 or status >= 500 or code in TOO_MANY.get(kind, ()),
    )


def send(kind, address, secret, title, text, now, is_open=False):
    """Send one message.

    No redirection is followed, no proxy of the environment asked, nothing of the
    address stands in an error.

    :raise AddressError: where nothing may be sent to
    :raise WebhookError: where the platform has not taken it
    """
    parts = check_address(address, is_open)
    numeric = resolve(parts, is_open)
    address, body = prepare(kind, address.strip(), secret, title, text, now)
    signed = urlsplit(address)
    is_secure = parts.scheme == "https"
    host = parts.hostname if not parts.port else f"{parts.hostname}:{parts.port}"
    numeric = f"[{numeric}]" if ":" in numeric else numeric
    target = urlunsplit(
        signed._replace(netloc=f"{numeric}:{parts.port or (443 if is_secure else 80)}")
    )
    with requests.Session() as session:
        session.trust_env = False
        session.mount(f"{parts.scheme}://", _Pinned(parts.hostname, is_secure))
        try:
            with session.post(
                target,
                data=json.dumps(body, ensure_ascii=False).encode(),
                headers={"Host": host, "Content-Type": "application/json"},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = next(response.iter_content(ANSWER_LENGTH), b"")
                status = response.status_code
        except requests.Timeout:
            raise WebhookError("timeout", True) from None
        except requests.RequestException as error:
            # its words hold the address, and with it the key
            raise WebhookError(type(error).__name__, True) from None
    read_answer(kind, status, content)
