"""What a manifest says: strict loading (v1 and the 2014 v1beta1), defaults and validation."""

from podlab.api.create import CreateResult, api_error, create_pod
from podlab.api.decode import decode, decode_object, encode
from podlab.api.defaults import default_pod, prepare_for_create
from podlab.api.faults import Fault, ManifestError
from podlab.api.load import load_objects
from podlab.api.objects import validate_object
from podlab.api.qos import qos_class
from podlab.api.quantity import Quantity, parse_quantity
from podlab.api.simulated import not_simulated
from podlab.api.validation import FieldError, validate_pod, warnings_for_pod

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
