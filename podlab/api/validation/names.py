"""The forms that names may have. Each function gives the rules that a value breaks, in words, or nothing.

Models k8s.io/apimachinery/pkg/util/validation and pkg/api/validate/content.
"""

from __future__ import annotations

import ipaddress
import re

from podlab.api.validation.errors import ErrorList, quoted

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_LABEL_UNDERSCORE = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?"
_SUBDOMAIN_UNDERSCORE = rf"{_LABEL_UNDERSCORE}(\.{_LABEL_UNDERSCORE})*"
_KEY = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"

_LABEL_RE = re.compile(_LABEL)
_SUBDOMAIN_RE = re.compile(_SUBDOMAIN)
_SUBDOMAIN_UNDERSCORE_RE = re.compile(_SUBDOMAIN_UNDERSCORE)
_KEY_RE = re.compile(_KEY)
_VALUE_RE = re.compile(f"({_KEY})?")
_HEADER_RE = re.compile("[-A-Za-z0-9]+")
_CONFIG_KEY_RE = re.compile("[-._a-zA-Z0-9]+")
_PORT_NAME_RE = re.compile("[-a-z0-9]+")
_LETTER_RE = re.compile("[a-z]")
_PRINTABLE_RE = re.compile("[ -<>-~]+")

_MAX_ID = 2**31 - 1


def _regex_rule(rule: str, regex: str, *examples: str) -> str:
    shown = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {shown}regex used for validation is '{regex}')"


_LABEL_RULE = _regex_rule(
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
    "and must start and end with an alphanumeric character",
    _LABEL,
    "my-name",
    "123-abc",
)
_SUBDOMAIN_RULE = _regex_rule(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
    "and must start and end with an alphanumeric character",
    _SUBDOMAIN,
    "example.com",
)
_SUBDOMAIN_UNDERSCORE_RULE = _regex_rule(
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', "
    "and must start and end with an alphanumeric character",
    _SUBDOMAIN_UNDERSCORE,
    "example.com",
)
_KEY_RULE = _regex_rule(
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
    _KEY,
    "MyName",
    "my.name",
    "123-abc",
)
_VALUE_RULE = _regex_rule(
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', "
    "and must start and end with an alphanumeric character",
    f"({_KEY})?",
    "MyValue",
    "my_value",
    "12345",
)
_HEADER_RULE = _regex_rule(
    "a valid HTTP header must consist of alphanumeric characters or '-'", "[-A-Za-z0-9]+", "X-Header-Name"
)
_CONFIG_KEY_RULE = _regex_rule(
    "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
    "[-._a-zA-Z0-9]+",
    "key.name",
    "KEY_NAME",
    "key-name",
)
_ENV_RULE = "a valid environment variable name must consist only of printable ASCII characters other than '='"


def _size(text: str) -> int:
    """Length in bytes, as Go counts it."""
    return len(text) if text.isascii() else len(text.encode())


def inclusive_range(low: int, high: int) -> str:
    """The rule that a number lies between two others."""
    return f"must be between {low} and {high}, inclusive"


def dns_label(value: str) -> list[str]:
    """RFC 1123 label: at most 63 of a-z, 0-9 and `-`, no dots."""
    broken = [] if _size(value) <= 63 else ["must be no more than 63 characters"]
    if not _LABEL_RE.fullmatch(value):
        broken.append("must not contain dots" if _SUBDOMAIN_RE.fullmatch(value) else _LABEL_RULE)
    return broken


def dns_subdomain(value: str) -> list[str]:
    """RFC 1123 subdomain: labels joined by dots, at most 253 characters."""
    broken = [] if _size(value) <= 253 else ["must be no more than 253 characters"]
    if not _SUBDOMAIN_RE.fullmatch(value):
        broken.append(_SUBDOMAIN_RULE)
    return broken


def path_segment(value: str) -> list[str]:
    """Anything that can stand between two slashes of a URL: the names of RBAC have capitals and colons."""
    if value in (".", ".."):
        return [f"may not be '{value}'"]
    return [f"may not contain '{sign}'" for sign in "/%" if sign in value]


def completed(prefix: str) -> str:
    """A name made of a prefix, which may end with a hyphen since more will be appended."""
    return f"{prefix[:-1]}a" if len(prefix) > 1 and prefix.endswith("-") else prefix


def dns_subdomain_with_underscore(value: str) -> list[str]:
    """A subdomain whose labels may hold `_`."""
    broken = [] if _size(value) <= 253 else ["must be no more than 253 characters"]
    if not _SUBDOMAIN_UNDERSCORE_RE.fullmatch(value):
        broken.append(_SUBDOMAIN_UNDERSCORE_RULE)
    return broken


def qualified_name(value: str) -> list[str]:
    """A label key: a name of at most 63, with or without a subdomain and `/` before it."""
    broken = []
    *prefixes, name = value.split("/")
    if len(prefixes) > 1:
        return [
            f"a valid label key {_KEY_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        ]
    if prefixes == [""]:
        broken.append("prefix part must be non-empty")
    elif prefixes:
        rules = dns_subdomain(prefixes[0])
        broken.extend(f"prefix part {rule.replace('253 characters', '253 bytes')}" for rule in rules)
    if not name:
        broken.append("name part must be non-empty")
    elif _size(name) > 63:
        broken.append("name part must be no more than 63 bytes")
    if not _KEY_RE.fullmatch(name):
        broken.append(f"name part {_KEY_RULE}")
    return broken


def label_value(value: str) -> list[str]:
    """Nothing, or at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends."""
    broken = [] if _size(value) <= 63 else ["must be no more than 63 bytes"]
    if not _VALUE_RE.fullmatch(value):
        broken.append(_VALUE_RULE)
    return broken


def port_name(value: str) -> list[str]:
    """At most 15 of a-z, 0-9 and single hyphens inside, with a letter among them."""
    rules = [
        (_size(value) > 15, "must be no more than 15 characters"),
        (
            not _PORT_NAME_RE.fullmatch(value),
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
        ),
        (not _LETTER_RE.search(value), "must contain at least one letter (a-z)"),
        ("--" in value, "must not contain consecutive hyphens"),
        (value[:1] == "-" or value[-1:] == "-", "must not begin or end with a hyphen"),
    ]
    return [rule for broken, rule in rules if broken]


def port_number(value: int) -> list[str]:
    """1 to 65535."""
    return [] if 1 <= value <= 65535 else [inclusive_range(1, 65535)]


def user_or_group_id(value: int) -> list[str]:
    """0 to 2^31-1."""
    return [] if 0 <= value <= _MAX_ID else [inclusive_range(0, _MAX_ID)]


def http_header(value: str) -> list[str]:
    """Letters, digits and hyphens."""
    return [] if _HEADER_RE.fullmatch(value) else [_HEADER_RULE]


def env_name(value: str) -> list[str]:
    """Printable ASCII without `=`."""
    if not value:
        return ["environment variable name must be non-empty"]
    return [] if _PRINTABLE_RE.fullmatch(value) else [_ENV_RULE]


def config_key(value: str) -> list[str]:
    """A key of a ConfigMap or Secret, which becomes a file name."""
    broken = [] if _size(value) <= 253 else ["must be no more than 253 characters"]
    if not _CONFIG_KEY_RE.fullmatch(value):
        broken.append(_CONFIG_KEY_RULE)
    if value in (".", ".."):
        broken.append(f"must not be '{value}'")
    elif value.startswith(".."):
        broken.append("must not start with '..'")
    return broken


def check_label_keys_and_values(labels: dict[str, str] | None, field: str, errors: ErrorList) -> None:
    """All labels of a map; Kubernetes names the map as the field."""
    for key, value in (labels or {}).items():
        check(qualified_name(key), field, key, errors)
        check(label_value(value), field, value, errors)


def check(broken: list[str], field: str, value: object, errors: ErrorList) -> None:
    """One error for each broken rule."""
    for rule in broken:
        errors.invalid(field, value, rule)


def check_ip(field: str, value: str, errors: ErrorList) -> None:
    """An IPv4 or IPv6 address without leading zeros and not the one in the form of the other."""
    address = _ip_address(value)
    if address is None:
        errors.invalid(field, value, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")
    elif address == "leading zeros":
        errors.invalid(field, value, "must not have leading 0s")
    elif isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        errors.invalid(field, value, "must not be an IPv4-mapped IPv6 address")


def ip_warning(field: str, value: str) -> str | None:
    """An address can be written in many ways, of which one is preferred, and some will be refused one day."""
    address = _ip_address(value)
    preferred = ""
    if address == "leading zeros":
        preferred = ".".join(str(int(part)) for part in value.split("."))
    elif isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        preferred = str(address.ipv4_mapped)
    if preferred:
        rule = "will be considered invalid in a future Kubernetes release"
        return f"{field}: non-standard IP address {quoted(value)} {rule}: use {quoted(preferred)}"
    if not isinstance(address, ipaddress.IPv6Address) or address.compressed == value:
        return None
    return (
        f"{field}: IPv6 address {quoted(value)} should be in RFC 5952 canonical format ({quoted(address.compressed)})"
    )


def _ip_address(value: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | str | None:
    if "%" in value:
        return None
    try:
        return ipaddress.ip_address(value)
    except ValueError:
        pass
    parts = value.split(".")
    return "leading zeros" if len(parts) == 4 and all(map(_is_byte, parts)) else None


def _is_byte(digits: str) -> bool:
    """Whether decimal digits, perhaps after zeros, are at most 255."""
    return digits.isascii() and digits.isdigit() and len(digits) < 100 and int(digits) < 256
