"""What can be wrong with a pod: the closed list that a diagnosis in the clinic is chosen from."""

from __future__ import annotations

from dataclasses import dataclass

from podlab.views.table import Table


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: its name, what it `says` in a sentence, and the `sign` by which kubectl shows it."""

    name: str
    says: str
    sign: str


_ALL = (
    Cause(
        "wrong-image",
        "The image cannot be had: there is no such name or tag.",
        "STATUS is ErrImagePull or ImagePullBackOff, and an event says that the pull failed",
    ),
    Cause(
        "missing-config",
        "A ConfigMap or Secret, or a key in it, is not there.",
        "STATUS is CreateContainerConfigError, and the container has never been started",
    ),
    Cause(
        "missing-volume",
        "A volume cannot be mounted.",
        "STATUS stays ContainerCreating or Init:0/1, and an event says FailedMount",
    ),
    Cause(
        "bad-command",
        "The program that shall be started is not in the image.",
        "Last State has the reason StartError and exit code 128 (127 if a shell looked for it)",
    ),
    Cause(
        "app-crash",
        "The program gives up by itself, with an error.",
        "Last State has the reason Error and a small exit code such as 1, and the end of the log says why",
    ),
    Cause(
        "port-clash",
        "Two containers of the pod want the same port.",
        "one container runs, and the log of the other ends with: Address already in use",
    ),
    Cause(
        "out-of-memory",
        "The container takes more memory than its limit allows.",
        "Last State has the reason OOMKilled and exit code 137",
    ),
    Cause(
        "wrong-policy",
        "The program has done its work, and restartPolicy starts it again.",
        "Last State has the reason Completed and exit code 0, and no event says Killing",
    ),
    Cause(
        "failing-hook",
        "A postStart hook fails, and the container is killed for it.",
        "an event says FailedPostStartHook",
    ),
    Cause(
        "failing-init",
        "An init container fails, so that the others are never started.",
        "STATUS begins with Init: and ends with Error or CrashLoopBackOff",
    ),
    Cause(
        "liveness-probe",
        "A liveness probe kills a container that works.",
        'events say "Liveness probe failed" and then Killing',
    ),
    Cause(
        "readiness-probe",
        "A readiness probe asks the wrong question, so that the container is never ready.",
        'the container runs and READY leaves it out, and an event says "Readiness probe failed"',
    ),
    Cause(
        "too-big",
        "The pod asks for more cpu or memory than any node has left.",
        "the pod is Pending, and the event FailedScheduling says Insufficient cpu or Insufficient memory",
    ),
    Cause(
        "no-such-node",
        "No node has the labels that the pod asks for.",
        "the pod is Pending, and FailedScheduling says of every node that it did not match the node selector",
    ),
    Cause(
        "taint",
        "The node that would fit has a taint, and the pod does not tolerate it.",
        "the pod is Pending, and FailedScheduling speaks of an untolerated taint",
    ),
    Cause(
        "deaf-to-sigterm",
        "The first process does not listen to SIGTERM, so that a deletion takes the whole grace period.",
        "STATUS is Terminating and the container still runs, for as long as terminationGracePeriodSeconds",
    ),
    Cause(
        "lost-node",
        "The node of the pod is gone.",
        "`kubectl get nodes` shows a node that is NotReady",
    ),
    Cause(
        "wrong-selector",
        "The Service chooses pods by labels that no pod has.",
        "the pod is healthy, and the Service has no endpoints",
    ),
)
CAUSES = {cause.name: cause for cause in _ALL}
"""The causes by name."""


def causes_table() -> Table:
    """The list, to choose from."""
    rows = tuple((cause.name, cause.says) for cause in _ALL)
    return Table("What can be wrong: a diagnosis is one of these", ("diagnosis", "it says"), rows)
