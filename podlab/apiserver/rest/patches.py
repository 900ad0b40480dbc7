"""What a PATCH makes of an object: JSON patch, merge patch, strategic merge patch, and server-side apply.

Models k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
"""

from __future__ import annotations

import copy
from typing import Any

from podlab.apiserver.rest.strategic import strategic
from podlab.kubectl.merge import merge_patched
from podlab.kubectl.store import ApiError

JSON_PATCH = "application/json-patch+json"
MERGE_PATCH = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = ("application/apply-patch+yaml", "application/apply-patch+cbor")
REJECTED = "the server rejected our request due to an error in our request"
KNOWN = (JSON_PATCH, MERGE_PATCH, STRATEGIC, APPLY[0])


def patch(content_type: str, live: dict[str, Any], body: Any) -> dict[str, Any]:
    """The object after a patch. Raises ApiError when the patch does not fit the object or is of no known kind."""
    kind = content_type.partition(";")[0].strip()
    if kind == JSON_PATCH:
        return _json_patched(live, body)
    if not isinstance(body, dict):
        raise ApiError("BadRequest", f"a patch of type {kind} must be an object")
    if kind == MERGE_PATCH:
        return dict(merge_patched(live, body))
    if kind == STRATEGIC:
        return dict(strategic(copy.deepcopy(live), body))
    text = (
        "the body of the request was in an unknown format - accepted media types include: "
        f"{', '.join(KNOWN)}, application/apply-patch+cbor"
    )
    raise ApiError("UnsupportedMediaType", text)


def _as_go(body: list[Any], live: dict[str, Any]) -> list[Any]:
    """The operations as the API server's own library takes them: it replaces what is not there by adding it."""
    import jsonpointer

    def there(path: str) -> bool:
        return jsonpointer.resolve_pointer(live, path, None) is not None

    return [
        {**one, "op": "add"}
        if isinstance(one, dict) and one.get("op") == "replace" and not there(str(one.get("path", "")))
        else one
        for one in body
    ]


def _json_patched(live: dict[str, Any], body: Any) -> dict[str, Any]:
    import jsonpatch  # comes with podlab[serve]

    if not isinstance(body, list):
        raise ApiError("BadRequest", "a JSON patch must be a list of operations")
    try:
        return dict(jsonpatch.JsonPatch(_as_go(body, live)).apply(copy.deepcopy(live)))
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError, KeyError) as error:
        causes = [("UnexpectedServerResponse", str(error))]
        raise ApiError("Invalid", REJECTED, causes=causes) from None
