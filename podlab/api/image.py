"""Names of images, `registry.example.com:5000/team/app:v1@sha256:…`: what is one, and what it means in full.

Models github.com/distribution/reference v0.6 (its grammar and ParseNormalizedNamed) and opencontainers/go-digest.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

DEFAULT_DOMAIN = "docker.io"
LEGACY_DOMAIN = "index.docker.io"
OFFICIAL = "library/"
MAX_LENGTH = 255

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_DOMAIN_PART = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_DOMAIN_PART}(?:\.{_DOMAIN_PART})*|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?"
_TAG = r"[\w][\w.-]{0,127}"
_DIGEST = r"[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}"
_REFERENCE = re.compile(
    rf"(?P<name>(?:{_DOMAIN}/)?{_COMPONENT}(?:/{_COMPONENT})*)(?::(?P<tag>{_TAG}))?(?:@(?P<digest>{_DIGEST}))?",
    re.ASCII,
)
_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}
_HEXADECIMAL = re.compile(r"[a-f0-9]{64}")


class InvalidReferenceError(ValueError):
    """Not the name of an image; the text says why, in the words of the real parser."""


class Reference(NamedTuple):
    """An image's full name. `repository` includes the registry; without tag and digest, `tag` is "latest"."""

    repository: str
    tag: str
    digest: str

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return f"{self.repository}{tag}" + (f"@{self.digest}" if self.digest else "")

    @property
    def registry(self) -> str:
        """The host, with its port."""
        return self.repository.partition("/")[0]

    @property
    def path(self) -> str:
        """The repository's name in its registry."""
        return self.repository.partition("/")[2]

    @property
    def base(self) -> str:
        """The last part of the name: "redis" of docker.io/library/redis."""
        return self.repository.rpartition("/")[2]


@lru_cache(maxsize=4096)
def parse(image: str) -> Reference:
    """The full name of an image: "busybox:1.36" is docker.io/library/busybox:1.36.

    Errors: `InvalidReferenceError`.
    """
    if _HEXADECIMAL.fullmatch(image):
        raise InvalidReferenceError(f"invalid repository name ({image}), cannot specify 64-byte hexadecimal strings")
    domain, rest = _split_domain(image)
    remote = rest.partition(":")[0]
    if remote.lower() != remote:
        raise InvalidReferenceError(f"invalid reference format: repository name ({remote}) must be lowercase")
    match = _REFERENCE.fullmatch(f"{domain}/{rest}")
    if match is None:
        raise InvalidReferenceError("invalid reference format")
    name = match["name"]
    if len(name) - len(domain) - 1 > MAX_LENGTH:
        raise InvalidReferenceError(f"repository name must not be more than {MAX_LENGTH} characters")
    digest = match["digest"] or ""
    if digest:
        _check_digest(digest)
    return Reference(name, match["tag"] or ("" if digest else "latest"), digest)


def image_tag(image: str) -> str | None:
    """The tag, `latest` if there is neither tag nor digest, "" if only a digest, None if it is no reference."""
    try:
        return parse(image).tag
    except InvalidReferenceError:
        return None


def default_pull_policy(image: str) -> str:
    """Always for `latest`, said or unsaid; else IfNotPresent, also for what is no reference at all."""
    return "Always" if image_tag(image) == "latest" else "IfNotPresent"


def _check_digest(digest: str) -> None:
    """A digest has a known algorithm, its length and lower case. Errors: `InvalidReferenceError`."""
    algorithm, _, text = digest.partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    if length is None:
        known = "unsupported digest algorithm" if algorithm == algorithm.lower() else "invalid checksum digest format"
        raise InvalidReferenceError(known)
    if len(text) != length:
        raise InvalidReferenceError("invalid checksum digest length")
    if text != text.lower():
        raise InvalidReferenceError("invalid checksum digest format")


def _split_domain(image: str) -> tuple[str, str]:
    """The registry and what follows it."""
    first, slash, rest = image.partition("/")
    is_domain = slash and (any(c in first for c in ".:") or first == "localhost" or first.lower() != first)
    domain, remainder = (first, rest) if is_domain else (DEFAULT_DOMAIN, image)
    if domain == LEGACY_DOMAIN:
        domain = DEFAULT_DOMAIN
    if domain == DEFAULT_DOMAIN and "/" not in remainder:
        remainder = OFFICIAL + remainder
    return domain, remainder
