"""kubectl's own errors, and how it words those of the API server."""

from __future__ import annotations

from podlab.kubectl.store import ApiError


class KubectlError(Exception):
    """The command fails: the text for stderr (a last line break is added if it has none), the exit code, and perhaps
    what was meant."""

    def __init__(self, text: str, code: int = 1, *, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.code = code
        self.hint = hint


def from_api(error: ApiError, doing: str = "") -> KubectlError:
    """What kubectl prints when the API server refuses. ``doing`` is said in front, unless the object is invalid.

    Models k8s.io/kubectl/pkg/cmd/util StandardErrorMessage.
    """
    if error.reason == "Invalid":
        causes = list(dict.fromkeys(f"{field}: {message}" for field, message in error.causes))
        text = f'The {error.kind} "{error.name}" is invalid: '
        if not causes:
            text += error.message
        elif len(causes) == 1:
            text += causes[0] + "\n"
        else:
            text += "".join(f"\n* {cause}" for cause in causes) + "\n"
        return KubectlError(text)
    reason = f" ({error.reason})" if error.reason else ""
    return KubectlError(f"Error from server{reason}: {doing}{error.message}")
