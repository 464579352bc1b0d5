# Copyright 2026 Sales Process Management contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses of maps. A position is what a device says: WGS-84, in degrees.

Nothing is asked of a map here: an address is made, and a browser opens it.
"""

from urllib.parse import urlsplit

LATITUDE, LONGITUDE = "{latitude}", "{longitude}"
OPEN_STREET_MAP = (
    "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}"
    "#map=17/{latitude}/{longitude}"
)
# Maps of China are shifted (GCJ-02). Amap moves a position of a device by itself where
# it is told what it is; the longitude comes first.
AMAP = (
    "https://uri.amap.com/marker?position={longitude},{latitude}"
    "&coordinate=wgs84&callnative=0"
)
PROVIDERS = {"osm": OPEN_STREET_MAP, "amap": AMAP}


def is_template(text):
    """Tell whether an address can lead to a position.

    :param str text: with ``{latitude}`` and ``{longitude}``, and no other braces
    :return: bool
    """
    if not (LATITUDE in text and LONGITUDE in text) or set(text) & set(" \t\r\n"):
        return False
    filled = fill(text, 0, 0)
    try:
        parts = urlsplit(filled)
        host = parts.hostname
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(host) and not set("{}") & {*filled}
    )


def fill(template, latitude, longitude):
    """The address of a position; six places behind the point are a decimetre.

    :param str template: see :func:`is_template`
    :param float latitude: degrees, WGS-84
    :param float longitude: degrees, WGS-84
    :return: str
    """
    return template.replace(LATITUDE, f"{latitude:.6f}").replace(
        LONGITUDE, f"{longitude:.6f}"
    )
