"""Which fields make a difference in a run."""

import importlib
import typing
from typing import Any

import msgspec
import pytest
from lightkube.models.core_v1 import Endpoints, Pod

from podlab.api import decode_object, load_objects, not_simulated, prepare_for_create
from podlab.api.simulated import SIMULATED, WHOLE
from tests.api.pods import container, pod, volume


@pytest.mark.parametrize(
    ("manifest", "paths"),
    [
        pytest.param(pod(), [], id="a plain pod"),
        pytest.param(pod({"priority": 5}), ["spec.priority"], id="a field of the pod"),
        pytest.param(pod({"hostNetwork": False, "imagePullSecrets": []}), [], id="what says nothing"),
        pytest.param(pod(name="a", finalizers=["a/b"]), ["metadata.finalizers"], id="a field of metadata"),
        pytest.param(container(tty=True), ["spec.containers[0].tty"], id="a field of a container"),
        pytest.param(
            container(securityContext={"runAsUser": 5, "privileged": True}),
            ["spec.containers[0].securityContext.privileged"],
            id="one field of two",
        ),
        pytest.param(
            container(resources={"limits": {"memory": "1Gi", "example.com/gpu": "1"}}),
            ["spec.containers[0].resources.limits[example.com/gpu]"],
            id="one key of two",
        ),
        pytest.param(volume(nfs={"server": "s", "path": "/p"}), ["spec.volumes[0].nfs"], id="a kind of volume"),
        pytest.param(
            volume(emptyDir={"medium": "Memory"}), ["spec.volumes[0].emptyDir.medium"], id="a field of a volume"
        ),
        pytest.param(pod({"dnsPolicy": "Default"}), ["spec.dnsPolicy"], id="another value than what podlab does"),
        pytest.param(pod({"dnsPolicy": "ClusterFirst", "enableServiceLinks": True}), [], id="what podlab does anyway"),
        pytest.param(
            {
                "apiVersion": "batch/v1",
                "kind": "Job",
                "metadata": {"name": "a"},
                "spec": {"managedBy": "example.com/me"},
            },
            ["spec.managedBy"],
            id="a Job that somebody else runs",
        ),
    ],
)
def test_paths(manifest: dict[str, Any], paths: list[str]) -> None:
    (obj,) = load_objects(manifest, validate=False)
    assert not_simulated(obj) == paths


def test_a_kind_that_does_nothing() -> None:
    assert not_simulated(Endpoints()) == ["kind"]


def test_defaults_are_not_listed() -> None:
    assert not_simulated(prepare_for_create(decode_object(Pod, volume(configMap={"name": "c"})))) == []


def test_a_template_of_a_controller() -> None:
    template = {"metadata": {"labels": {"a": "b"}}, "spec": container(tty=True)["spec"]}
    manifest = {
        "apiVersion": "v1",
        "kind": "ReplicationController",
        "metadata": {"name": "a"},
        "spec": {"template": template},
    }
    (obj,) = load_objects(manifest)
    assert not_simulated(obj) == ["spec.template.spec.containers[0].tty"]


@pytest.mark.parametrize("kind", sorted(SIMULATED))
def test_all_names_are_fields_of_kubernetes(kind: str) -> None:
    module = {
        **dict.fromkeys(("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"), "apps_v1"),
        **dict.fromkeys(("CronJob", "Job"), "batch_v1"),
        "PodDisruptionBudget": "policy_v1",
        "PriorityClass": "scheduling_v1",
    }.get(kind, "core_v1")
    assert list(strangers(getattr(importlib.import_module(f"lightkube.models.{module}"), kind), SIMULATED[kind])) == []


def strangers(cls: Any, part: Any) -> Any:
    """Names in the tree that the class does not have."""
    if part == WHOLE or isinstance(part, tuple) or not part:
        return
    hints = typing.get_type_hints(cls)
    names = dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))
    for name, inside in part.items():
        if name not in names:
            yield f"{cls.__name__}.{name}"
        elif isinstance(inside, dict):
            inner = next((each for each in classes(hints[names[name]])), None)
            if inner is not None:
                yield from strangers(inner, inside)


def classes(hint: Any) -> list[type]:
    """The object classes in an annotation."""
    if isinstance(hint, type):
        return [hint] if issubclass(hint, msgspec.Struct) else []
    return [found for each in typing.get_args(hint) for found in classes(each)]
