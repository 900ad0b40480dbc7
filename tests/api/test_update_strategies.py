"""How workloads may change their pods: what the API says of strategies, policies and their numbers."""

from __future__ import annotations

from typing import Any

import pytest

from podlab.api.load import read_manifest

TEMPLATE: dict[str, Any] = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {"containers": [{"name": "c", "image": "nginx"}]},
}
PERCENT = (
    "a valid percent string must be a numeric string followed by an ending '%' "
    "(e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)


def said(kind: str, **spec: Any) -> list[str]:
    """What is wrong with an apps/v1 object: field, and message, as the API prints both."""
    whole = {"selector": {"matchLabels": {"a": "b"}}, "template": TEMPLATE, **spec}
    reading = read_manifest({"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": "d"}, "spec": whole})
    assert all(fault.hint for fault in reading.faults)
    return [f"{fault.path}: {fault.message}" for fault in reading.faults]


def rolling(**numbers: Any) -> dict[str, Any]:
    return {"strategy": {"type": "RollingUpdate", "rollingUpdate": numbers}}


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        pytest.param({"strategy": {"type": "Recreate"}}, [], id="Recreate"),
        pytest.param(rolling(maxSurge=0, maxUnavailable="100%"), [], id="all at once"),
        pytest.param(rolling(maxSurge="300%"), [], id="many more at once"),
        pytest.param(
            {"strategy": {"type": "Rolling"}},
            [
                'spec.strategy: Unsupported value: {"Type":"Rolling","RollingUpdate":null}: '
                'supported values: "Recreate", "RollingUpdate"'
            ],
            id="an unknown type",
        ),
        pytest.param(
            {"strategy": {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}},
            ["spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
            id="Recreate that rolls",
        ),
        pytest.param(
            rolling(maxSurge=0, maxUnavailable=0),
            ["spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0"],
            id="no room",
        ),
        pytest.param(
            rolling(maxSurge="1u"),
            [f'spec.strategy.rollingUpdate.maxSurge: Invalid value: "1u": {PERCENT}'],
            id="a quantity",
        ),
        pytest.param(
            rolling(maxSurge="25"),
            [f'spec.strategy.rollingUpdate.maxSurge: Invalid value: "25": {PERCENT}'],
            id="a share without its sign",
        ),
        pytest.param(
            rolling(maxUnavailable="101%"),
            ['spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
            id="more than all",
        ),
        pytest.param(
            rolling(maxSurge=-1),
            ["spec.strategy.rollingUpdate.maxSurge: Invalid value: -1: must be greater than or equal to 0"],
            id="a negative surge",
        ),
        pytest.param(
            {"progressDeadlineSeconds": 5, "minReadySeconds": 5},
            ["spec.progressDeadlineSeconds: Invalid value: 5: must be greater than minReadySeconds"],
            id="a deadline before ready",
        ),
        pytest.param(
            {"minReadySeconds": 600},
            ["spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds"],
            id="the deadline's default is before ready",
        ),
        pytest.param(
            {"revisionHistoryLimit": -1},
            ["spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0"],
            id="a negative history",
        ),
    ],
)
def test_deployments(spec: dict[str, Any], errors: list[str]) -> None:
    assert said("Deployment", **spec) == errors


@pytest.mark.parametrize(
    ("strategy", "errors"),
    [
        pytest.param({"type": "OnDelete"}, [], id="OnDelete"),
        pytest.param({"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}, [], id="first a new one"),
        pytest.param(
            {"type": "Recreate"},
            [
                'spec.updateStrategy: Unsupported value: {"Type":"Recreate","RollingUpdate":null}: '
                'supported values: "RollingUpdate", "OnDelete"'
            ],
            id="an unknown type",
        ),
        pytest.param(
            {"rollingUpdate": {"maxSurge": "10%"}},
            [
                'spec.updateStrategy.rollingUpdate.maxSurge: Invalid value: "10%": '
                "may not be set when maxUnavailable is non-zero"
            ],
            id="both, one of them by default",
        ),
        pytest.param(
            {"rollingUpdate": {"maxUnavailable": "0%"}},
            ["spec.updateStrategy.rollingUpdate.maxUnavailable: Required value: cannot be 0 when maxSurge is 0"],
            id="no room",
        ),
    ],
)
def test_daemon_sets(strategy: dict[str, Any], errors: list[str]) -> None:
    assert said("DaemonSet", updateStrategy=strategy) == errors


@pytest.mark.parametrize(
    ("spec", "errors"),
    [
        pytest.param({"podManagementPolicy": "Parallel", "updateStrategy": {"type": "OnDelete"}}, [], id="good"),
        pytest.param({"updateStrategy": {"rollingUpdate": {"partition": 2}}}, [], id="a partition"),
        pytest.param(
            {"podManagementPolicy": "Ordered"},
            ["spec.podManagementPolicy: Invalid value: \"Ordered\": must be 'OrderedReady' or 'Parallel'"],
            id="a policy",
        ),
        pytest.param(
            {"updateStrategy": {"rollingUpdate": {"partition": -1}}},
            ["spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: must be greater than or equal to 0"],
            id="a negative partition",
        ),
        pytest.param(
            {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Keep"}},
            [
                'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "Keep": '
                'supported values: "Retain", "Delete"'
            ],
            id="a retention",
        ),
        pytest.param(
            {"ordinals": {"start": -1}},
            ["spec.ordinals.start: Invalid value: -1: must be greater than or equal to 0"],
            id="a first number",
        ),
    ],
)
def test_stateful_sets(spec: dict[str, Any], errors: list[str]) -> None:
    assert said("StatefulSet", serviceName="s", **spec) == errors
