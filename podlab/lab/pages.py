"""The tabs under the pictures. Only the open one is drawn."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from podlab.api import ManifestError
from podlab.api.manifest_text import manifest_text
from podlab.formats.scenario_file import is_scenario_text
from podlab.lab import fragments
from podlab.lab.controls import button, column, dropdown, html, named, row, text_area
from podlab.lab.file_widgets import Copier, Opener
from podlab.lab.manifest import marked_lines
from podlab.lab.model import LabModel
from podlab.views import compare, state_chart

OWN = "Your own"
SINCE = (("this moment", 0.0), ("the last 10 s", 10.0), ("the last minute", 60.0), ("all since 0 s", float("inf")))
FILES = ".yaml,.yml,.json"
THREE, PINNED = "the three policies", "the pinned run"


class Pages:
    """The tabs of one lab. `do` does something and says in the panel what goes wrong."""

    def __init__(self, lab: LabModel, do: Callable[[Callable[[], Any]], None]) -> None:
        self._lab = lab
        self._do = do
        self.why, self.logs, self.history, self.manifest = html("why"), html("logs"), html("history"), html("manifest")
        self.code = text_area("as code:", "code", rows=6)
        self.save = html("save")
        opener = Opener("Open a file", FILES, lambda text: do(lambda: lab.open(text)), lambda why: do(_refuse(why)))
        self.open_file = named(opener, "open")
        self.copy = named(Copier(label="Copy as code"), "copy")
        self.link = named(Copier(label="Copy link", link=True, site=os.environ.get("PODLAB_SITE", "")), "link")
        self.yours = text_area("manifest:", "yours", rows=14)
        self.use = button("Use this manifest", "use", lambda: do(self._use), "begin a new story with it")
        read = Opener("Open a file", FILES, lambda text: do(lambda: self._read(text)), lambda why: do(_refuse(why)))
        self.read = named(read, "read")
        self.faults = html("faults")
        self.against = dropdown("compare with:", "against", (THREE, PINNED), lambda _: do(self.refresh))
        self.pin = button("Pin this run", "pin", lambda: do(self._pin), "keep it, to compare later runs with it")
        self.comparison = html("comparison")
        choice = row("choice", self.against, self.pin)
        self.since = dropdown("explain:", "since", SINCE, lambda _: do(self.refresh))
        self.states = html("states")
        pages = {
            "Why?": (column("because", self.since, self.why), self._draw_why),
            "States": (self.states, self._draw_states),
            "Logs": (self.logs, self._draw_logs),
            "History": (
                column("past", self.history, row("files", self.save, self.open_file, self.copy, self.link), self.code),
                self._draw_history,
            ),
            "Manifest": (self.manifest, self._draw_manifest),
            "Compare": (column("compare", choice, self.comparison), self._draw_comparison),
            OWN: (column("own", self.yours, row("files", self.use, self.read), self.faults), self._draw_own),
        }
        self._draw = tuple(draw for _, draw in pages.values())
        self.widget = named(widgets.Tab([page for page, _ in pages.values()], titles=tuple(pages)), "pages")
        self.widget.observe(lambda _: do(self.refresh), "selected_index")

    def open(self, title: str) -> None:
        """Turn to a tab."""
        self.widget.selected_index = self.widget.titles.index(title)

    def refresh(self) -> None:
        """Draw the tab that is open."""
        if self.widget.selected_index is not None:
            self._draw[self.widget.selected_index]()

    def _draw_why(self) -> None:
        since = self.since.value
        answer = self._lab.why(None if since == 0 else self._lab.t - since)
        self.why.value = fragments.not_there(self._lab.pod) if answer is None else answer.html

    def _draw_states(self) -> None:
        lab = self._lab
        known = lab.pod in lab.trace.pods
        self.states.value = state_chart(lab.trace, lab.pod, t=lab.t).svg() if known else fragments.not_there(lab.pod)

    def _draw_logs(self) -> None:
        lab = self._lab
        if lab.pod_object is None:
            self.logs.value = fragments.not_there(lab.pod)
            return
        snapshot, runs = lab.snapshot, lab.snapshot.runs
        parts = []
        for container in lab.containers:
            n = max((r.n for r in runs if (r.pod, r.container) == (lab.pod, container)), default=0)
            command = f"kubectl logs {lab.pod} -c {container}"
            parts.append(fragments.log(command, snapshot.logs(lab.pod, container, n)))
            if n:
                parts.append(fragments.log(f"{command} --previous", snapshot.logs(lab.pod, container, n - 1)))
        self.logs.value = "".join(parts)

    def _draw_history(self) -> None:
        self.history.value = fragments.history(self._lab.history)
        self.code.value = self.copy.text = self._lab.code()
        try:
            self.link.text = self._lab.link()
            self.save.value = fragments.save_link(f"{self._lab.pod or 'scenario'}.json", self._lab.save())
        except ValueError as reason:
            self.save.value = fragments.paragraph(f"Cannot be saved: {reason}.")

    def _draw_manifest(self) -> None:
        objects = self._lab.scenario.created()
        text = manifest_text(objects)
        marked = fragments.manifest(text, marked_lines(text, objects, self._lab.pod_object))
        self.manifest.value = marked + fragments.notes((*self._lab.scenario.warnings, *self._lab.trace.notes))

    def _draw_comparison(self) -> None:
        lab = self._lab
        if self.against.value == THREE and (lab.template_decides or not lab.pod):
            self.comparison.value = fragments.paragraph(lab.template_decides or "There is no pod to compare.")
        elif self.against.value == THREE:
            runs = lab.under_each_policy()
            three = compare(pods=lab.pod, Always=runs["Always"], OnFailure=runs["OnFailure"], Never=runs["Never"])
            self.comparison.value = three.svg()
        elif lab.pinned is not None:
            self.comparison.value = compare(pods=lab.pod, pinned=lab.pinned, now=lab.trace).svg()
        else:
            self.comparison.value = "<p>Pin a run, then change the story: here both are drawn, with what differs.</p>"

    def _pin(self) -> None:
        self.against.value = PINNED
        self._lab.pin()

    def _draw_own(self) -> None:
        """Begin with the manifest there is: to change it is easier than to write one."""
        if not self.yours.value:
            self.yours.value = manifest_text(self._lab.scenario.objects)

    def _read(self, text: str) -> None:
        """A file of the learner's own: a scenario that was saved here is gone on with, a manifest is used."""
        if is_scenario_text(text):
            self._lab.open(text)
            self.yours.value = manifest_text(self._lab.scenario.objects)
        else:
            self.yours.value = text
            self._use()

    def _use(self) -> None:
        self.faults.value = ""
        try:
            self._lab.set_manifest(self.yours.value)
        except ManifestError as error:
            self.faults.value = fragments.faults(self.yours.value, error.faults)
            raise ValueError("The manifest cannot be used; what is wrong is marked beside its lines.") from None
        except ValueError as error:
            self.faults.value = fragments.wrong(str(error))
            raise
        self.faults.value = fragments.notes((*self._lab.scenario.warnings, *self._lab.trace.notes))


def _refuse(why: str) -> Callable[[], None]:
    def refuse() -> None:
        raise ValueError(why)

    return refuse
