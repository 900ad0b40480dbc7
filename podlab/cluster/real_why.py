"""Why a real pod is as it is: what was found, as data, text and safe HTML."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from html import escape
from typing import Any

from lightkube.models.core_v1 import Pod, PodStatus

from podlab.api.parts import containers_of, key_of, spec_of
from podlab.cluster.clock import moment
from podlab.cluster.container_finding import OneContainer, container_finding
from podlab.cluster.finding import BROKEN, Finding, Wait
from podlab.cluster.given import Given, read_given
from podlab.cluster.object_finding import object_findings
from podlab.cluster.pod_finding import pod_findings, started
from podlab.cluster.version import Known, version_of
from podlab.core.rules.container_state import find_status
from podlab.explain.columns import reason_of
from podlab.kubectl.printers import pod_row

_WIDTH, _LEFT = 100, 12
_SECRETIVE = 6  # letters; a shorter value of a variable is a word such as "true", and would be found everywhere


@dataclass(frozen=True)
class PodAnswer:
    """One pod: its columns, what decides them, and what was found."""

    pod: Pod
    now: datetime
    version: Known
    columns: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def waits(self) -> tuple[Wait, ...]:
        """What is waited for, the finding that matters most first."""
        return tuple(finding.wait for finding in self.findings if finding.wait is not None)

    @property
    def short(self) -> str:
        """The pod in a sentence: the worst of what was found."""
        worst = max(self.findings, key=lambda finding: finding.grade, default=None)
        if worst is None or worst.grade == 0:
            return "nothing is wrong with it"
        return f"{worst.about}: {'; '.join(worst.says[:3])}"


@dataclass(frozen=True)
class RealWhy:
    """The answer of `why` for real objects: a PodAnswer for each pod, and what other objects say."""

    pods: tuple[PodAnswer, ...]
    objects: tuple[tuple[str, Finding], ...]
    skipped: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    @cached_property
    def text(self) -> str:
        """All of it in words, in lines of about 100 characters. Values of variables are never in it."""
        lines: list[str] = []
        for answer in self.pods:
            lines += [*_pod_lines(answer), ""]
        for name, finding in self.objects:
            lines += [name, *_finding_lines(finding), ""]
        if not self.pods and not self.objects:
            lines += ["There is no pod in what was given, and nothing wrong with the other objects.", ""]
        lines += [f"not read: {what}" for what in self.skipped]
        return _hidden("\n".join(lines).rstrip(), self.secrets)

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        html = f'<section class="podlab-why"><pre>{escape(self.text)}</pre></section>'
        return {"text/plain": self.text, "text/html": html}


def why_real(
    *sources: Any, pod: str | None = None, now: datetime | str | None = None, version: str | None = None
) -> RealWhy:
    """Why real pods are as they are: each source is JSON, YAML, a file, "-", a dict or a Pod; Events and Nodes beside.

    `now` is the moment to count from (default: the clock), `version` the Kubernetes version where no Node tells it.
    Errors: `WrongValue` for what is no Kubernetes object.
    """
    given = read_given(*sources)
    when = moment(now)
    answers = tuple(_answer(each, given, when, version) for each in given.chosen(pod))
    objects = tuple((_called(obj), finding) for obj, finding in object_findings(given))
    return RealWhy(answers, objects, given.skipped, tuple(_secrets(given)))


def _called(obj: Any) -> str:
    kind = getattr(obj, "kind", None) or type(obj).__name__
    return f"{kind} {getattr(obj, 'name', None) or key_of(obj)}"


def _answer(pod: Pod, given: Given, now: datetime, version: str | None) -> PodAnswer:
    status, spec = pod.status or PodStatus(), spec_of(pod)
    known = version_of(given.node_of(pod), version)
    events = given.events_of(pod)
    findings = list(pod_findings(pod, given.node_of(pod), now, known.gates))
    for init, specs, statuses in (
        (True, spec.initContainers or (), status.initContainerStatuses),
        (False, spec.containers or (), status.containerStatuses),
    ):
        for container in specs:
            found = find_status(container.name, statuses)
            findings.append(container_finding(OneContainer(pod, container, found, init, now, known.gates, events)))
    return PodAnswer(pod, now, known, tuple(pod_row(pod, now)), tuple(findings))


def _secrets(given: Given) -> Iterator[str]:
    """The values that must never be printed."""
    for pod in given.pods:
        for container in containers_of(pod):
            for variable in container.env or ():
                if variable.value and len(variable.value) >= _SECRETIVE:
                    yield variable.value


def _hidden(text: str, secrets: tuple[str, ...]) -> str:
    """The text with the values of variables taken out; a value is found also where a line was broken."""
    for value in sorted(set(secrets), key=len, reverse=True):
        pattern = r"\s+".join(re.escape(word) for word in value.split())
        if pattern:
            text = re.sub(rf"(?<![\w.-]){pattern}(?![\w-])", "(value of a variable)", text)
    return text


def _pod_lines(answer: PodAnswer) -> Iterator[str]:
    pod, row = answer.pod, answer.columns
    status = pod.status or PodStatus()
    yield f"pod {key_of(pod)}: {status.phase or 'no phase'} · READY {row[1]} · STATUS {row[2]} · RESTARTS {row[3]}"
    place = f"on {spec_of(pod).nodeName}" if spec_of(pod).nodeName else "on no node"
    age = started(pod, answer.now)
    yield from _row("", f"{place}{f', {age}' if age else ''}; Kubernetes {answer.version.words}")
    if pod.status is None or not status.phase:
        yield from _row(
            "", "it has no status: this is a manifest, not a pod of a cluster (podlab run tells it forward)"
        )
    yield from _row("in short", answer.short)
    for column in ("phase", "ready", "status"):
        yield from _row(column if column == "phase" else column.upper(), reason_of(pod, column))
    for finding in sorted(answer.findings, key=lambda finding: -finding.grade):
        yield from _finding_lines(finding)


def _finding_lines(finding: Finding) -> Iterator[str]:
    mark = "! " if finding.grade == BROKEN else ""
    yield from _row(finding.about, mark + "; ".join(finding.says) + ".")
    if finding.wait is not None:
        yield from _row("  waits for", finding.wait.what)
    yield from _row("  decides", "; ".join(finding.decides)) if finding.decides else ()
    yield from (line for advice in finding.usual for line in _row("  usual", advice))
    yield from (line for what in finding.unknown for line in _row("  not known", what))


def _row(name: str, text: str) -> list[str]:
    head = f"{name:<{_LEFT}}" if len(name) < _LEFT else f"{name}  "
    return textwrap.wrap(
        " ".join(text.split()),
        _WIDTH,
        initial_indent=head,
        subsequent_indent=" " * _LEFT,
        break_long_words=False,
        break_on_hyphens=False,
    )
