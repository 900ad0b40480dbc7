"""The REST API: one method for each verb. Reading is that of the views, writing goes through `LiveApi`.

Models k8s.io/apiserver/pkg/endpoints/handlers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from podlab.apiserver.live import LiveApi
from podlab.apiserver.rest import discovery, new_events, openapi, patches, reviews, tables, writes
from podlab.apiserver.rest.apply import Managers
from podlab.apiserver.rest.execs import RunningExec
from podlab.apiserver.rest.forwards import Forward
from podlab.apiserver.rest.logs import log_text
from podlab.apiserver.rest.paging import page
from podlab.apiserver.rest.request import JSON, Place, Request, Response, place
from podlab.apiserver.rest.selecting import chosen
from podlab.apiserver.rest.status import failure
from podlab.apiserver.rest.stored import Stored
from podlab.apiserver.rest.views import Views
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.store import ApiError

if TYPE_CHECKING:
    from podlab.apiserver.world import LiveCluster

DEPRECATED = {"endpoints": "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"}
RAW = ("INPUT", "SEND")
"""podlab's own verbs: what is typed into a command, and what is sent to a forwarded port."""
NOT_FOUND = "the server could not find the requested resource"
NOT_ALLOWED = "the server does not allow this method on the requested resource"


class Rest:
    """The API server of a simulation."""

    def __init__(self, sim: LiveCluster) -> None:
        self.sim = sim
        self.live = LiveApi(sim, waits=False, any_kind=True)
        self.managers = Managers()
        self.execs: list[RunningExec] = []
        self.forwards: list[Forward] = []
        self._writes = 0
        self._within = False  # a run, which goes on by itself
        self.views = Views(sim, self.managers)

    @property
    def writes(self) -> int:
        """How many requests have changed something."""
        return self._writes

    def go_on_from(self, before: Rest) -> None:
        """Take the place of another: versions go on, and whoever watches is told to begin again."""
        self.views.begin_after(before.views.version)

    def told(self, request: Request) -> tuple[str, str, str]:
        """A request as a story tells it: method, path and query in one text, the body as JSON, and its content type.

        Versions are left out: told again, the objects have others.
        """
        query = [(name, value) for name, values in request.repeated.items() for value in values]
        query = query or list(request.query.items())
        kept = [(name, value) for name, value in query if name != "resourceVersion"]
        text = f"{request.method} {request.path}" + (f"?{urlencode(kept)}" if kept else "")
        if request.method in RAW:
            return text, request.body.decode("utf-8", "surrogateescape"), JSON
        try:
            data = request.data()
        except ApiError:
            data = None
        if isinstance(data, dict):
            meta = data.get("metadata")
            if isinstance(meta, dict):
                data["metadata"] = {k: v for k, v in meta.items() if k not in ("resourceVersion", "managedFields")}
            data.pop("preconditions", None)
        kind = request.content_type if request.method == "PATCH" else JSON
        return text, json.dumps(data, ensure_ascii=False) if data is not None else "", kind

    def replay(self, call: str, body: str, content_type: str, agent: str) -> str:
        """Do again what `told` tells. Returns why it could not be done, "" if it was."""
        method, _, url = call.partition(" ")
        path, _, query = url.partition("?")
        given = parse_qs(query, keep_blank_values=True)
        request = Request(
            method=method,
            path=path,
            query={name: values[-1] for name, values in given.items()},
            body=body.encode("utf-8", "surrogateescape"),
            content_type=content_type,
            agent=agent,
            repeated={name: tuple(values) for name, values in given.items()},
        )
        self._within = True
        try:
            response = self.handle(request)
        finally:
            self._within = False
        return "" if response.code < 400 else str(response.data.get("message", ""))

    def handle(self, request: Request) -> Response:
        """The answer to any request that is answered at once. Never raises for what a client has sent."""
        there = place(request.path)
        try:
            if there is None:
                return self._outside(request)
            self.live.changed = False
            response = self._inside(request, there)
            deprecated = DEPRECATED.get(there.resource.qualified)
            if deprecated and response.code < 400:
                response = replace(response, warnings=(*response.warnings, deprecated))
            self._writes += self.live.changed
            return response
        except (ApiError, KubectlError) as error:
            return failure(error, there.details if there is not None else None)

    def _outside(self, request: Request) -> Response:
        """What is not a resource: discovery, health, the version."""
        found = discovery.answer(request) or openapi.answer(request)
        if found is None:
            raise ApiError("NotFound", NOT_FOUND)
        if request.method not in ("GET", "HEAD"):
            raise ApiError("MethodNotAllowed", NOT_ALLOWED)
        return found

    def _inside(self, request: Request, there: Place) -> Response:
        if there.resource.kind in reviews.ANSWERED:
            return reviews.answer(request, there)
        if request.impersonated:
            raise reviews.forbidden(request, there)
        part = there.part
        verb: Callable[[Request, Place], Response] | None
        if part in ("", "status", "scale", "resize", "ephemeralcontainers", "finalize"):
            verb = {
                "GET": self.get if there.name else self.list,
                "HEAD": self.get if there.name else self.list,
                "POST": self.create if not there.name else None,
                "PUT": self.update if there.name else None,
                "PATCH": self.patch if there.name else None,
                "DELETE": self.delete if there.name else self.delete_collection,
            }.get(request.method)
        else:
            verb = {
                ("GET", "log"): self.log,
                ("POST", "eviction"): self.evict,
                ("POST", "binding"): self.bind,
                ("POST", "token"): self.token,
                ("EXEC", "exec"): self.start_exec,
                ("INPUT", "exec"): self.feed_exec,
                ("DIAL", "portforward"): self.dial,
                ("SEND", "portforward"): self.send,
            }.get((request.method, part))
        if verb is None:
            raise ApiError("MethodNotAllowed", NOT_ALLOWED)
        return verb(request, there)

    # Reading

    def get(self, request: Request, there: Place) -> Response:
        """One object, or what a subresource shows of it."""
        found = self.views.get(there.resource, there.namespace, there.name)
        if there.part == "scale":
            return Response(200, writes.scale_of(found.data))
        return self.shown(request, there, found)

    def list(self, request: Request, there: Place) -> Response:
        """The objects that selectors choose, perhaps a part of them."""
        found = self.views.list(there.resource, there.namespace)
        keep = chosen(request, there)
        found, metadata = page(request, [one for one in found if keep(one.obj)], self.views.version)
        wanted = tables.wanted(request.accept)
        if wanted == "Table":
            shown = request.query.get("includeObject", "Metadata")
            return Response(200, tables.table(there.resource, found, self.live.now(), metadata, objects=shown))
        if wanted == "PartialObjectMetadataList":
            return Response(200, tables.partial_list(found, metadata))
        items = [{k: v for k, v in one.data.items() if k not in ("apiVersion", "kind")} for one in found]
        kind = {"kind": f"{there.resource.kind}List", "apiVersion": there.resource.api_version}
        return Response(200, kind | {"metadata": metadata, "items": items})

    def shown(self, request: Request, there: Place, found: Stored, code: int = 200) -> Response:
        """One object in the form that is asked for, with what was warned of."""
        warnings = tuple(self.live.warnings())
        wanted = tables.wanted(request.accept)
        if wanted == "Table":
            metadata = {"resourceVersion": str(found.version)}
            shown = request.query.get("includeObject", "Metadata")
            data = tables.table(there.resource, [found], self.live.now(), metadata, objects=shown)
        elif wanted == "PartialObjectMetadata":
            data = tables.partial(found)
        else:
            data = found.data
        return Response(code, data, warnings=warnings)

    def log(self, request: Request, there: Place) -> Response:
        """What a container has written so far."""
        return Response(200, text=log_text(self, request, there), content_type="text/plain")

    # Writing

    def create(self, request: Request, there: Place) -> Response:
        """Create what the body says."""
        data = writes.manifest(request, there)
        if there.resource.group == new_events.GROUP:
            core = place(f"/api/v1/namespaces/{there.namespace}/events")
            assert core is not None, "the core group has events"
            made = writes.create(self, request, core, new_events.as_core(data))
            return self.shown(request, there, new_events.new_stored(made), 201)
        made = writes.create(self, request, there, data)
        return self.shown(request, there, made, 201)

    def update(self, request: Request, there: Place) -> Response:
        """Replace an object, or a part of it, by what the body says."""
        return self.shown(request, there, writes.update(self, request, there, writes.manifest(request, there)))

    def patch(self, request: Request, there: Place) -> Response:
        """Change an object as a patch says."""
        if request.content_type.partition(";")[0].strip() in patches.APPLY:
            found, code = writes.apply(self, request, there)
            return self.shown(request, there, found, code)
        old = self.views.get(there.resource, there.namespace, there.name)
        before = writes.scale_of(old.data) if there.part == "scale" else old.data
        after = patches.patch(request.content_type, before, request.data())
        return self.shown(request, there, writes.update(self, request, there, after, patched=True))

    def delete(self, request: Request, there: Place) -> Response:
        """Delete an object: it is shown if it goes on for a while."""
        return writes.delete(self, request, there)

    def delete_collection(self, request: Request, there: Place) -> Response:
        """Delete all objects that selectors choose."""
        keep = chosen(request, there)
        found = [one for one in self.views.list(there.resource, there.namespace) if keep(one.obj)]
        shown = []
        for one in found:
            name, namespace = one.data["metadata"]["name"], one.data["metadata"].get("namespace")
            answer = writes.delete(self, request, Place(there.resource, namespace, name)).data
            shown.append(one.data if answer["kind"] == "Status" else answer)
        kind = {"kind": f"{there.resource.kind}List", "apiVersion": there.resource.api_version}
        version = {"resourceVersion": str(self.views.version)}
        return Response(200, kind | {"metadata": version, "items": shown})

    def evict(self, request: Request, there: Place) -> Response:
        """The eviction subresource of a pod."""
        options = (request.data() or {}).get("deleteOptions") or {}
        self.views.get(there.resource, there.namespace, there.name)
        if not writes.is_dry(request, options):
            self.live.evict(there.namespace or "", there.name, grace_period=options.get("gracePeriodSeconds"))
            self.settle()
        return Response(201, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"})

    def bind(self, request: Request, there: Place) -> Response:
        """A scheduler of the client's own says which node a pod is to be on."""
        writes.bind(self, request, there)
        return Response(201, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201})

    def token(self, request: Request, there: Place) -> Response:
        """A token of a ServiceAccount. podlab knows no users: it opens nothing."""
        self.views.get(there.resource, there.namespace, there.name)
        return Response(201, reviews.token(request, there, self.live.now()))

    def warn(self, texts: Sequence[str]) -> None:
        """What the user of the client is to be told beside the answer."""
        self.live.warn(texts)

    def start_exec(self, request: Request, there: Place) -> Response:
        """Start a command in a container. The answer says which of `execs` it is."""
        self.execs.append(RunningExec(self, request, there))
        return Response(201, {"exec": len(self.execs) - 1})

    def feed_exec(self, request: Request, there: Place) -> Response:
        """Type into a command that runs. Without a body: nothing more will come."""
        at = int(there.rest or 0)
        self.execs[at].type(request.body.decode("utf-8", "surrogateescape"))
        self.live.changed = True
        return Response(200, {"exec": at})

    def dial(self, request: Request, there: Place) -> Response:
        """Connect to a port of a pod. The answer says which of `forwards` it is."""
        self.forwards.append(Forward(self, request, there))
        self.live.changed = True
        return Response(201, {"forward": len(self.forwards) - 1})

    def send(self, request: Request, there: Place) -> Response:
        """Send something to a port; without a body: hang up."""
        at = int(there.rest or 0)
        self.forwards[at].send(request.body.decode("utf-8", "surrogateescape"))
        self.live.changed = True
        return Response(200, {"forward": at})

    def settle(self) -> None:
        """Let happen what follows at this very instant."""
        if not self._within:
            self.sim.advance(self.sim.loop.now)
        self.views.sync()
