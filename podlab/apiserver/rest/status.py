"""Status objects: how the API server says that something was done or could not be done.

Models k8s.io/apimachinery/pkg/api/errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from podlab.apiserver.rest.request import Response
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.store import ApiError

CODES = {
    "AlreadyExists": 409,
    "BadRequest": 400,
    "Conflict": 409,
    "Expired": 410,
    "Forbidden": 403,
    "Gone": 410,
    "InternalError": 500,
    "Invalid": 422,
    "MethodNotAllowed": 405,
    "NotAcceptable": 406,
    "NotFound": 404,
    "RequestEntityTooLarge": 413,
    "ServiceUnavailable": 503,
    "Timeout": 504,
    "TooManyRequests": 429,
    "Unauthorized": 401,
    "UnsupportedMediaType": 415,
}
_CAUSES = {
    "Invalid value": "FieldValueInvalid",
    "Required value": "FieldValueRequired",
    "Unsupported value": "FieldValueNotSupported",
    "Forbidden": "FieldValueForbidden",
    "Duplicate value": "FieldValueDuplicate",
    "Not found": "FieldValueNotFound",
    "Too long": "FieldValueTooLong",
    "Too many": "FieldValueTooMany",
    "Internal error": "InternalError",
}


def failure(error: ApiError | KubectlError, details: Mapping[str, Any] | None = None) -> Response:
    """The answer that refuses a request; `details` names the object it was about."""
    if isinstance(error, KubectlError):
        text = error.text.removeprefix("error: ").removeprefix("Error from server: ")
        error = ApiError("BadRequest" if error.text.startswith("error: ") else "InternalError", text)
    code = CODES.get(error.reason, 500)
    message = error.message
    shown: dict[str, Any] = dict(details or {})
    if error.reason == "Invalid" and error.kind:
        shown["kind"], shown["name"] = error.kind, error.name
        causes = [_cause(field, text) for field, text in error.causes]
        told = [f"{cause['field']}: {cause['message']}" for cause in causes]
        listed = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
        group = shown.get("group")
        message = f'{error.kind}{"." + group if group else ""} "{error.name}" is invalid: {listed}'
        shown["causes"] = causes
    elif error.reason == "Invalid":
        shown = {"causes": [_named_cause(reason, text) for reason, text in error.causes]} if error.causes else {}
    elif error.causes:
        shown["causes"] = [_named_cause(reason, text) for reason, text in error.causes]
    return Response(code, status("Failure", code, message, error.reason, shown))


def success(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a deletion that is done at once is answered with."""
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": dict(details)}


def status(kind: str, code: int, message: str, reason: str = "", details: Mapping[str, Any] | None = None) -> Any:
    """A Status object as plain data."""
    data: dict[str, Any] = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": kind, "message": message}
    if reason:
        data["reason"] = reason
    if details:
        data["details"] = dict(details)
    return data | {"code": code}


def _named_cause(reason: str, text: str) -> dict[str, str]:
    """A cause that gives its own reason, and perhaps the field after a bar."""
    message, _, field = text.partition("|")
    return {"reason": reason, "message": message} | ({"field": field} if field else {})


def _cause(field: str, text: str) -> dict[str, str]:
    """One cause. Its reason follows from how the message begins."""
    reason = next((reason for begin, reason in _CAUSES.items() if text.startswith(begin)), "FieldValueInvalid")
    return {"reason": reason, "message": text, "field": field}
