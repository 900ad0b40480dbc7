"""ConfigMaps and Secrets.

Models ValidateConfigMap and ValidateSecret of pkg/apis/core/validation. A Secret's texts are in `data` by now.
"""

from __future__ import annotations

import base64
import json

from lightkube.models.core_v1 import ConfigMap, Secret

from podlab.api.validation.errors import ErrorList
from podlab.api.validation.names import check, config_key

_LIMIT = 1024 * 1024
_ACCOUNT = "kubernetes.io/service-account.name"
_REDACTED = "<secret contents redacted>"
_WITH_JSON = {
    "kubernetes.io/dockercfg": ".dockercfg",
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
}


def check_config_map(source: ConfigMap, errors: ErrorList) -> None:
    """Each key can become a file, and stands once; all together have at most 1 MiB."""
    binary = source.binaryData or {}
    total = 0
    for key, text in (source.data or {}).items():
        check(config_key(key), f"data[{key}]", key, errors)
        if key in binary:
            errors.invalid(f"data[{key}]", key, "duplicate of key present in binaryData")
        total += len(text.encode("utf-8", "replace"))
    for key, content in binary.items():
        check(config_key(key), f"binaryData[{key}]", key, errors)
        total += len(_decoded(content))
    if total > _LIMIT:
        errors.too_long("", _LIMIT)


def check_secret(source: Secret, errors: ErrorList) -> None:
    """Each key can become a file; a type that is known asks for its keys."""
    data = source.data or {}
    for key in data:
        check(config_key(key), f"data[{key}]", key, errors)
    if sum(len(_decoded(content)) for content in data.values()) > _LIMIT:
        errors.too_long("data", _LIMIT)
    match source.type:
        case "kubernetes.io/service-account-token":
            annotations = (source.metadata.annotations if source.metadata else None) or {}
            if not annotations.get(_ACCOUNT):
                errors.required(f"metadata.annotations[{_ACCOUNT}]")
        case "kubernetes.io/dockercfg" | "kubernetes.io/dockerconfigjson":
            _check_json(data, _WITH_JSON[source.type], errors)
        case "kubernetes.io/basic-auth":
            if "username" not in data and "password" not in data:
                errors.required("data[username]")
                errors.required("data[password]")
        case "kubernetes.io/ssh-auth":
            if not data.get("ssh-privatekey"):
                errors.required("data[ssh-privatekey]")
        case "kubernetes.io/tls":
            for key in ("tls.crt", "tls.key"):
                if key not in data:
                    errors.required(f"data[{key}]")


def _check_json(data: dict[str, str], key: str, errors: ErrorList) -> None:
    """The configuration of a registry's accounts is a JSON object."""
    if key not in data:
        errors.required(f"data[{key}]")
        return
    try:
        read = json.loads(_decoded(data[key]))
    except (ValueError, RecursionError):
        read = None
    if not isinstance(read, dict):
        errors.invalid(f"data[{key}]", _REDACTED, "it must be a JSON object")


def _decoded(content: str) -> bytes:
    try:
        return base64.b64decode(content)
    except ValueError:
        return b""
