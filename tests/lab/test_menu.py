"""The menu offers what makes sense, and what it does is done and told."""

from __future__ import annotations

import pytest
from shops import PROBED, SHOP

import podlab as pl
from podlab.lab import Lab, LabModel


def words(lab: LabModel) -> list[str]:
    return [choice.words for choice in lab.choices]


def choose(lab: Lab, text: str) -> None:
    lab.panel.more.which.value = text
    lab.panel.more.button.click()


def test_a_plain_pod_has_only_its_node_to_lose() -> None:
    assert words(LabModel(SHOP)) == ["stop kubelet of node-1", "drain node-1"]


def test_probes_limits_and_controllers_that_exist_are_offered() -> None:
    assert words(LabModel(PROBED)) == [
        "fail readiness probe of web",
        "fail liveness probe of web",
        "fill memory of web",
        "stop kubelet of node-1",
        "drain node-1",
        "scale stall",
    ]


@pytest.mark.parametrize(
    ("text", "step", "opposite", "said"),
    [
        pytest.param(
            "fail readiness probe of web",
            pl.fail_probe("shop/web", 10),
            "recover readiness probe of web",
            "10 s: fail the readiness probe of shop/web. At 15 s shop is Running, READY 1/2, RESTARTS 0.",
            id="readiness probe",
        ),
        pytest.param(
            "fail liveness probe of web",
            pl.fail_probe("shop/web", 10, "liveness"),
            "recover liveness probe of web",
            "10 s: fail the liveness probe of shop/web. At 30 s shop is Running, READY 2/2, RESTARTS 1.",
            id="liveness probe",
        ),
        pytest.param(
            "fill memory of web",
            pl.fill_memory("shop/web", 10),
            "fill memory of web",
            "10 s: fill the memory of shop/web. web ended with exit code 137 (OOMKilled); it was started again",
            id="memory",
        ),
        pytest.param(
            "stop kubelet of node-1",
            pl.node_down("node-1", 10),
            "start kubelet of node-1",
            "10 s: stop the kubelet of node-1. At 67.5 s the node is found NotReady.",
            id="node down",
        ),
        pytest.param(
            "drain node-1",
            pl.drain("node-1", 10),
            "drain node-1",
            "10 s: drain node-1. At 10 s shop is Terminating, READY 2/2, RESTARTS 0.",
            id="drain",
        ),
        pytest.param(
            "scale stall", pl.scale("stall", 10, 2), "scale stall", "10 s: scale stall to 2. At 10 s stall-", id="scale"
        ),
    ],
)
def test_a_choice_is_done_at_the_instant_and_told(text: str, step: object, opposite: str, said: str) -> None:
    lab = Lab(PROBED)
    lab.set_pod("shop")
    first = lab.scenario
    choose(lab, text)
    assert lab.scenario == first.but(step)  # type: ignore[arg-type]
    assert lab.message is not None
    assert lab.message.text.startswith(said)
    assert lab.panel.more.which.value == opposite
    lab.panel.undo.click()
    assert lab.scenario == first


def test_a_probe_recovers_and_a_node_comes_back() -> None:
    lab = Lab(PROBED)
    lab.set_pod("shop")
    choose(lab, "fail readiness probe of web")
    lab.seek(40)
    assert "1/2" in lab.snapshot.get()
    choose(lab, "recover readiness probe of web")
    assert lab.message is not None
    assert (
        lab.message.text
        == "40 s: recover the readiness probe of shop/web. At 40 s shop is Running, READY 2/2, RESTARTS 0."
    )
    choose(lab, "stop kubelet of node-1")
    choose(lab, "start kubelet of node-1")
    assert [s.verb for s in lab.scenario.gestures] == ["fail_probe", "recover_probe", "node_down", "node_up"]
    lab.seek(5)
    assert words(lab)[0] == "fail readiness probe of web"


def test_how_many_replicas_is_asked_only_for_a_scale() -> None:
    lab = Lab(PROBED)
    more = lab.panel.more
    assert more.replicas.layout.display == "none"
    more.which.value = "scale stall"
    assert (more.replicas.layout.display, more.replicas.value) == (None, 2)
    more.replicas.value = 0
    more.button.click()
    assert lab.scenario.steps == (pl.scale("stall", 10, 0),)
    assert more.replicas.value == 1


def test_a_scenario_without_nodes_offers_nothing() -> None:
    lab = Lab(pl.Scenario((), world=pl.World(nodes=())))
    assert lab.panel.more.widget.layout.display == "none"


@pytest.mark.parametrize("kind", ["Deployment", "ReplicaSet"])
def test_each_controller_of_a_template_can_be_scaled(kind: str) -> None:
    lab = Lab(f"""\
apiVersion: apps/v1
kind: {kind}
metadata: {{name: stall}}
spec:
  selector: {{matchLabels: {{app: stall}}}}
  template:
    metadata: {{labels: {{app: stall}}}}
    spec: {{containers: [{{name: web, image: nginx}}]}}
""")
    choose(lab, "scale stall")
    assert lab.scenario.steps == (pl.scale("stall", 10, 2),)
    assert len(lab.snapshot.pods) == 2
