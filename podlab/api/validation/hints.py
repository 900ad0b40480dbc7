"""One plain sentence of what would be right, for each error of validation.

Kubernetes words its errors for people who know the rule. A hint says what to write.
"""

from __future__ import annotations

import re
from typing import Protocol

from podlab.api.hints import nearest, one_of
from podlab.api.validation.workload_hints import WORKLOAD_HINTS


class FaultyField(Protocol):
    """A rule broken at a field; validation's `FieldError` is one."""

    @property
    def field(self) -> str:
        """Where."""

    @property
    def type(self) -> str:
        """Which kind of error."""

    @property
    def detail(self) -> str:
        """What the rule says."""

    @property
    def error(self) -> str:
        """The full text as the API prints it."""


_SMALL_NAME = "Use small letters, digits and hyphens, with a letter or digit first and last"

_BY_DETAIL: tuple[tuple[str, str], ...] = (
    (r"lowercase RFC 1123 label", f"{_SMALL_NAME}, and at most 63 characters."),
    (r"lowercase RFC 1123 subdomain.*'_'", f"{_SMALL_NAME}; dots and underscores may stand between."),
    (r"lowercase RFC 1123 subdomain", f"{_SMALL_NAME}; dots may stand between."),
    (r"must not contain dots", f"{_SMALL_NAME}, but no dots."),
    (r"^prefix part", "Before the / write a domain such as example.com, or leave both away."),
    (r"^name part must be non-empty", "Give it a name."),
    (r"^name part must be no more", "Make the part after the / no longer than 63 characters."),
    (r"^(name part|a valid label key)", "Use letters, digits, -, _ and . with a letter or digit first and last."),
    (r"^a valid label must be", "Use letters, digits, -, _ and . with a letter or digit first and last, no blanks."),
    (r"neither a standard finalizer", "Name a finalizer with a domain, such as example.com/cleanup."),
    (r"name or generateName", "Give the pod a name under metadata.name."),
    (r"version must not be empty", "Say the apiVersion of the owner, such as apps/v1."),
    (r"environment variable name", "Use letters, digits and underscores."),
    (r"valid config key", "Use letters, digits, -, _ and ."),
    (r"valid HTTP header", "Use letters, digits and hyphens, such as X-Header."),
    (
        r"must specify a handler type",
        "Add exactly one of exec, httpGet, tcpSocket and grpc (a hook: exec, httpGet, sleep).",
    ),
    (r"more than 1 handler type", "Keep one of exec, httpGet, tcpSocket, grpc and sleep."),
    (r"must specify a volume type", "Say what kind of volume it is, such as emptyDir: {}."),
    (r"more than 1 volume type", "Keep one kind of volume; make a second volume for the other."),
    (r"must specify one of: (.*)", "Add exactly one of these: {0}."),
    (r"more than one field specified", "Keep one source."),
    (r"when `value` is not empty", "Keep either value or valueFrom."),
    (r"must be equal to \S+ limit of (\S+)$", "Ask for just the limit, {0}."),
    (r"limit of (\S+)$", "Ask for no more than the limit, {0}, or raise the limit."),
    (
        r"must be a standard resource for containers",
        "Use cpu, memory or ephemeral-storage, or a device such as example.com/gpu.",
    ),
    (r"standard resource type or fully qualified", "Use cpu, memory or ephemeral-storage, or a name with a domain."),
    (r"Limit must be set", "Give a limit as large as the request."),
    (r"must be greater than or equal to 0", "Use 0 or a larger number."),
    (r"must be greater than (0|zero)", "Use 1 or a larger number."),
    (
        r"less than terminationGracePeriodSeconds \((\d+)\)",
        "Use a number of seconds from 0 to {0}, the pod's grace period.",
    ),
    (r"must be between (\d+) and (\d+)", "Use a number from {0} to {1}."),
    (r"in the range (\d+)-(\d+)", "Use a number from {0} to {1}."),
    (r"must be 1$", "Leave it away, or write 1: a liveness or startup probe counts after one success."),
    (r"not be set for readinessProbes", "Leave it away: a failing readiness probe stops nothing."),
    (
        r"init containers without restartPolicy=Always",
        "Leave it away, or make this a sidecar with restartPolicy: Always.",
    ),
    (r"restartPolicy when restart rules", "Add restartPolicy: Never, OnFailure or Always to this container."),
    (r"match `containerPort` when", "With hostNetwork leave hostPort away, or write the containerPort again."),
    (r"when `hostUsers` is false", "Leave this away, or leave hostUsers away."),
    (r"only to privileged containers", "Use HostToContainer, or make the container privileged."),
    (r"mutually exclusive", "Keep one of the two."),
    (r"must be a relative path", "Begin the path without a /."),
    (r"must be an absolute path", "Begin the path with a /."),
    (r"contain '\.\.'|start with '\.\.'|backsteps", "Write the path without .. in it."),
    (r"0777 \(octal\)", "Use a file mode such as 0644."),
    (r"leading or trailing whitespace", "Take the blanks away around it."),
    (r"must be unique", "Choose a place that nothing else is mounted at."),
    (r"valid IP address", "Write an address such as 10.9.8.7."),
    (r"must not have leading 0s", "Write its numbers without leading zeros."),
    (r"more than (\d+) nameservers", "Keep at most {0}; others would never be asked."),
    (r"`tolerationSeconds` is set", "Write effect: NoExecute, or leave tolerationSeconds away."),
    (r"`key` is empty", "Name the key of the taint, or write operator: Exists."),
    (r"value must be empty when", "Leave value away, or write operator: Equal."),
    (r"'Exists' or 'DoesNotExist'", "Leave values away, or write operator: In."),
    (r"'In' or 'NotIn'$", "List at least one value."),
    (r"single value when", "Give exactly one value, a whole number in quotes."),
    (r"not a valid selector operator", "Use In, NotIn, Exists or DoesNotExist."),
    (r"at least one node selector term", "Add a term, or leave the requirement away."),
    (
        r"must provide.*`dnsPolicy` is None",
        "Add dnsConfig with at least one of nameservers, or choose another dnsPolicy.",
    ),
    (r"cannot be set on create", "Leave it away: it is added to a running pod with kubectl debug."),
    (r"schedulingGates have been cleared", "Leave nodeName away until nothing gates the pod."),
    (r"ShareProcessNamespace and HostPID", "Keep one of the two."),
    (r"does not match template", "Give the template the labels that the selector asks for."),
    (r'valid values: "OnFailure", "Never"', "Write OnFailure or Never: a Job's pods must be able to end."),
    (r"serviceAccountName is not set", "Say under serviceAccountName whose token it is."),
    (r"contain at least one letter", "Add a letter; a port number is written without quotes."),
    (r"only alpha-numeric characters", "Use small letters, digits and hyphens, such as http."),
    (r"hyphen", "Put hyphens singly and only inside."),
    (r"must be no more than (\d+) (?:characters|bytes)", "Make it no longer than {0} characters."),
    (r"must have at most (\d+) items", "Keep at most {0}."),
    (r"may not be more than (\d+) bytes", "Make it no longer than {0} bytes."),
)
_RULES = tuple((re.compile(pattern), sentence) for pattern, sentence in (*WORKLOAD_HINTS, *_BY_DETAIL))
_REQUIRED = {
    "containers": "Add containers: a pod has at least one.",
    "image": "Say which image to run, such as nginx:1.27.",
}
_CHOICE = re.compile(r'"((?:[^"\\]|\\.)*)"')


def hint_for(error: FaultyField) -> str:
    """What to write instead; never empty."""
    name = re.split(r"\.(?![^\[]*\])", error.field)[-1]
    if error.type == "FieldValueNotSupported":
        return _choice_hint(error)
    if error.type == "FieldValueNotFound":
        if name == "name" and "volume" in error.field:
            return "Add a volume of this name under spec.volumes, and see that it has no fault itself."
        return "Name something that the pod has."
    if error.type == "FieldValueDuplicate":
        kind = {"name": "name", "hostPort": "host port"}.get(name, "value")
        if name.startswith("ports["):
            return "Choose another port or protocol; this one is taken."
        return f"Choose another {kind}; this one is taken."
    for pattern, sentence in _RULES:
        if match := pattern.search(error.detail):
            return sentence.format(*match.groups())
    if error.type == "FieldValueRequired" and name in _REQUIRED:
        return _REQUIRED[name]
    if error.type == "FieldValueRequired":
        return f"Add {name.partition('[')[0]}." if not name.endswith("]") else f"Fill in {name}."
    if error.type == "FieldValueForbidden":
        return f"Leave {name} away here."
    return f"The value {error.detail}." if error.detail.startswith("must") else f"Change this: {error.detail}."


def _choice_hint(error: FaultyField) -> str:
    choices = [choice for choice in _CHOICE.findall(error.detail) if choice]
    written = _CHOICE.search(error.error.removeprefix(error.field))
    if written and (meant := nearest(written[1], choices, likeness=0.8)):
        return f"Did you mean {meant}?"
    return f"Write {one_of(choices)}."
