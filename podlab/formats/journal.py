"""A session's story that is written down as it goes on: after any crash it can be told again.

The file is a scenario's (`podlab.formats.scenario_file`). What was done since it was written stands in a second file
beside it, a line each, and reaches the disk before it is answered.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from podlab.actions.json_form import action_to_json
from podlab.core.engine.action import Action
from podlab.formats.scenario_file import parse_scenario, scenario_text
from podlab.formats.story import StoryError, story_gesture
from podlab.simulation.scenario import Scenario


class Journal:
    """The story at a path. `remember` adds what is done, `mark` what time it is, `close` makes one file of both."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.beside = path.with_name(path.name + ".journal")
        self._file: Any = None

    def found(self) -> tuple[Scenario, float] | None:
        """The scenario that was written there and how far it had come; None when there is none yet. StoryError."""
        if not self.path.exists():
            return None
        scenario, now = parse_scenario(self.path.read_text(encoding="utf-8"))
        steps: list[Action] = []
        known = 0
        for number, line in enumerate(self._lines(), start=1):
            try:
                entry = json.loads(line)
            except ValueError:
                break  # the line that was being written when it ended
            if not isinstance(entry, dict):
                raise StoryError(f"{self.beside.name}, line {number}: must be an object, not {line[:40]!r}")
            if "after" in entry:  # so many steps the story had when this was begun; it may have been written anew
                known = len(scenario.steps) - int(entry["after"])
            elif "now" in entry:
                now = max(now, float(entry["now"]))
            else:
                step = story_gesture(number - 1, entry, {name: name for name in scenario.pods})
                steps.append(step)
                now = max(now, step.at)
        return scenario.but(*steps[known:]), now

    def begin(self, scenario: Scenario, now: float) -> None:
        """Write the story anew, and be ready for what comes."""
        self._write(scenario, now)
        self._file = self.beside.open("w", encoding="utf-8")
        self._add({"after": len(scenario.steps)})

    def remember(self, step: Action) -> None:
        """Write down what is done; it is on the disk when this returns."""
        self._add(action_to_json(step))
        os.fsync(self._file.fileno())

    def mark(self, now: float) -> None:
        """Write down what time it is."""
        self._add({"now": now})

    def close(self, scenario: Scenario, now: float) -> None:
        """Make one file of both."""
        self._write(scenario, now)
        self._file.close()
        self.beside.unlink(missing_ok=True)

    def _lines(self) -> list[str]:
        return self.beside.read_text(encoding="utf-8").splitlines() if self.beside.exists() else []

    def _add(self, entry: dict[str, Any]) -> None:
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")
        self._file.flush()

    def _write(self, scenario: Scenario, now: float) -> None:
        """Replace the file as a whole, so that it is never half there."""
        new = self.path.with_name(self.path.name + ".new")
        with new.open("w", encoding="utf-8") as file:
            file.write(scenario_text(scenario, now))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
