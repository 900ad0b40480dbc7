"""What is usual to do: by the reason that a status gives, and by words of its message.

Each rule is a list of words of which one must occur (in lower case), what that means, and what helps.
"""

from __future__ import annotations

from typing import NamedTuple


class Advice(NamedTuple):
    """What words in a message mean, and what is usual to do about it."""

    words: tuple[str, ...]
    means: str
    usual: str


PULL = (
    Advice(
        ("toomanyrequests", "429", "rate limit"),
        "the registry refuses because too many pulls were made",
        "wait, log in to the registry (spec.imagePullSecrets), or use a mirror",
    ),
    Advice(
        ("no match for platform", "no matching manifest"),
        "the image is not built for the processor of this node",
        "build it for the node's architecture, or choose other nodes by nodeSelector kubernetes.io/arch",
    ),
    Advice(
        ("x509", "certificate"),
        "the node does not trust the certificate of the registry",
        "give the registry's CA to the container runtime of the nodes",
    ),
    Advice(
        ("no such host", "i/o timeout", "connection refused", "dial tcp", "deadline exceeded", "proxyconnect"),
        "the node cannot reach the registry",
        "look at the network, DNS and proxy of the node, and at the host name in the image's name",
    ),
    Advice(
        ("no space left",),
        "the disk of the node is full",
        "remove unused images on the node, or give it a larger disk",
    ),
    Advice(
        ("not found", "manifest unknown", "name unknown", "404"),
        "the registry has no image of this name or tag",
        "look for a slip in the image's name and tag; a private registry may say this also of what you may not see",
    ),
    Advice(
        ("unauthorized", "authentication", "denied", "forbidden", "no basic auth", "401", "403"),
        "the registry wants a login, or this login may not read the image",
        "make a Secret of type kubernetes.io/dockerconfigjson in this namespace and name it in spec.imagePullSecrets",
    ),
)
START = (
    Advice(
        ("exec format error",),
        "the program is built for another processor, or is a script without its first line #!",
        "build the image for the node's architecture",
    ),
    Advice(
        ("permission denied",),
        "the file is there, but it is not executable for this user",
        "make it executable in the image (chmod +x), or start it through its interpreter",
    ),
    Advice(
        ("executable file not found", "no such file or directory", "not found"),
        "the program that command names is not in the image",
        "correct command or args; without them the image's own entrypoint is started",
    ),
)
SCHEDULING = (
    Advice(
        ("unbound immediate persistentvolumeclaim", "persistentvolumeclaim"),
        "a PersistentVolumeClaim of the pod is missing or has no volume yet",
        "kubectl describe pvc: is there a StorageClass, does its provisioner run, does a volume fit?",
    ),
    Advice(
        ("volume node affinity conflict",),
        "its volume can only be reached from other nodes (another zone, a local disk)",
        "let the pod run where the volume is, or use a StorageClass with volumeBindingMode WaitForFirstConsumer",
    ),
    Advice(
        ("insufficient", "too many pods"),
        "the nodes have not enough left of what spec.containers[].resources.requests asks for",
        "ask for less, remove other pods, or add a node (kubectl describe node shows what is allocated)",
    ),
    Advice(
        ("untolerated taint",),
        "nodes have a taint that the pod does not tolerate",
        "add a toleration, or take the taint away if it is not meant (not-ready and unreachable mean a lost node)",
    ),
    Advice(
        ("unschedulable",),
        "nodes are cordoned",
        "kubectl uncordon NODE when its maintenance is over",
    ),
    Advice(
        ("node affinity", "node selector"),
        "no node has the labels that nodeSelector or affinity asks for",
        "compare kubectl get nodes --show-labels with the pod's spec",
    ),
    Advice(
        ("anti-affinity", "affinity rules", "topology spread"),
        "its rules about other pods leave no node",
        "relax the rule (preferred instead of required, whenUnsatisfiable: ScheduleAnyway), or add a node",
    ),
    Advice(("free ports",), "another pod has its hostPort on every node", "use a Service instead of a hostPort"),
)
MOUNT = (
    Advice(
        ("configmap", "secret", "not found"),
        "something that the volume needs does not exist",
        "create it: the kubelet tries again, at longest every 2m2s, and the pod goes on by itself",
    ),
    Advice(
        ("multi-attach",),
        "the volume is still attached to another node",
        "wait until the old pod is gone (about 6 minutes after a node is lost), or remove it",
    ),
)
CODES = {
    126: ("the command was found but is not executable", "make it executable in the image"),
    127: ("a shell did not find the command", "correct the name of the program or its path"),
    134: ("the program aborted itself (SIGABRT)", "look at the end of its log"),
    137: (
        "it was ended by SIGKILL: a probe or a deletion whose grace period ran out, or the node's memory",
        "look for Killing in the events; kubectl top pod shows its memory",
    ),
    139: ("the program crashed (SIGSEGV)", "this is an error in the program or in its image's libraries"),
    143: ("it was ended by SIGTERM, and did not turn that into 0", "look for Killing in the events: who stopped it?"),
}
"""What exit codes mean by convention of shells and runtimes, and what is usual."""
STATUS_UNKNOWN = "the node lost sight of it: its kubelet or runtime was restarted, or the node itself"


def advise(rules: tuple[Advice, ...], message: str | None) -> Advice | None:
    """The first rule that a message matches."""
    text = (message or "").lower()
    return next((rule for rule in rules if any(word in text for word in rule.words)), None)
