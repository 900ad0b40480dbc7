"""What a notebook calls: the lab with its panel."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets
from traitlets.utils.bunch import Bunch

from podlab.formats.link import parse_link
from podlab.lab.live import Live
from podlab.lab.model import OPENS_AT, LabModel
from podlab.lab.pages import OWN
from podlab.lab.panel import Panel
from podlab.simulation import Scenario
from podlab.simulation.running import Source
from podlab.simulation.session import Session


class Lab(LabModel, widgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A panel to handle a scenario: kill, delete, change the policy, move in time, undo, and see what becomes of it.

    `Lab(scenario, until=120)` at the end of a cell shows it; `lab.scenario`, `lab.trace` and `lab.t` tell the cells
    below what was done. Its verbs can be called from code too: `lab.kill("web")`. Without a scenario it has the pod of
    the first lesson.

    It is a widget like any other: `VBox([lab, …])` holds it, and `lab.observe(handler, "t")` calls the handler with
    each change of `t`, `trace` or `scenario`.
    """

    def __new__(cls, scenario: Scenario | Source | Session | None = None, *args: Any, **more: Any) -> Any:
        """A Session is looked at as it lives: `Lab(session)` is a `podlab.lab.live.Live`."""
        return Live(scenario) if isinstance(scenario, Session) else super().__new__(cls)

    def __init__(
        self, scenario: Scenario | Source | None = None, until: float = 120.0, *, at: float = OPENS_AT
    ) -> None:
        widgets.VBox.__init__(self)
        LabModel.__init__(self, BEGIN if scenario is None else scenario, until, at=at)
        self._told = self._seen()
        self.panel = Panel(self)
        self.children = (self.panel.widget,)

    @classmethod
    def from_text(cls, text: str, until: float = 120.0) -> Lab:
        """A lab for a pasted manifest; what is wrong with it is shown in the panel, beside its lines."""
        lab = cls(Scenario(()), until)
        pages = lab.panel.pages
        pages.open(OWN)
        pages.yours.value = text
        pages.use.click()
        return lab

    def changed(self) -> None:
        """Draw the panel anew, and tell those who observe the lab what has changed."""
        self.panel.refresh()
        before, self._told = self._told, self._seen()
        for name, new in self._told.items():
            if new is not before[name] and new != before[name]:
                self.notify_change(Bunch(name=name, old=before[name], new=new, owner=self, type="change"))

    def _seen(self) -> dict[str, Any]:
        return {"t": self.t, "trace": self.trace, "scenario": self.scenario}

    def open(self, text: str | None = None) -> None:
        """Go on with the text of a scenario's file, or of a manifest. (Without a text: what each widget does first.)"""
        if text is None:
            widgets.VBox.open(self)
        else:
            LabModel.open(self, text)

    def __repr__(self) -> str:
        clock = f"t={self.t:g} s of {self.until:g} s"
        if not self.pods:
            return f"Lab(no pods; {clock})"
        others = f" and {len(self.pods) - 1} more" if len(self.pods) > 1 else ""
        return f"Lab({self.pod}: {', '.join(self.containers)}{others}; {clock}; policy {self.policy})"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = widgets.VBox._repr_mimebundle_(self, **options)
        return bundle | {"text/plain": repr(self)}


def from_link(link: str = "") -> Lab:
    """A lab with the scenario of a link at its instant, as "Copy link" made it; without one, a pod to begin with.

    Errors: ValueError or ManifestError say what is wrong with the link; it is checked like any file.
    """
    if not link:
        return Lab()
    scenario, until, t = parse_link(link)
    lab = Lab(scenario, until)
    lab.seek(t)
    return lab


BEGIN = """\
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: web
    image: nginx
    ports: [{containerPort: 80}]
    volumeMounts: [{name: pages, mountPath: /usr/share/nginx/html}]
  - name: writer
    image: busybox
    command: [sh, -c, "while true; do date >> /pages/index.html; sleep 5; done"]
    volumeMounts: [{name: pages, mountPath: /pages}]
  volumes: [{name: pages, emptyDir: {}}]
"""
"""The pod of the first lesson."""
