"""What a label's key and value may look like, in Kubernetes' words.

Models k8s.io/apimachinery/pkg/util/validation IsQualifiedName and IsValidLabelValue.
"""

from __future__ import annotations

import re

_NAME = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_PREFIX = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LETTERS = (
    "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
    "(e.g. {}, regex used for validation is '{}')"
)
_NAME_RULE = "must " + _LETTERS.format("'MyName',  or 'my.name',  or '123-abc'", _NAME.pattern)
_VALUE_RULE = "a valid label must be an empty string or " + _LETTERS.format(
    "'MyValue',  or 'my_value',  or '12345'", f"({_NAME.pattern})?"
)
_PREFIX_RULE = (
    "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and "
    f"must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    f"'{_PREFIX.pattern}')"
)
_LONGEST = 63


def key_fault(key: str) -> str:
    """What is wrong with a label's key, or an empty text."""
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        return (
            f"a qualified name {_NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        )
    faults = []
    if slash and not prefix:
        faults.append("prefix part must be non-empty")
    elif slash and not _PREFIX.fullmatch(prefix):
        faults.append(_PREFIX_RULE)
    if not name:
        faults.append("name part must be non-empty")
    if len(name) > _LONGEST:
        faults.append(f"name part must be no more than {_LONGEST} characters")
    if not _NAME.fullmatch(name):
        faults.append(f"name part {_NAME_RULE}")
    return "; ".join(faults)


def value_fault(value: str) -> str:
    """What is wrong with a label's value, or an empty text."""
    faults = []
    if len(value.encode()) > _LONGEST:
        faults.append(f"must be no more than {_LONGEST} bytes")
    if value and not _NAME.fullmatch(value):
        faults.append(_VALUE_RULE)
    return "; ".join(faults)
