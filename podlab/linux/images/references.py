"""Names of images: what is a name, and what it means in full.

Models the grammar of github.com/distribution/reference and its ParseNormalizedNamed.
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
    return Reference(name, match["tag"] or ("" if digest else "latest"), digest)


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


def fault(image: str) -> str | None:
    """What the kubelet says of a string that is no image name; None when it is one."""
    try:
        parse(image)
    except InvalidReferenceError as problem:
        return f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": {problem}'
    return None


def pull_failure(image: str, *, known: bool = False) -> str:
    """What the kubelet says when an image cannot be had: its registry refuses the connection, or knows no such image.

    Of a repository that Docker's registry does not know it does not say whether there is none or it is private; of one
    that it knows (`known`) it says that the tag is not there. Errors with a gRPC code keep it, unless it is Unknown.
    """
    reference = parse(image)
    host, path = reference.registry, reference.path
    failed = f'failed to pull and unpack image "{reference}": failed to resolve reference "{reference}"'
    name, _, port = host.partition(":")
    if host == DEFAULT_DOMAIN and not known:
        return (
            f"{failed}: pull access denied, repository does not exist or may require authorization: "
            "server message: insufficient_scope: authorization failed"
        )
    if not (port or name == "localhost" or name.replace(".", "").isdecimal()):
        return f"rpc error: code = NotFound desc = {failed}: {reference}: not found"
    local = name == "localhost" or name.startswith("127.")
    scheme, number = ("http", port or "80") if local else ("https", port or "443")
    address = "127.0.0.1" if name == "localhost" else name
    url = f"{scheme}://{host}/v2/{path}/manifests/{reference.digest or reference.tag}"
    return f'{failed}: failed to do request: Head "{url}": dial tcp {address}:{number}: connect: connection refused'
