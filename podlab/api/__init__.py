"""What a manifest says: strict loading (v1 and the 2014 v1beta1), defaults and validation."""

from podlab.api.decode import decode, decode_object, encode
from podlab.api.faults import Fault, ManifestError
from podlab.api.load import load_objects
from podlab.api.quantity import Quantity, parse_quantity

__all__ = [
    "Fault",
    "ManifestError",
    "Quantity",
    "decode",
    "decode_object",
    "encode",
    "load_objects",
    "parse_quantity",
]
