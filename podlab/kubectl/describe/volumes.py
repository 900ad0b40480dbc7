"""What ``kubectl describe pod`` says about the pod's volumes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lightkube.models.core_v1 import (
    DownwardAPIVolumeSource,
    EmptyDirVolumeSource,
    ProjectedVolumeSource,
    Volume,
)

from podlab.api.quantity import parse_quantity
from podlab.kubectl.describe.text import Description
from podlab.kubectl.tables import NONE

_PLAIN: dict[str, tuple[str, tuple[tuple[str, str, str], ...]]] = {
    # source        what it is, and (label, field, text when absent)
    "hostPath": (
        "HostPath (bare host directory volume)",
        (("Path", "path", ""), ("HostPathType", "type", NONE)),
    ),
    "secret": (
        "Secret (a volume populated by a Secret)",
        (("SecretName", "secretName", ""), ("Optional", "optional", "false")),
    ),
    "configMap": (
        "ConfigMap (a volume populated by a ConfigMap)",
        (("Name", "name", ""), ("Optional", "optional", "false")),
    ),
    "nfs": (
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        (("Server", "server", ""), ("Path", "path", ""), ("ReadOnly", "readOnly", "false")),
    ),
    "persistentVolumeClaim": (
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        (("ClaimName", "claimName", ""), ("ReadOnly", "readOnly", "false")),
    ),
    "gitRepo": (
        "GitRepo (a volume that is pulled from git when the pod is created)",
        (("Repository", "repository", ""), ("Revision", "revision", "")),
    ),
    "image": (
        "Image (a container image or OCI artifact)",
        (("Reference", "reference", ""), ("PullPolicy", "pullPolicy", "")),
    ),
}


def describe_volumes(out: Description, volumes: Sequence[Volume] | None) -> None:
    """The section of volumes; a source that podlab does not know prints as ``<unknown>``."""
    if not volumes:
        out.line(0, "Volumes:", NONE)
        return
    out.line(0, "Volumes:")
    for volume in volumes:
        out.line(1, f"{volume.name}:")
        plain = next((name for name in _PLAIN if getattr(volume, name) is not None), None)
        if plain is not None:
            what, fields = _PLAIN[plain]
            out.line(2, "Type:", what)
            source = getattr(volume, plain)
            for label, field, absent in fields:
                out.line(2, f"{label}:", _text(getattr(source, field), absent))
        elif volume.emptyDir is not None:
            _empty_dir(out, volume.emptyDir)
        elif volume.downwardAPI is not None:
            _downward(out, volume.downwardAPI)
        elif volume.projected is not None:
            _projected(out, volume.projected)
        else:
            out.line(1, "<unknown>")


def _empty_dir(out: Description, source: EmptyDirVolumeSource) -> None:
    limit = parse_quantity(source.sizeLimit) if source.sizeLimit is not None else None
    out.line(2, "Type:", "EmptyDir (a temporary directory that shares a pod's lifetime)")
    out.line(2, "Medium:", source.medium or "")
    out.line(2, "SizeLimit:", str(limit) if limit is not None and limit.amount > 0 else "<unset>")


def _downward(out: Description, source: DownwardAPIVolumeSource) -> None:
    out.line(2, "Type:", "DownwardAPI (a volume populated by information about the pod)")
    out.line(2, "Items:")
    for item in source.items or ():
        if item.fieldRef is not None:
            out.line(3, f"{item.fieldRef.fieldPath} -> {item.path}")
        elif item.resourceFieldRef is not None:
            out.line(3, f"{item.resourceFieldRef.resource} -> {item.path}")


def _projected(out: Description, source: ProjectedVolumeSource) -> None:
    out.line(2, "Type:", "Projected (a volume that contains injected data from multiple sources)")
    for part in source.sources or ():
        for label, held in (("SecretName", part.secret), ("ConfigMapName", part.configMap)):
            if held is not None:
                out.line(2, f"{label}:", held.name or "")
                out.line(2, "Optional:", _text(held.optional, "false"))
        if part.downwardAPI is not None:
            out.line(2, "DownwardAPI:", "true")
        if part.serviceAccountToken is not None:
            out.line(2, "TokenExpirationSeconds:", str(part.serviceAccountToken.expirationSeconds or 0))


def _text(value: Any, absent: str) -> str:
    if value is None:
        return absent
    return str(value).lower() if isinstance(value, bool) else str(value)
