"""The picture of a case: the pod with its containers, and beside it both answers."""

from __future__ import annotations

from podlab.course.own_kubelet.answers import Difference
from podlab.course.own_kubelet.case_text import answer_text, case_text, members, pod_lines, policy_text, state
from podlab.views.fonts import shorten
from podlab.views.scene import Lines, Rect, Scene, Text, hatch
from podlab.views.style import PHASES, TONES
from podlab.views.view import View

_MARGIN, _WIDTH, _ROW, _ANSWERS = 12.0, 430.0, 34.0, 230.0
_TONES = {"running": "running", "ended": "done", "waiting": "waiting", "unknown": "gone"}


def case_view(rule: str, difference: Difference, theme: str = "auto") -> View:
    """The case as a View: its text is the question in words with both answers."""

    def text() -> str:
        lines = [case_text(rule, difference.case)]
        lines += [f"  Kubernetes: {answer_text(rule, difference.case.real)}"]
        return "\n".join([*lines, f"  yours:      {answer_text(rule, difference.yours)}"])

    return View(difference, text, lambda: case_scene(rule, difference), theme)


def case_scene(rule: str, difference: Difference) -> Scene:
    """On the left the pod, its containers below each other; on the right what Kubernetes and the rule say."""
    head, rows = _rows(rule, difference)
    height = 34 + _ROW * len(rows) + 10
    scene = Scene(_WIDTH + _ANSWERS + 3 * _MARGIN, title="The first case that differs")
    scene.add(Rect(_MARGIN, _MARGIN, _WIDTH, height, None, "soft", radius=6), 1)
    scene.add(Text(_MARGIN + 10, _MARGIN + 22, shorten(head, _WIDTH - 20, 13) or "", "ink", 13, True))
    for i, (name, words, kind) in enumerate(rows):
        _row(scene, name, words, kind, _MARGIN + 34 + i * _ROW)
    _answers(scene, rule, difference)
    scene.height = max(height, 110) + 2 * _MARGIN
    return scene


def _rows(rule: str, difference: Difference) -> tuple[str, list[tuple[str, str, str]]]:
    """The line above the containers; and of each its name, its state in words, and the name of its tone."""
    facts = difference.case.facts
    if rule == "backoff":
        return f"restart number {facts[0]}", [("main", "it has crashed", "waiting")]
    if rule == "restarts":
        return policy_text(facts[0]), [("main", f"ended with {facts[1]}", "done" if not facts[1] else "failed")]
    rows = []
    for kind, container in members(facts[0]):
        tone = _TONES[container.state]
        if rule == "ready":
            tone = "running" if container.ready else "unready"
        elif container.exit:
            tone = "failed" if container.state == "ended" else "backoff"
        rows.append((f"{kind} {container.name}", state(rule, container), tone))
    return "; ".join(pod_lines(rule, facts[0])), rows


def _row(scene: Scene, name: str, words: str, kind: str, y: float) -> None:
    tone = TONES[kind]
    x, w, h = _MARGIN + 10, _WIDTH - 20, _ROW - 6
    scene.add(Rect(x, y, w, h, tone.fill, radius=3), 1)
    if tone.hatch:
        scene.add(Lines(hatch(x, y, w, h, tone.hatch), tone.hatch_ink), 2)
        scene.add(Rect(x + 4, y + 4, w - 8, h - 8, tone.fill, radius=3), 3)
    scene.add(Text(x + 10, y + 18, shorten(f"{name}: {words}", w - 20, 12) or name, tone.ink, 12), 4)


def _answers(scene: Scene, rule: str, difference: Difference) -> None:
    """Both answers, below each other, in the colours of the phases where they are phases."""
    x = _WIDTH + 2 * _MARGIN
    for i, (who, answer) in enumerate((("Kubernetes", difference.case.real), ("yours", difference.yours))):
        y = _MARGIN + i * 54
        words = shorten(answer_text(rule, answer), _ANSWERS - 20, 13) or ""
        tone = TONES[PHASES.get(words, "gone")]
        scene.add(Text(x, y + 12, who, "soft", 12))
        scene.add(Rect(x, y + 18, _ANSWERS, 26, tone.fill, radius=3, title=str(answer)), 1)
        if tone.hatch:
            scene.add(Lines(hatch(x, y + 18, _ANSWERS, 26, tone.hatch), tone.hatch_ink), 2)
            scene.add(Rect(x + 5, y + 21, _ANSWERS - 10, 20, tone.fill, radius=3), 3)
        scene.add(Text(x + 10, y + 36, words, tone.ink, 13), 4)
