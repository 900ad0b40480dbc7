"""A manifest on its way into the API: decoded, filled in, made ready, checked, answered.

Models the create path: pkg/registry/core/pod/strategy.go, rest.BeforeCreate and errors.NewInvalid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lightkube.models.core_v1 import Pod

from podlab.api.decode import decode
from podlab.api.defaults import EPOCH, make_ready
from podlab.api.faults import Fault
from podlab.api.kinds import kind_faults
from podlab.api.qos import QosClass, qos_class
from podlab.api.validation import FieldError, validate_pod, warnings_for_pod
from podlab.api.validation.errors import quoted
from podlab.api.validation.metadata import given_name


@dataclass(frozen=True, slots=True)
class CreateResult:
    """What the API makes of a manifest. `pod` is what is stored, if `valid`."""

    pod: Pod | None
    decode_errors: tuple[Fault, ...] = ()
    """What does not fit the types; if there is any, nothing else is looked at."""
    unknown_fields: tuple[Fault, ...] = ()
    """Fields of no meaning: kubectl refuses them, the API itself drops them."""
    errors: tuple[FieldError, ...] = ()
    warnings: tuple[str, ...] = ()
    qos_class: QosClass | None = None

    @property
    def valid(self) -> bool:
        """Whether the API takes the pod."""
        return self.pod is not None and not self.errors

    @property
    def strict_decoding_errors(self) -> tuple[str, ...]:
        """The unknown fields in Kubernetes' words."""
        return tuple(f"unknown field {quoted(fault.path)}" for fault in self.unknown_fields)

    @property
    def api_error(self) -> str | None:
        """The whole message with which the API refuses the pod."""
        return api_error(self.pod, self.errors) if self.pod is not None and self.errors else None

    @property
    def api_reason(self) -> str | None:
        """The machine-readable reason of the refusal."""
        return "Invalid" if self.errors else None

    @property
    def api_code(self) -> int | None:
        """The HTTP status of the refusal."""
        return 422 if self.errors else None


def create_pod(manifest: object, now: datetime = EPOCH) -> CreateResult:
    """What the API makes of a v1 Pod in plain JSON data, posted at `now`; nothing is raised for a bad manifest."""
    faults = kind_faults(manifest, "Pod")
    if faults:
        return CreateResult(None, tuple(faults))
    pod, wrong = decode(Pod, manifest)
    mistyped = tuple(fault for fault in wrong if fault.kind != "unknown field")
    unknown = tuple(fault for fault in wrong if fault.kind == "unknown field")
    if mistyped:
        return CreateResult(None, mistyped, unknown)
    warnings = make_ready(pod, now)
    errors = tuple(validate_pod(pod))
    return CreateResult(pod, (), unknown, errors, (*warnings, *warnings_for_pod(pod)), qos_class(pod))


def api_error(pod: Pod, errors: tuple[FieldError, ...] | list[FieldError]) -> str:
    """The message with which the API refuses the pod: all errors, none twice."""
    texts = list(dict.fromkeys(error.error for error in errors))
    joined = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    name = given_name(pod.metadata) if pod.metadata else ""
    return f"Pod {quoted(name)} is invalid: {joined}"
