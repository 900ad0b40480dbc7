"""Image references: `registry.example.com:5000/team/app:v1@sha256:…`.

Models ParseNormalizedNamed of github.com/distribution/reference.
"""

from __future__ import annotations

import re

_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_HOST}(?:\.{_HOST})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_REFERENCE = re.compile(
    rf"(?P<name>{_DOMAIN}/{_PART}(?:/{_PART})*)(?::(?P<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}))?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
_DIGEST = re.compile("sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
_ID = re.compile("[a-f0-9]{64}")
_LONGEST_NAME = 255


def image_tag(image: str) -> str | None:
    """The tag, `latest` if there is neither tag nor digest, "" if only a digest, None if it is no reference."""
    if _ID.fullmatch(image):
        return None
    domain, slash, rest = image.partition("/")
    if not slash or not (set(domain) & set(".:") or domain == "localhost" or domain != domain.lower()):
        domain, rest = "docker.io", image
    if domain in ("docker.io", "index.docker.io") and "/" not in rest:
        domain, rest = "docker.io", f"library/{rest}"
    if rest.partition(":")[0] != rest.partition(":")[0].lower():
        return None
    match = _REFERENCE.fullmatch(f"{domain}/{rest}")
    if match is None or len(match["name"]) > _LONGEST_NAME:
        return None
    if match["digest"] and not _DIGEST.fullmatch(match["digest"]):
        return None
    return match["tag"] or ("" if match["digest"] else "latest")


def default_pull_policy(image: str) -> str:
    """Always for `latest`, said or unsaid; else IfNotPresent, also for what is no reference at all."""
    return "Always" if image_tag(image) == "latest" else "IfNotPresent"
