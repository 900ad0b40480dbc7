"""Names, UIDs and addresses derived from what they belong to, never from a shared counter.

So a change in one place leaves every other identity as it was, and two runs of one scenario agree to the byte.
"""

from __future__ import annotations

from collections.abc import Container
from hashlib import sha256
from itertools import count
from uuid import UUID

SUFFIX_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # the alphabet of Kubernetes' generated names


def _digest(*key: object) -> bytes:
    return sha256(repr(key).encode()).digest()


def uid(*key: object) -> str:
    """A version-4 UUID for `key`."""
    return str(UUID(bytes=_digest("uid", *key)[:16], version=4))


def suffix(*key: object) -> str:
    """The five letters Kubernetes appends to a generated name."""
    return "".join(SUFFIX_LETTERS[b % len(SUFFIX_LETTERS)] for b in _digest("suffix", *key)[:5])


def pod_ip(node_index: int, taken: Container[str], *key: object) -> str:
    """A free address for `key` in the node's 10.244.N.0/24; when that is crowded, in 10.245.0.0/16 and beyond."""
    for n in count():
        d = _digest("ip", n, *key)
        if n < 24:
            ip = f"10.244.{node_index % 256}.{2 + d[0] % 252}"
        else:
            ip = f"10.{245 + d[2] % 8}.{d[1]}.{2 + d[0] % 252}"
        if ip not in taken:
            return ip
    raise AssertionError("unreachable")


def cluster_ip(*key: object) -> str:
    """The address of a Service, in 10.96.0.0/12; the first hundred are left to the cluster itself."""
    d = _digest("cluster ip", *key)
    return f"10.{96 + d[0] % 16}.{d[1]}.{100 + d[2] % 155}"
