"""Write the answers of the real Kubernetes that lesson 15 checks a learner's rules against: podlab/course/answers/.

    python tools/answers.py

They are taken from the reference data of the tests: all of the phase grid, and an even sample of the other sets.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
DATA = PROJECT / "tests" / "reference" / "data"
ANSWERS = PROJECT / "podlab" / "course" / "answers"
SAMPLE = 600

Case = dict[str, Any]


def cases(name: str) -> list[Case]:
    """The cases of one reference set."""
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def phases() -> Iterable[Case]:
    """The whole grid: the pod, what the kubelet knows, and the phase."""
    return ({"in": case["in"], "out": case["out"]["phase"]} for case in cases("phase.grid"))


def restarts() -> Iterable[Case]:
    """Exits of containers in a pod that goes on, and whether computePodActions starts them again."""
    seen = set()
    for case in cases("actions.train"):
        asked = case["in"]
        spec = asked["pod"]["spec"]
        sandbox = next(iter(asked["sandboxes"]), {})
        other = spec.get("initContainers") or spec.get("ephemeralContainers") or asked.get("restartAllContainers")
        if other or not sandbox.get("ready") or asked["pod"]["metadata"].get("deletionTimestamp"):
            continue
        newest = {record["name"]: record for record in reversed(asked["runtimeContainers"])}
        if case["out"]["attempt"] != sandbox["attempt"]:  # the sandbox is to be replaced: another question
            continue
        for index, container in enumerate(spec["containers"]):
            record = newest.get(container["name"], {})
            if record.get("state") != "exited":
                continue
            kept = {name: container[name] for name in ("restartPolicy", "restartPolicyRules") if name in container}
            one = {"policy": spec["restartPolicy"], "container": kept, "exitCode": record.get("exitCode", 0)}
            if (key := json.dumps(one, sort_keys=True)) not in seen:
                seen.add(key)
                yield {"in": one, "out": index in case["out"]["containersToStart"]}


def back_offs() -> Iterable[Case]:
    """Crash loops whose back-off is never forgotten: before which restart how many seconds are waited."""
    stories = json.loads((DATA / "backoff.train.json").read_text(encoding="utf-8"))["containerRestart"]
    for story in stories:
        asked = story["in"]
        if (asked["initialS"], asked["maxS"], asked["gc"]) != (10, 300, False) or max(asked["runS"][1:]) > 290:
            continue
        for n, delay in enumerate(story["out"]["delaysS"], 1):
            yield {"in": {"story": story["scenario"], "n": n}, "out": delay}


def readies() -> Iterable[Case]:
    """Pods with their container statuses, phase and readiness gates, and whether the condition Ready is True."""
    for case in cases("conditions.train"):
        kept = {name: case["in"][name] for name in ("pod", "phase", "statuses", "conditions")}
        yield {"in": kept, "out": case["out"]["Ready"]["status"] == "True"}


def sample(found: Iterable[Case], size: int = SAMPLE) -> list[Case]:
    """As many of each answer, evenly out of all that have it."""
    groups: dict[Any, list[Case]] = {}
    for case in found:
        groups.setdefault(case["out"], []).append(case)
    share = size // len(groups)
    return [group[i * len(group) // share] for group in groups.values() for i in range(share)]


def packed(found: Iterable[Case]) -> bytes:
    """The cases as the package keeps them: a line each, and the same bytes each time."""
    text = "".join(json.dumps(case, sort_keys=True) + "\n" for case in found)
    return gzip.compress(text.encode(), 9, mtime=0)


def answers() -> dict[str, bytes]:
    """The files by name."""
    sets = {"phase": phases(), "restarts": restarts(), "backoff": back_offs(), "ready": sample(readies())}
    return {f"{name}.jsonl.gz": packed(found) for name, found in sets.items()}


def main() -> int:
    """Write them all."""
    ANSWERS.mkdir(exist_ok=True)
    for name, content in answers().items():
        (ANSWERS / name).write_bytes(content)
        print(f"{name}: {len(gzip.decompress(content).splitlines())} cases, {len(content)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
