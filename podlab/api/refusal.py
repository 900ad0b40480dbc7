"""What the API server answers when it refuses a request."""

from __future__ import annotations

from collections.abc import Sequence


class ApiError(Exception):
    """The API server refuses a request. ``message`` is its whole text, ``reason`` one of Kubernetes' own.

    For the reason Invalid, ``kind`` and ``name`` say which object is meant and ``causes`` lists (field, message).
    """

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        kind: str = "",
        name: str = "",
        causes: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.kind = kind
        self.name = name
        self.causes = tuple(causes)
