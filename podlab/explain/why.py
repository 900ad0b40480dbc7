"""Why is it so? One moment of a pod, or an interval, as a chain of causes, rules and effects: text and safe HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from lightkube.models.core_v1 import Pod

from podlab.api.mistakes import WrongValue, expect, seconds_since
from podlab.core.rules import find_condition
from podlab.explain import explain
from podlab.explain.clock import counted_from
from podlab.explain.container import DO_BACK_OFF, STATUS
from podlab.explain.reasons import CAUSE, RULE, Link, Moment, links_of, moments_of, pod_at, ready_links, span_links
from podlab.simulation.trace import Trace
from podlab.views.changes import MOMENT, report_age
from podlab.views.facts import Lane, PodTimeline
from podlab.views.intervals import container_status, timeline_of
from podlab.views.timeline_text import WIDTH
from podlab.views.words import back_off_words, seconds, state_words, wait_of

_LEFT = 10
_SHOWN = 300  # so many moments, the latest ones, are told
SCHEDULER = "kube-scheduler"
_READY = "kubelet GeneratePodReadyCondition"


@dataclass(frozen=True)
class Why:
    """The answer. `conclusion` says what the pod is at `end`, in the API's words; None while it is not there.

    `moments` are what led to it: in an interval, all that happened in it; at one moment, what had just happened.
    `now` explains the pod as it is at one moment, whenever it became so.
    """

    pod: str
    start: float
    end: float
    conclusion: str | None
    moments: tuple[Moment, ...]
    now: tuple[Link, ...]

    @cached_property
    def title(self) -> str:
        """What is explained."""
        when = f"at {seconds(self.end)}" if self.start == self.end else f"{seconds(self.start)} to {seconds(self.end)}"
        return f"pod {self.pod}, {when}: {self.conclusion or 'not there'}"

    @property
    def _left_out(self) -> str:
        """What is said in place of moments long ago."""
        n = len(self.moments) - _SHOWN
        return f"{n} moments before {seconds(self.moments[-_SHOWN].t)} are not shown" if n > 0 else ""

    @cached_property
    def text(self) -> str:
        """The chain in words, a link a line, each with the rule of the real Kubernetes that draws it."""
        lines = [self.title]
        if self._left_out:
            lines.append(self._left_out)
        for moment in self.moments[-_SHOWN:]:
            for i, link in enumerate(moment.links):
                lines += _link_lines(link, "" if i else seconds(moment.t))
        if not self.moments and self.start != self.end:
            lines.append("nothing happened")
        for i, link in enumerate(self.now):
            lines += _link_lines(link, "" if i else "so it is")
        return "\n".join(lines)

    @cached_property
    def html(self) -> str:
        """The same as HTML. Every text that a manifest may hold is escaped."""
        parts = [f"<p>{escape(self.sentence)}</p>"] if self.sentence else []
        parts += [f"<p>{self._left_out}</p>"] if self._left_out else []
        parts += [_html_list(seconds(moment.t), moment.links) for moment in self.moments[-_SHOWN:]]
        if not self.moments and self.start != self.end:
            parts.append("<p>Nothing happened.</p>")
        if self.now:
            parts.append(_html_list("so it is", self.now))
        links = (*(link for moment in self.moments[-_SHOWN:] for link in moment.links), *self.now)
        behind = _html_sources(links)
        return f'<section class="podlab-why"><p><b>{escape(self.title)}</b></p>{"".join(parts)}{behind}</section>'

    @cached_property
    def sentence(self) -> str:
        """The pod as it is at one moment, in a plain sentence; nothing for an interval."""
        if not self.now:
            return ""
        told = "; ".join(dict.fromkeys(link.says for link in self.now))
        return f"{told[:1].upper()}{told[1:]}."

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def why(trace: Trace, pod: str, t: float | None = None, until: float | None = None) -> Why:
    """Why a pod is as it is at `t` (default: the end), or with `until` what happened from `t` to `until` and why.

    Errors: KeyError for a pod that is not in the trace, ValueError for a time that is none.
    """
    expect(trace, Trace, "why", "write why(trace, pod, t)")
    with counted_from(trace.start):
        return _why(trace, pod, t, until)


def _why(trace: Trace, pod: str, t: float | None, until: float | None) -> Why:
    start = trace.until if t is None else seconds_since(t, "t")
    end = start if until is None else seconds_since(until, "until")
    if end < start:
        raise WrongValue(f"until must not be before t = {seconds(start)}, but it is {seconds(end)}")
    life = next(iter(timeline_of(trace, [pod], end).pods), None)  # says what is wrong with a pod or a time
    moments = moments_of(trace, pod, start if until is not None else start - MOMENT + 1e-9, end)
    now = pod_at(trace, pod, end)
    if now is None or life is None:
        return Why(pod, start, end, None, moments, ())
    explanation = explain(now)
    if until is not None:
        return Why(pod, start, end, explanation.conclusion, moments, ())
    told = links_of(explanation.steps)
    chain = (*(link for link in told if link.rule != _READY), *(ready_links(now) or told[-2:]))
    others = [link for lane in life.lanes for link in _standing(trace, pod, lane, chain)]
    meta = now.metadata
    if meta is not None and meta.deletionTimestamp is not None:
        grace = seconds(meta.deletionGracePeriodSeconds or 0)
        says = f"the pod is being deleted, with a grace period of {grace}"
        others.insert(0, Link(CAUSE, says, "metadata.deletionTimestamp", "API server"))
    others += [link for lane in life.lanes for link in _signals(lane, end)]
    old = report_age(trace, now, end)
    if old:
        others.insert(0, Link(CAUSE, old, "Lease of the node", "node lifecycle controller"))
    behind = tuple(link for link in _behind(now, life) if not _told(link, moments))
    return Why(pod, start, end, explanation.conclusion, moments, (*behind, *others, *chain))


def _behind(now: Pod, life: PodTimeline) -> Iterator[Link]:
    """What the state itself does not say: why the pod has no node, what a container waits for, which probe fails."""
    placed = find_condition("PodScheduled", (now.status and now.status.conditions) or ())
    if placed is not None and placed.status == "False" and placed.message:
        yield Link(CAUSE, f"no node is found: {placed.message}", f"PodScheduled False, {placed.reason}", SCHEDULER)
    for lane in life.lanes:
        status = container_status(now, lane.container)
        state = status.state if status is not None else None
        if state is None or status is None:
            continue
        waiting = state.waiting
        if waiting is not None and waiting.message and waiting.reason != "CrashLoopBackOff":
            fact = f"{lane.container}: state.waiting, reason {waiting.reason}"
            yield Link(CAUSE, f"{lane.container}: {waiting.message}", fact, STATUS)
        elif state.running is not None and not (status.ready and status.started):
            latest = lane.probes[-1] if lane.probes else None
            if latest is not None and latest.t >= lane.spans[-1].start:
                says = f"{lane.container}: {latest.probe} probe {latest.message}, at {seconds(latest.t)} the last time"
                yield Link(CAUSE, says, "event Unhealthy", "kubelet prober")


def _signals(lane: Lane, t: float) -> Iterator[Link]:
    """What the state of a container hides: it is frozen by a signal, or process 1 has just let one pass."""
    name = lane.container
    ice = next((span for span in lane.frozen if span.start <= t < span.end), None)
    if ice is not None:
        says = f"{name}: frozen since {seconds(ice.start)} by SIGSTOP; it is there, so Kubernetes calls it running"
        yield Link(CAUSE, says, "the runtime reports CONTAINER_RUNNING", "Linux signal(7)")
    run = next((run for run in reversed(lane.runs) if run.start <= t and (run.end is None or run.end > t)), None)
    sent = next((one for one in reversed(lane.signals) if run is not None and run.start <= one.t <= t), None)
    if sent is not None and sent.effect == "dropped":
        says = f"{name}: {sent.detail} of {seconds(sent.t)} was dropped, for it is process 1 and has no handler for it"
        yield Link(CAUSE, says, "process 1 of a PID namespace", "Linux pid_namespaces(7)")


def _told(link: Link, moments: tuple[Moment, ...]) -> bool:
    """Whether the moment itself tells of a failed probe already."""
    return link.fact == "event Unhealthy" and any(link.fact == one.fact for m in moments for one in m.links)


def _standing(trace: Trace, pod: str, lane: Lane, chain: tuple[Link, ...]) -> tuple[Link, ...]:
    """What the chain does not say of a container: how it stands, the exit that led there, a back-off not shown yet."""
    if not lane.spans:
        return ()
    *past, span = lane.spans
    if any(link.fact.startswith(f"{lane.container}: ") for link in chain):
        wait = wait_of(span, lane) if span.state == "terminated" else None
        says = f"{lane.container}: {back_off_words(wait)}, which STATUS does not show yet" if wait else ""
        return (Link(RULE, says, "", DO_BACK_OFF),) if wait else ()
    before = past[-1] if past else None
    if span.state == "running" or (lane.kind == "init" and span.exit_code == 0):
        says = f"{lane.container}: {state_words(span, lane.kind)}, since {seconds(span.start)}"
        return (Link(CAUSE, says, f"{lane.container}: state.{span.state}", STATUS),)
    links = span_links(trace, pod, lane, span, before)
    if span.state == "waiting" and before is not None and before.state == "terminated":
        links = (*span_links(trace, pod, lane, before, None), *links)
    return links


def _link_lines(link: Link, when: str) -> list[str]:
    head = f"{when:<{_LEFT}}{link.kind:<8}"
    rule = f" [{link.rule}]".replace(" ", "\xa0").replace("\xa0", " ", 1) if link.rule else ""
    wrapped = textwrap.wrap(
        link.says + rule,
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace("\xa0", " ") for line in wrapped]


def _html_list(when: str, links: tuple[Link, ...]) -> str:
    items = "".join(_html_item(link) for link in links)
    return f'<p class="podlab-when"><b>{escape(when)}</b></p><ul>{items}</ul>'


def _html_item(link: Link) -> str:
    return f'<li class="podlab-{link.kind}"><i>{link.kind}</i>: {escape(link.says)}</li>'


def _html_sources(links: Iterable[Link]) -> str:
    """What each link rests on: the API's field, and the function of the real Kubernetes. Folded, for those who ask."""
    sources = dict.fromkeys((link.says, link.fact, link.rule) for link in links if link.fact or link.rule)
    if not sources:
        return ""
    items = "".join(
        f"<li>{escape(says)} <small>{escape(fact)}{' · ' if fact and rule else ''}"
        f"{f'<code>{escape(rule)}</code>' if rule else ''}</small></li>"
        for says, fact, rule in sources
    )
    return f"<details><summary>Where this stands in Kubernetes</summary><ul>{items}</ul></details>"
