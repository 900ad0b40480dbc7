"""Whether the API would take a pod, and what it would say if not. One concept a file."""

from podlab.api.validation.errors import FieldError
from podlab.api.validation.pod import validate_pod
from podlab.api.validation.warnings import warnings_for_pod

__all__ = ["FieldError", "validate_pod", "warnings_for_pod"]
