"""Questions to the API server that are not objects: may I do this, who am I.

podlab has one user, who may do everything. Models pkg/registry/authorization and authentication.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from podlab.apiserver.rest.request import Place, Request, Response
from podlab.core.engine.identity import uid
from podlab.kubectl.store import ApiError

USER = {"username": "podlab", "groups": ["system:masters", "system:authenticated"]}
ANSWERED = (
    "LocalSubjectAccessReview",
    "SelfSubjectAccessReview",
    "SelfSubjectRulesReview",
    "SelfSubjectReview",
    "SubjectAccessReview",
    "TokenReview",
)
_EVERYTHING = {
    "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
    "incomplete": False,
}


def answer(request: Request, there: Place) -> Response:
    """The review with its status."""
    if request.method != "POST":
        raise ApiError("MethodNotAllowed", "the server does not allow this method on the requested resource")
    data = request.data()
    data = dict(data) if isinstance(data, dict) else {}
    status: dict[str, Any] = {"allowed": not request.impersonated}
    if there.resource.kind == "SelfSubjectRulesReview":
        status = dict(_EVERYTHING)
    elif there.resource.kind == "SelfSubjectReview":
        status = {"userInfo": {"username": request.impersonated} if request.impersonated else USER}
    elif there.resource.kind == "TokenReview":
        status = {"authenticated": False, "user": {}, "error": "podlab knows no tokens but its own"}
    named = {"kind": there.resource.kind, "apiVersion": there.resource.api_version}
    return Response(201, named | {"metadata": {"creationTimestamp": None}} | data | {"status": status})


def forbidden(request: Request, there: Place) -> ApiError:
    """What everybody else is told: podlab has no roles that would allow anything to another user."""
    verbs = {"POST": "create", "PUT": "update", "PATCH": "patch", "DELETE": "delete"}
    verb = verbs.get(request.method, "get" if there.name else "list")
    if request.method == "DELETE" and not there.name:
        verb = "deletecollection"
    resource = there.resource
    what = f"{resource.plural}/{there.part}" if there.part else resource.plural
    scope = f' in the namespace "{there.namespace}"' if there.namespace else " at the cluster scope"
    named = f'{resource.qualified} "{there.name}"' if there.name else resource.qualified
    text = f'User "{request.impersonated}" cannot {verb} resource "{what}" in API group "{resource.group}"{scope}'
    return ApiError("Forbidden", f"{named} is forbidden: {text}")


def token(request: Request, there: Place, now: datetime) -> dict[str, Any]:
    """The answer to a TokenRequest."""
    data = request.data()
    spec = dict((data or {}).get("spec") or {})
    spec.setdefault("audiences", ["https://kubernetes.default.svc.cluster.local"])
    seconds = spec.setdefault("expirationSeconds", 3600)
    ends = (now + timedelta(seconds=seconds)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    status = {"token": f"podlab.{uid('token', there.namespace or '', there.name)}", "expirationTimestamp": ends}
    meta = {"name": there.name, "namespace": there.namespace, "creationTimestamp": None}
    named = {"kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1", "metadata": meta}
    return named | {"spec": spec, "status": status}
