"""The internet beyond the cluster, as a pod with a way out meets it: public names resolve, and web servers answer.

podlab fetches nothing: every public name has an address of TEST-NET-2 (RFC 5737), and a page that says what it is.
"""

from __future__ import annotations

import hashlib
import re

from podlab.linux.http import Request, request_of

_TOP = frozenset(
    [
        "com",
        "org",
        "net",
        "io",
        "dev",
        "app",
        "edu",
        "gov",
        "info",
        "de",
        "fr",
        "uk",
        "jp",
        "cn",
        "eu",
        "ai",
        "co",
        "me",
    ]
)
_RESERVED = re.compile(r"\.example\.(com|org|net)$")
_PREFIX = "198.51.100."
PORTS = (80, 443)


def public_address(host: str) -> str | None:
    """The address of a public name; None for what is no such name. Subdomains of example.com do not exist."""
    name = host.rstrip(".").lower()
    if "." not in name or name.rpartition(".")[2] not in _TOP or _RESERVED.search(name):
        return None
    return f"{_PREFIX}{1 + hashlib.sha256(name.encode()).digest()[0] % 254}"


def is_public(ip: str) -> bool:
    """Whether an address is one of the internet's."""
    return ip.startswith(_PREFIX)


def page(path: str) -> tuple[int, str]:
    """What any web server of the internet answers."""
    request: Request = request_of(path)
    return 200, f"<html><head><title>{request.header('Host')}</title></head><body>podlab's internet</body></html>\n"
