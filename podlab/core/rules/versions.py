"""What changed between Kubernetes 1.28 and 1.37 as far as it shows in a pod's story, with the source of each row.

Recordings of a real cluster exist for 1.36.2 only: for other versions these rows are what the sources say, not what
was measured.
"""

from __future__ import annotations

from typing import NamedTuple

from podlab.core.rules.gates import Gates

OLDEST, NEWEST, MEASURED = (1, 28), (1, 37), (1, 36)


class Changed(NamedTuple):
    """A rule that is on by default from version `since` (minor number) on."""

    since: int
    rule: str
    before: str
    source: str


CHANGES = (
    Changed(
        29,
        "an init container with restartPolicy Always is a sidecar, on by default",
        "it needs the feature gate SidecarContainers",
        "KEP-753, kubernetes.io/blog 2023-08-25 and the 1.29 release notes",
    ),
    Changed(
        29,
        "the condition PodReadyToStartContainers is shown",
        "it needs the gate PodReadyToStartContainersCondition (1.28; before that: PodHasNetwork)",
        "KEP-3085, release notes of 1.29",
    ),
    Changed(
        30,
        "a preStop or postStart hook may be sleep",
        "it needs the gate PodLifecycleSleepAction",
        "KEP-3960, release notes of 1.30",
    ),
    Changed(
        33,
        "a pod's cpu and memory can be changed while it runs (the subresource resize)",
        "it needs the gate InPlacePodVerticalScaling",
        "KEP-1287, kubernetes.io/blog 2025-05-16",
    ),
    Changed(
        35,
        "a container may have its own restartPolicy and restartPolicyRules",
        "the pod's restartPolicy alone decides (1.34: with the gate ContainerRestartRules)",
        "KEP-5307, release notes of 1.35",
    ),
    Changed(
        36,
        "a rule may restart all containers of a pod",
        "it needs the gate RestartAllContainersOnContainerExits (1.35)",
        "KEP-5532, feature_gates.json of 1.36.2",
    ),
)


def minor_of(version: str) -> int | None:
    """The minor number of "1.30", "v1.30.2" or "v1.30.2-gke.1"; None for what is no version of Kubernetes 1."""
    major, dot, rest = version.strip().removeprefix("v").partition(".")
    digits = rest.partition(".")[0].rstrip("+")
    return int(digits) if dot and major == "1" and digits.isdecimal() and len(digits) < 4 else None


def gates_of(minor: int) -> Gates:
    """The restart rules that hold by default in 1.`minor`. Models the defaults of pkg/features/kube_features.go."""
    return Gates(container_restart_rules=minor >= 35, restart_all_containers=minor >= 36)


def later_than(minor: int) -> tuple[Changed, ...]:
    """What is not so yet in 1.`minor`."""
    return tuple(change for change in CHANGES if change.since > minor)
