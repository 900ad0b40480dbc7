"""Label and field selectors of a list or a watch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from podlab.apiserver.rest.request import Place, Request
from podlab.kubectl.fieldselectors import parse_field_selector
from podlab.kubectl.selectors import SelectorError, parse_selector
from podlab.kubectl.store import ApiError


def chosen(request: Request, there: Place) -> Callable[[Any], bool]:
    """Whether an object is meant. Raises ApiError (BadRequest) for a selector that cannot be read."""
    try:
        labels = parse_selector(request.query.get("labelSelector", ""))
        fields = parse_field_selector(request.query.get("fieldSelector", ""), there.resource)
    except SelectorError as error:
        text = str(error)
        if not text.startswith("field label"):
            text = f"unable to parse requirement: {text}" if "unable" not in text else text
        raise ApiError("BadRequest", text) from None
    name = there.name

    def meant(obj: Any) -> bool:
        if name and obj.metadata.name != name:
            return False
        return labels.matches(obj.metadata.labels) and fields(obj)

    return meant
