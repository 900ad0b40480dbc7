"""A list in parts: `limit` says how many, `continue` where the last part ended.

Models k8s.io/apiserver/pkg/storage/continue.go: the token holds the version of the first part and the last key.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from podlab.apiserver.rest.request import Request
from podlab.apiserver.rest.stored import Stored
from podlab.kubectl.store import ApiError


def page(request: Request, found: Sequence[Stored], version: int) -> tuple[list[Stored], dict[str, Any]]:
    """The part that is asked for, and the list's metadata."""
    limit = _whole(request.query.get("limit", "0"), "limit")
    token = request.query.get("continue", "")
    rest = list(found)
    if token:
        version, after = _read(token)
        rest = [one for one in rest if _key(one) > after]
    metadata: dict[str, Any] = {"resourceVersion": str(version)}
    if limit and len(rest) > limit:
        metadata["continue"] = _write(version, _key(rest[limit - 1]))
        metadata["remainingItemCount"] = len(rest) - limit
        if request.query.get("labelSelector") or request.query.get("fieldSelector"):
            del metadata["remainingItemCount"]
        rest = rest[:limit]
    return rest, metadata


def _key(one: Stored) -> list[str]:
    return [one.data["metadata"].get("namespace", ""), one.data["metadata"]["name"]]


def _write(version: int, key: list[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps({"v": "meta.k8s.io/v1", "rv": version, "after": key}).encode()).decode()


def _read(token: str) -> tuple[int, list[str]]:
    try:
        data = json.loads(base64.urlsafe_b64decode(token))
        return int(data["rv"]), [str(data["after"][0]), str(data["after"][1])]
    except (ValueError, KeyError, TypeError, IndexError):
        raise ApiError("BadRequest", "continue key is not valid: it is not one of this server's") from None


def _whole(text: str, name: str) -> int:
    try:
        return max(int(text or 0), 0)
    except ValueError:
        raise ApiError("BadRequest", f'unable to parse {name}: "{text}" is not a whole number') from None
