"""What a manifest says: strict loading (v1 and the 2014 v1beta1), defaults and validation."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from podlab.api.decode import decode, decode_object, encode
from podlab.api.defaults import default_pod, prepare_for_create
from podlab.api.faults import Fault, ManifestError
from podlab.api.load import load_objects
from podlab.api.qos import qos_class
from podlab.api.quantity import Quantity, parse_quantity

if TYPE_CHECKING:
    from podlab.api.create import CreateResult, api_error, create_pod
    from podlab.api.objects import validate_object
    from podlab.api.simulated import not_simulated
    from podlab.api.validation import FieldError, validate_pod, warnings_for_pod

# The rules of validation are many modules: read when the first manifest comes.
_LAZY = {
    "CreateResult": "podlab.api.create",
    "FieldError": "podlab.api.validation",
    "api_error": "podlab.api.create",
    "create_pod": "podlab.api.create",
    "not_simulated": "podlab.api.simulated",
    "validate_object": "podlab.api.objects",
    "validate_pod": "podlab.api.validation",
    "warnings_for_pod": "podlab.api.validation",
}

__all__ = [
    "CreateResult",
    "Fault",
    "FieldError",
    "ManifestError",
    "Quantity",
    "api_error",
    "create_pod",
    "decode",
    "decode_object",
    "default_pod",
    "encode",
    "load_objects",
    "not_simulated",
    "parse_quantity",
    "prepare_for_create",
    "qos_class",
    "validate_object",
    "validate_pod",
    "warnings_for_pod",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'podlab.api' has no attribute {name!r}")
