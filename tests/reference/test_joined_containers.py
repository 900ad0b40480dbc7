"""Containers joined without a pod, against what a real engine did step by step (`joined-containers.json`)."""

from __future__ import annotations

import json
import re

from podlab.course.exhibits.joined import Host, docker

REFUSED = re.compile(r"refused, exit status (\d+): (.*)")
EXITED = re.compile(r"(\w+) Exited \((\d+)\)")
READS = re.compile(r"(\w+) reads the file (\w+) wrote in ([\w/]+)")


def commands(do: str) -> list[str]:
    """The commands of a step; what follows a comma is a remark."""
    return [part.partition(",")[0].strip() for part in do.split(";")]


def same_labels(known: dict, recorded: dict, host: Host) -> bool:
    """Whether the recorded labels of namespaces stand for the same namespaces as ours, in this step and all before."""
    for name, spaces in recorded.items():
        for kind, label in spaces.items():
            ours = host.containers[name].namespaces[kind]
            if known.setdefault((kind, label), ours) != ours or known.setdefault((kind, "ours", ours), label) != label:
                return False
    return True


def test_the_recorded_story(reference_files, reference_checked):
    steps = 0
    for path in reference_files("joined-containers"):
        host, known = Host(), {}
        for step in json.loads(path.read_text(encoding="utf-8"))["story"]:
            steps += 1
            for command in commands(step["do"]):
                answer = docker(host, command)
                host = answer.host
            refusal = REFUSED.match(step["seen"])
            expected = (int(refusal[1]), refusal[2]) if refusal else (0, "")
            assert (answer.status, answer.text) == expected, step["do"]
            assert same_labels(known, step.get("namespaces", {}), host), step["do"]
            for name, seen in (
                (k.removesuffix("_interfaces"), v) for k, v in step.items() if k.endswith("_interfaces")
            ):
                assert host.interfaces(name) == tuple(text.split()[0] for text in seen), step["do"]
            for name, code in EXITED.findall(step["seen"]):
                assert host.containers[name].exit_code == int(code), step["do"]
            for reader, writer, place in READS.findall(step["seen"]):
                volumes = [host.containers[name].volumes.get(place) for name in (reader, writer)]
                assert volumes[0] == volumes[1] is not None, step["do"]
            if "no longer share localhost" in step["seen"]:
                assert all(host.together(name) == (name,) for name in step["namespaces"]), step["do"]
    reference_checked("joined-containers", steps)
