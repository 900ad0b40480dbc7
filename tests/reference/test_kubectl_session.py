"""The sitting with the real kubectl again, typed into a Session at the same moments.

Nothing is prepared but the cluster: its nodes, the images on them. Masked, since they differ from cluster to cluster
and from run to run, are

* what was made up: UIDs, container and image IDs, resource versions, IPs of pods, the identity of the node's machine;
* ages and clock times; with them the padding that makes up for their width. (Layout to the blank is compared by
  `test_kubectl_sitting.py`, where the objects have the recorded names and times.)
* the size of the machine, in the description of a node.

How long a kubelet sleeps is drawn at random. A command may meet what one of a few draws would have made.
"""

import json
import re

import pytest

import podlab as pl
from tests.reference.conftest import files_of

SEEDS = range(4)
BEFORE = 4000.0
"""Seconds that pass before the sitting, so that a dead node has been found and that event is an hour old."""

MASKS = [
    (r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|\b[0-9a-f]{32}\b|\b[0-9a-f]{64}\b", "ID"),
    (r'(resourceVersion"?: )"\d+"', r"\1VERSION"),
    (r"\b10\.244\.\d+\.\d+\b", "IP"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "TIME"),
    (r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}", "TIME"),
    (r"(?<![\w-])(?:\d+[dhms])+(?= |$| ago|\))", "AGE"),
    (r"(?m)^(  (?:cpu|ephemeral-storage|memory|pods|hugepages-\w+): +)\w+$", r"\1SIZE"),
    (r"(?m)^(  Kernel Version: ).*$", r"\1KERNEL"),
    (r"\d+%", "SHARE"),
    (r"(?m)(?<=\S) {2,}| +$", "  "),
]


def sittings():
    for path in files_of("kubectl"):
        yield pytest.param(json.loads(path.read_text(encoding="utf-8"))["commands"], id=path.name.partition(".json")[0])


@pytest.mark.parametrize("commands", list(sittings()))
def test_the_sitting_in_a_session(commands, reference_checked):
    answers = [typed(commands, seed) for seed in SEEDS]
    for command, *simulated in zip(commands, *answers, strict=True):
        recorded = masked(command["stdout"]), masked(command["stderr"]), command["rc"]
        if recorded not in simulated:
            assert simulated[0] == recorded, f"t={command['t']} $ {command['cmd']}"
    reference_checked("kubectl", len(commands))


def typed(commands, seed):
    """What a Session answers to each command."""
    session, down = cluster(commands, seed)
    for name in down:
        session.node_down(name)
    session.advance(BEFORE)
    answers = []
    for command in commands:
        session.advance(max(0.0, BEFORE + command["t"] - session.now))
        result = session.kubectl(command["cmd"], command["stdin"] or "")
        answers.append((masked(result.stdout), masked(result.stderr), result.rc))
    return answers


def cluster(commands, seed):
    """A new cluster with the nodes and images that the sitting shows, and which of its nodes are down."""
    text = "\n".join(command["stdout"] for command in commands)
    nodes = dict(re.findall(r"(?m)^(node-\d+) +(Ready|NotReady)\b", text)) or {"node-1": "Ready"}
    images = sorted(set(re.findall(r'Container image "([^"]+)" already present', text)))
    world = pl.World(nodes=tuple(sorted(nodes)), present_images=tuple(images))
    session = pl.Session(world=world, timing=pl.Timing.recorded(seed))
    return session, [name for name, state in nodes.items() if state == "NotReady"]


def masked(text):
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    return text
