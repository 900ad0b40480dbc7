"""A scenario for a real cluster: its manifests as one file for `kubectl apply`, its gestures as a script of commands.

What a cluster writes into an object itself (status, UID, creation time and the like) is left out, and so are Nodes: a
real cluster's nodes are machines that register themselves. All else stays, also what podlab does not simulate.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lightkube.models.core_v1 import Node, Pod, Service

from podlab.api.manifest_text import manifest_text
from podlab.api.mistakes import WrongValue
from podlab.api.parts import RUN, name_of
from podlab.core.engine.action import RestartPolicy
from podlab.formats.new_file import as_path, plain_file_name, write_files
from podlab.formats.runbook import runbook
from podlab.simulation.printed import Printed
from podlab.simulation.running import Source, load
from podlab.simulation.scenario import Scenario

_FIRST = ("Namespace", "PriorityClass", "ServiceAccount")
"""The kinds without which the API refuses other objects; a stable sort puts them first."""
_BY_THE_API = (
    *("uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"),
    *("managedFields", "selfLink", "ownerReferences"),
)
_ANNOTATIONS = ("kubectl.kubernetes.io/last-applied-configuration", "deployment.kubernetes.io/revision")


@dataclass(frozen=True, repr=False)
class Export:
    """Two texts for a real cluster: `manifest` is YAML for `kubectl apply -f`, `runbook` a shell script.

    `name` is what the files are called: `save()` writes NAME.yaml and NAME.sh.
    """

    name: str
    manifest: Printed
    runbook: Printed

    def save(self, folder: str | Path = ".", *, overwrite: bool = False) -> tuple[Path, Path]:
        """Write NAME.yaml and NAME.sh into a folder, and give their paths.

        Errors: WrongValue where they cannot be written, or one of them is there and `overwrite` is not True.
        """
        home = as_path(folder, "folder")
        if not home.is_dir():
            raise WrongValue(f"folder: there is no folder {str(folder)!r}; make it first, or save beside the notebook")
        texts = {home / f"{self.name}.yaml": self.manifest, home / f"{self.name}.sh": self.runbook}
        manifest, script = write_files(texts, what="folder", overwrite=overwrite)
        return manifest, script

    def __repr__(self) -> str:
        return f"==> {self.name}.yaml <==\n{self.manifest}\n==> {self.name}.sh <==\n{self.runbook}".rstrip("\n")


def export(scenario: Scenario | Source) -> Export:
    """The scenario (or what `load` makes of a manifest) for a real cluster. Comments of the original are not kept.

    The manifest loads as the same objects, apart from what only a cluster writes. Errors: ManifestError as of `load`;
    ValueError for a scenario with nothing that a cluster could be given.
    """
    if not isinstance(scenario, Scenario):
        scenario = load(scenario)
    objects = exported(scenario.created())
    if not objects:
        raise WrongValue("export: there is nothing to apply to a cluster in this scenario; load a manifest with a Pod")
    name = _file_name(objects)
    head = "".join(f"# {line}\n" for line in _remarks(scenario))
    return Export(name, Printed(head + manifest_text(objects)), Printed(runbook(scenario, objects, name)))


def exported(objects: Iterable[Any]) -> list[Any]:
    """The objects without what only a cluster writes, those first without which others are refused. No Nodes."""
    given = [_without_the_clusters_part(obj) for obj in objects if not isinstance(obj, Node)]
    return sorted(given, key=lambda obj: type(obj).__name__ not in _FIRST)


def _without_the_clusters_part(obj: Any) -> Any:
    """A copy. An object with a UID was given out by a cluster, which also chose the pod's node or the Service's IP."""
    obj = copy.deepcopy(obj)
    metadata = obj.metadata
    if getattr(obj, "status", None) is not None:
        obj.status = None
    if metadata is None:
        return obj
    if metadata.uid and isinstance(obj, Pod) and obj.spec is not None:
        obj.spec.nodeName = None
    if metadata.uid and isinstance(obj, Service) and obj.spec is not None and obj.spec.clusterIP != "None":
        obj.spec.clusterIP = obj.spec.clusterIPs = None
    for field in _BY_THE_API:
        setattr(metadata, field, None)
    kept = {key: value for key, value in (metadata.annotations or {}).items() if key not in _ANNOTATIONS}
    if kept != (metadata.annotations or {}):
        metadata.annotations = kept or None
    return obj


def _file_name(objects: Iterable[Any]) -> str:
    """The name of the first object that runs something, else of the first that has a name."""
    named = [obj for obj in objects if name_of(obj)]
    first = next((obj for obj in named if type(obj).__name__ in RUN), None) or next(iter(named), None)
    return plain_file_name(name_of(first)) if first is not None else "manifest"


def _remarks(scenario: Scenario) -> list[str]:
    """What the reader of the manifest should know."""
    lines = ["Written by podlab; comments of the original are not kept."]
    nodes = [name_of(obj) for obj in scenario.objects if isinstance(obj, Node)]
    if nodes:
        lines.append(f"Left out: Node {', '.join(nodes)}. The nodes of a real cluster register themselves.")
    for step in scenario.steps:
        if isinstance(step, RestartPolicy):
            lines.append(f"The restartPolicy of pod {step.target} is {step.policy} by a step of the scenario.")
    nameless = [type(obj).__name__ for obj in scenario.objects if not name_of(obj)]
    if nameless:
        lines.append(f"A {nameless[0]} has only generateName: `kubectl apply` refuses that, use `kubectl create -f`.")
    own = ", ".join(name for name, _ in scenario.world.images)
    if own:
        lines.append(f"In podlab a Python program stood in for {own}.")
    return lines
