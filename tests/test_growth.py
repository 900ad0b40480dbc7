"""What it costs to add something: an action, a kubectl command and a controller, each by one new file and no edit.

The new files stand in a folder of their own that is added to the package's path, as if they were in podlab; every file
of podlab stays as it is.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]

ACTION = '''
"""Freeze: the kubelet of a node stops, for five seconds."""
from dataclasses import dataclass
from typing import ClassVar
from podlab.actions.registry import action
from podlab.core.engine.action import Action

@action
@dataclass(frozen=True, slots=True)
class Freeze(Action):
    verb: ClassVar[str] = "freeze"
    do: ClassVar[str] = "freeze"

    def perform(self, cluster):
        cluster.nodes[self.target].go_down()
        return ""

    @classmethod
    def from_json(cls, data, pod, at):
        return cls(data["node"], at)

    @classmethod
    def from_words(cls, target, at, *words):
        return cls(target, at)

    def to_json(self):
        return {"do": self.do, "node": self.target, "t": self.at}

    def commands(self, book):
        yield "#   systemctl stop kubelet"
'''

VERB = '''
"""kubectl count: how many objects there are of a kind."""
from podlab.kubectl.command import Command, verb

@verb(Command("count", "Count pods", "count"))
def count(call):
    call.stdout.append("3 pods\\n")
'''

CONTROLLER = '''
"""Marks every ConfigMap that it sees with an Event."""
from lightkube.models.core_v1 import ConfigMap
from podlab.controllers.base import Reconciler, controller

@controller
class ConfigMapMarker(Reconciler):
    kinds = (ConfigMap,)
    source = "marker"

    def reconcile(self, uid, obj):
        self.event(obj, "Normal", "Marked", "seen by the marker")
'''

USED = """
import sys
import podlab.actions, podlab.controllers, podlab.kubectl.verbs
for package, folder in zip((podlab.actions, podlab.kubectl.verbs, podlab.controllers), sys.argv[1:]):
    package.__path__.append(folder)
import podlab as pl
from podlab.actions.registry import action_called
from podlab.formats.scenario_file import parse_scenario, scenario_text
shop = pl.load("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}")
frozen = shop.but(action_called("freeze").from_words("node-1", 5.0))
again, _ = parse_scenario(scenario_text(frozen, 30))
run = pl.run(again, until=30)
print([(g.verb, g.target, g.note) for g in run.gestures])
print([e.reason for e in run.events if e.reason == "Marked"])
session = pl.Session(shop)
print(session.kubectl("count").stdout.strip())
"""


def test_an_action_a_verb_and_a_controller_are_one_new_file_each(tmp_path: Path) -> None:
    """All three are found, work, and the action is written to a scenario's file and read back."""
    folders = []
    for name, text in (("freeze", ACTION), ("count", VERB), ("marker", CONTROLLER)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / f"grown_{name}.py").write_text(text, encoding="utf-8")
        folders.append(str(folder))
    done = subprocess.run(
        [sys.executable, "-c", USED, *folders], capture_output=True, text=True, check=False, cwd=PROJECT
    )
    assert done.stderr == ""
    gestures, marked, counted = done.stdout.splitlines()
    assert gestures == "[('freeze', 'node-1', None)]"
    assert (marked, counted) == ("['Marked']", "3 pods")
