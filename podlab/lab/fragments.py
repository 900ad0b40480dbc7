"""The parts of the panel as pieces of HTML. Every text that is not podlab's own is escaped here."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape

from podlab.api import Fault
from podlab.lab.history import Made
from podlab.lab.model import Message
from podlab.lab.outcome import seconds
from podlab.simulation import Event
from podlab.simulation.stand_ins import stand_in_notes
from podlab.views.places import ContainerPlace, PodPlace
from podlab.views.style import PHASES, TONES

MANY = 200
"""So many lines or events are shown, the latest ones."""

LONG, AROUND = 60, 3
"""A faulty text of more than LONG lines is shown only AROUND its faults."""

_SIGNS = {"info": "", "warning": "⚠ ", "error": "✖ "}
_SHAPES = {"running": "●", "unready": "◐", "stopping": "◐", "waiting": "○", "backoff": "◌", "done": "■"}
_SHAPES |= {"resting": "■", "failed": "✖", "failing": "✖", "gone": "◇"}


def summary(name: str, place: PodPlace | None, restarts: str) -> str:
    """The chosen pod at a glance: phase, READY, STATUS, RESTARTS, IP, and each container's state."""
    if place is None:
        return _cells({"pod": escape(name or "none"), "phase": "not there"})
    colour = TONES[PHASES.get(place.phase, "gone")].fill
    cells = {
        "pod": escape(place.name),
        "phase": f'<i style="background:{colour}"></i>{escape(place.phase)}',
        "READY": f"{place.ready}/{place.total}",
        "STATUS": escape(place.status),
        "RESTARTS": escape(restarts),
        "IP": escape(place.ip or "none"),
    }
    chips = "".join(_chip(container) for container in place.containers)
    return f'{_cells(cells)}<div class="podlab-chips">{chips}</div>'


def cells(named: Mapping[str, str]) -> str:
    """Texts under their names."""
    return _cells({name: escape(text) for name, text in named.items()})


def _cells(cells: Mapping[str, str]) -> str:
    divs = (f'<div class="podlab-cell"><span>{name}</span><b>{value}</b></div>' for name, value in cells.items())
    return f'<div class="podlab-cells">{"".join(divs)}</div>'


def _chip(container: ContainerPlace) -> str:
    kind = "" if container.kind == "container" else f" ({container.kind})"
    shape, colour = _SHAPES[container.tone], TONES[container.tone].fill
    return (
        f'<span class="podlab-chip" style="border-color:{colour}">'
        f'<i style="color:{colour}" aria-hidden="true">{shape}</i>'
        f" <b>{escape(container.name)}</b>{kind}: {escape(container.state)}</span>"
    )


def message(said: Message | None) -> str:
    """What the lab says, announced by a screen reader as it appears; nothing when it has nothing to say."""
    if said is None:
        return ""
    role = "alert" if said.kind == "error" else "status"
    text = f'<div class="podlab-said podlab-{said.kind}" role="{role}">{_SIGNS[said.kind]}{escape(said.text)}</div>'
    if not said.answer:
        return text
    return (
        f"{text}<details><summary>What kubectl prints then</summary><pre>{escape(said.answer.rstrip())}</pre></details>"
    )


def progress(reached: float, until: float) -> str:
    """How far a run is."""
    words = f"At work: {seconds(round(reached))} of {seconds(until)}"
    return f'<label>{words} <progress max=1 value="{reached / until:.3f}"></progress></label>'


def save_link(name: str, text: str) -> str:
    """A link that saves a text under a name; works without a server or a network."""
    data = b64encode(text.encode()).decode()
    href = f"data:application/json;base64,{data}"
    return f'<a class="podlab-button" download="{escape(name)}" href="{href}">Save to a file</a>'


def lines(title: str, text: str) -> str:
    """A titled text as it is, in columns; scrolls sideways where it is too wide."""
    shown = escape(text.rstrip()) or "(nothing)"
    return f"{_title(title)}<pre {_named(title)}>{shown}</pre>"


def scrolled(title: str, picture: str) -> str:
    """A titled picture that may be higher than there is room for."""
    return f'{_title(title)}<div class="podlab-tall" {_named(title)}>{picture}</div>'


def _title(text: str) -> str:
    """No heading: which level would be right depends on the page that the panel stands on."""
    return f'<div class="podlab-title" aria-hidden="true">{escape(text)}</div>'


def _named(text: str) -> str:
    """For a piece that scrolls: keys reach it, and a screen reader says its title."""
    return f'tabindex=0 role="region" aria-label="{escape(text)}"'


def log(command: str, written: Sequence[str]) -> str:
    """What a container has written, the latest lines of it, under the command that prints them."""
    left_out = [f"… {len(written) - MANY} lines before"] if len(written) > MANY else []
    return lines(command, "\n".join([*left_out, *written[-MANY:]]))


def events(seen: Sequence[Event]) -> str:
    """The events up to now, the latest at the bottom and in sight."""
    rows = "".join(
        f'<tr class="podlab-{e.type.lower() if e.type in ("Normal", "Warning") else "other"}"><td>{seconds(e.t)}</td>'
        f"<td>{'⚠ ' if e.type == 'Warning' else ''}{escape(e.reason)}</td><td>{escape(e.message)}</td></tr>"
        for e in seen[-MANY:]
    )
    table = f"<table><tbody>{rows}</tbody></table>" if rows else "<p>none yet</p>"
    return f'{_title("events")}<div class="podlab-scroll" {_named("events")}><div>{table}</div></div>'


def paragraph(text: str) -> str:
    """A text by itself."""
    return f"<p>{escape(text)}</p>"


def wrong(text: str) -> str:
    """What is wrong, where it went wrong: the panel's message may be out of sight."""
    return f'<div class="podlab-fault">✖ {escape(text)}</div>'


def history(made: Sequence[Made]) -> str:
    """The steps, numbered in the order in which they were made."""
    if not made:
        return "<p>Nothing has been done to the pods yet.</p>"
    return f"<ol>{''.join(f'<li>{escape(str(step))}</li>' for step in made)}</ol>"


def not_there(pod: str) -> str:
    """In place of what a pod would show if it were there."""
    return f"<p>Pod {escape(pod or '(none)')} is not there at this instant.</p>"


def manifest(text: str, marked: Mapping[int, str]) -> str:
    """The manifest, its lines that matter now marked, each with what it decides."""
    out = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = marked.get(number)
        out.append(f"<mark>{escape(line)}</mark>  <em>← {escape(words)}</em>" if words else escape(line))
    return f"<pre {_named('manifest')}>" + "\n".join(out) + "</pre>"


def notes(noted: Sequence[str]) -> str:
    """What of the manifest podlab does otherwise than a cluster would, or does not do at all; the same once only."""
    of_text: dict[str, list[str]] = {}
    for note in noted:
        where, _, text = note.partition(": ")
        of_text.setdefault(text, []).append(where)
    places = ((f"{at[0]} and {len(at) - 1} more" if len(at) > 1 else at[0], text) for text, at in of_text.items())
    items = "".join(f"<li>{escape(f'{where}: {text}' if text else where)}</li>" for where, text in places)
    return f'{_title("podlab notes")}<ul class="podlab-notes" aria-label="podlab notes">{items}</ul>' if items else ""


def note_line(noted: Sequence[str]) -> str:
    """One line above the picture: what podlab has to say of this run, all of it when it is opened."""
    if not noted:
        return ""
    shown = min(noted, key=lambda note: not stand_in_notes([note]))
    if len(noted) == 1:
        return f'<div class="podlab-note" role="note">note: {escape(shown)}</div>'
    more = "".join(f"<li>{escape(note)}</li>" for note in noted if note != shown)
    title = f"note: {escape(shown)} (and {len(noted) - 1} more)"
    return f'<details class="podlab-note"><summary>{title}</summary><ul>{more}</ul></details>'


def legend() -> str:
    """What colours, hatching and signs of the pictures mean, folded."""
    swatches = "".join(
        f'<li><i style="background:{TONES[tone].fill}"></i>{escape(words)}</li>' for tone, words in _LEGEND.items()
    )
    signs = "".join(f"<li><b>{sign}</b> {escape(words)}</li>" for sign, words in _MARKS.items())
    return f"<details><summary>Colours and signs</summary><ul>{swatches}{signs}</ul></details>"


_LEGEND = {
    "running": "running, and ready",
    "unready": "running, not ready",
    "stopping": "stopping: asked to end",
    "frozen": "frozen by SIGSTOP; Kubernetes calls it running",
    "waiting": "waiting, as for an image",
    "backoff": "back-off: waits before it is started again",
    "done": "ended well, for good",
    "resting": "ended well, to be started again",
    "failing": "failed, to be started again",
    "failed": "failed, for good",
    "gone": "leaving, or lost",
}
_MARKS = {"↻2": "the second restart", "●": "an event", "▲": "a warning", "✦": "has just changed", "≠": "differs"}


def faults(text: str, found: Sequence[Fault]) -> str:
    """A manifest that does not load: each fault under its line; of a long text only the lines around faults."""
    of_line: dict[int, list[Fault]] = {}
    for fault in found:
        of_line.setdefault(fault.line or 0, []).append(fault)
    all_lines = text.splitlines()
    near = {n for line in of_line for n in range(line - AROUND, line + AROUND + 1)}
    shown = [n for n in range(1, len(all_lines) + 1) if n in near or len(all_lines) <= LONG]
    out = [_fault(fault) for fault in of_line.get(0, ())]
    for before, number in zip([0, *shown], shown, strict=False):
        wrong = of_line.get(number, ())
        gap = "<p>…</p>" if number > before + 1 else ""
        mark = ' class="podlab-wrong"' if wrong else ""
        out.append(f"{gap}<li{mark} value={number}><code>{escape(all_lines[number - 1])}</code>")
        out += [_fault(fault) for fault in wrong]
    return f"<p>{_count(len(found))}</p><ol>{''.join(out)}</ol>"


def _count(n: int) -> str:
    return "One thing is wrong:" if n == 1 else f"{n} things are wrong:"


def _fault(fault: Fault) -> str:
    place = f"<code>{escape(fault.path)}</code> " if fault.path else ""
    hint = f" <span>{escape(fault.hint)}</span>" if fault.hint else ""
    return f'<div class="podlab-fault">✖ {place}{escape(fault.message)}.{hint}</div>'
