"""Small pods to be right or wrong, and what the API says of them."""

from typing import Any

import pytest

from podlab.api import create_pod


def pod(spec: dict[str, Any] | None = None, **metadata: Any) -> dict[str, Any]:
    """A pod with one container, unless the spec says otherwise."""
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata or {"name": "web"},
        "spec": {"containers": [{"name": "a", "image": "b"}], **(spec or {})},
    }


def container(spec: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    """A pod whose container has these fields."""
    return pod({"containers": [{"name": "a", "image": "b", **fields}], **(spec or {})})


def init(**fields: Any) -> dict[str, Any]:
    """A pod with an init container that has these fields."""
    return pod({"initContainers": [{"name": "i", "image": "b", **fields}]})


def volume(**source: Any) -> dict[str, Any]:
    """A pod with a volume v."""
    return pod({"volumes": [{"name": "v", **source}]})


def mounted(*mounts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A pod whose container mounts its volume v like that."""
    mounts = tuple({"name": "v", **mount} for mount in mounts)
    containers = [{"name": "a", "image": "b", "volumeMounts": list(mounts), **fields}]
    return pod({"containers": containers, "volumes": [{"name": "v"}]})


def case(name: str, manifest: dict[str, Any], *errors: str) -> Any:
    """A named case: a manifest and the errors it must get, none if it is right.

    An error that ends with … is only the beginning of the text.
    """
    return pytest.param(manifest, errors, id=name)


def check(manifest: dict[str, Any], errors: tuple[str, ...]) -> None:
    """The manifest gets just these errors."""
    result = create_pod(manifest)
    assert not result.decode_errors
    texts = [error.error for error in result.errors]
    assert len(texts) == len(errors), texts
    for text, wanted in zip(texts, errors, strict=True):
        assert text == wanted or (wanted.endswith("…") and text.startswith(wanted[:-1])), text
    assert result.valid is (not errors)
