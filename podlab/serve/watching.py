"""A watch: what there is, if it is asked for, and then every change as it comes.

Models k8s.io/apiserver/pkg/endpoints/handlers/watch.go and the watch cache.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from podlab.apiserver.rest import Request
from podlab.apiserver.rest.request import Place
from podlab.apiserver.rest.selecting import chosen
from podlab.apiserver.rest.status import failure
from podlab.apiserver.rest.stored import Happening, Stored
from podlab.apiserver.rest.tables import META, partial, table, wanted
from podlab.apiserver.rest.views import Views
from podlab.kubectl.store import ApiError
from podlab.serve.cluster import Cluster

BOOKMARK_EVERY = 60.0
"""Seconds of the wall between two bookmarks."""
_AT_LEAST, _AT_MOST = 1800, 3600


class Watch:
    """One client that watches. Raises ApiError when it asks for what cannot be given."""

    def __init__(self, cluster: Cluster, request: Request, there: Place) -> None:
        self.cluster, self.request, self.there = cluster, request, there
        self._keep = chosen(request, there)
        self._wanted = wanted(request.accept)
        self._headers = True
        seen = request.query.get("resourceVersion", "")
        if seen and not seen.isdigit():
            raise ApiError("BadRequest", f'invalid resource version "{seen}"')
        self._initial = request.flag("sendInitialEvents")
        match = request.query.get("resourceVersionMatch", "")
        if self._initial and match != "NotOlderThan":
            text = "Forbidden: resourceVersionMatch is required to be NotOlderThan when sendInitialEvents is set"
            raise ApiError("Invalid", text, kind="ListOptions", causes=[("resourceVersionMatch", text)])
        self._from_now = seen in ("", "0") or self._initial
        self._version = self._views.version if self._from_now else int(seen)
        self._bookmarks = request.flag("allowWatchBookmarks")
        if not self._from_now:
            self._views.since(there.resource, self._version)

    @property
    def _views(self) -> Views:
        """The objects, which are others after an undo."""
        return self.cluster.rest.views

    async def events(self) -> AsyncIterator[bytes]:
        """The lines of the answer, each one event."""
        seconds = self._seconds()
        ends = time.monotonic() + seconds
        next_bookmark = time.monotonic() + BOOKMARK_EVERY
        if self._from_now:
            found = [s for s in self._views.list(self.there.resource, self.there.namespace) if self._keep(s.obj)]
            self._version = self._views.version
            for stored in found:
                yield self._line("ADDED", stored)
            if self._initial:
                yield self._bookmark({"k8s.io/initial-events-end": "true"})
        while time.monotonic() < ends and not self.cluster.stopped:
            for line in self._news():
                yield line
            if self._bookmarks and time.monotonic() >= next_bookmark:
                next_bookmark = time.monotonic() + BOOKMARK_EVERY
                yield self._bookmark({})
            await self.cluster.something(min(ends - time.monotonic(), 1.0))

    def _seconds(self) -> float:
        given = self.request.query.get("timeoutSeconds", "")
        return float(given) if given.isdigit() and int(given) else random.uniform(_AT_LEAST, _AT_MOST)

    def _news(self) -> Iterator[bytes]:
        try:
            found = self._views.since(self.there.resource, self._version)
        except ApiError as error:
            yield _encoded({"type": "ERROR", "object": failure(error).data})
            self.cluster_gone()
            return
        for one in found:
            self._version = one.version
            kind = self._kind(one)
            if kind is not None:
                yield self._line(kind, one.after)

    def cluster_gone(self) -> None:
        """The client is too slow: the watch ends."""
        self._version = self._views.version

    def _kind(self, one: Happening) -> str | None:
        """What a change is for this client: it may come into view or go out of it by its labels."""
        if self.there.namespace not in (None, one.key[0]):
            return None
        before = one.before is not None and self._keep(one.before.obj)
        after = not one.deleted and self._keep(one.after.obj)
        if before and after:
            return "MODIFIED"
        if after:
            return "ADDED"
        return "DELETED" if before else None

    def _line(self, kind: str, stored: Stored) -> bytes:
        if not self._wanted:
            return _encoded({"type": kind, "object": self._whole(stored.data)})
        return _encoded({"type": kind, "object": self._shown(stored)})

    def _whole(self, data: dict[str, Any]) -> dict[str, Any]:
        resource = self.there.resource
        return data if "kind" in data else {"kind": resource.kind, "apiVersion": resource.api_version} | data

    def _shown(self, stored: Stored) -> dict[str, Any]:
        if self._wanted == "PartialObjectMetadata":
            return partial(stored)
        metadata = {"resourceVersion": str(stored.version)}
        shown = self.request.query.get("includeObject", "Metadata")
        now = self.cluster.rest.live.now()
        data = table(self.there.resource, [stored], now, metadata, headers=self._headers, objects=shown)
        self._headers = False
        return data

    def _bookmark(self, annotations: dict[str, str]) -> bytes:
        meta: dict[str, Any] = {"resourceVersion": str(self._version), "creationTimestamp": None}
        if annotations:
            meta["annotations"] = annotations
        kind, version = self.there.resource.kind, self.there.resource.api_version
        if self._wanted == "Table":
            rows = [{"cells": [], "object": {"kind": kind, "apiVersion": version, "metadata": meta}}]
            shown: dict[str, Any] = {
                "kind": "Table",
                "apiVersion": META,
                "metadata": {},
                "columnDefinitions": None,
                "rows": rows,
            }
            return _encoded({"type": "BOOKMARK", "object": shown})
        if self._wanted:
            kind, version = "PartialObjectMetadata", META
        return _encoded({"type": "BOOKMARK", "object": {"kind": kind, "apiVersion": version, "metadata": meta}})


def _encoded(event: dict[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


Lines = Callable[[], AsyncIterator[bytes]]
