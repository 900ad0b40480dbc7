"""A Scenario is a value; gestures carry their time; bad ones are refused at once."""

from __future__ import annotations

import pytest

import podlab as pl

POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "shop"},
    "spec": {"containers": [{"name": "web", "image": "nginx"}, {"name": "helper", "image": "busybox"}]},
}


@pytest.fixture
def shop() -> pl.Scenario:
    return pl.load(POD)


def test_but_makes_a_new_scenario_and_leaves_the_old_one(shop):
    killed = shop.but(pl.kill("shop/web", at=20))
    assert shop.steps == ()
    assert [str(s) for s in killed.steps] == ["kill('shop/web', at=20)"]
    assert killed.undo() == shop
    assert killed.but(pl.delete("shop", at=3)).reset() == shop


def test_gestures_come_in_order_of_time(shop):
    twice = shop.but(pl.delete("shop", at=30), pl.kill("shop/web", at=20, signal="TERM"))
    assert [g.at for g in twice.gestures] == [20, 30]


def test_another_policy_changes_the_manifest_and_not_the_original(shop):
    never = shop.but(pl.restart_policy("shop", "Never"))
    assert never.created()[0].spec.restartPolicy == "Never"
    assert shop.created()[0].spec.restartPolicy is None


def test_the_code_of_a_scenario_makes_it_again(shop):
    steps = (pl.kill("shop/web", at=20.5, signal="SIGTERM"), pl.delete("shop", at=30, grace_period=0))
    scenario = shop.but(*steps, pl.restart_policy("shop", "OnFailure"), pl.kill_sandbox("shop", at=1))
    assert eval(scenario.code(), {"pl": pl, "scenario": shop}) == scenario  # the text is our own


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda: pl.kill("shop", at=1), "names no container", id="kill without a container"),
        pytest.param(lambda: pl.kill("shop/web", at=-1), "0 or more", id="before the start"),
        pytest.param(lambda: pl.kill("shop/web", at=float("nan")), "0 or more", id="no time at all"),
        pytest.param(lambda: pl.kill("shop/web", at="20"), "0 or more", id="a text for a time"),
        pytest.param(lambda: pl.kill("shop/web", at=1, signal="SIGFOO"), "is not a signal", id="no such signal"),
        pytest.param(lambda: pl.kill("shop/web", at=1, signal=99), "is not a signal", id="no such signal number"),
        pytest.param(lambda: pl.delete("shop", at=1, grace_period=-2), "0 or more", id="negative grace"),
        pytest.param(lambda: pl.restart_policy("shop", "Sometimes"), '"OnFailure"', id="no such policy"),
        pytest.param(lambda: pl.set_condition("shop", 1, "x/y", "yes"), '"Unknown"', id="no such status"),
        pytest.param(lambda: pl.load(POD).but(pl.restart_policy("shopp", "Never")), "'shop'", id="policy of nobody"),
        pytest.param(lambda: pl.scale("web", 1, 2**31), "from 0 to 2147483647", id="more replicas than can be counted"),
        pytest.param(lambda: pl.kill_sandbox("", 1), "say the name of a pod", id="a name that is empty"),
        pytest.param(lambda: pl.World(nodes=("A b",)), "cannot be the name of a node", id="a bad node"),
        pytest.param(
            lambda: pl.load(POD).with_world(present_images=("<bad ref>",)), "not the name of an image", id="a bad image"
        ),
        pytest.param(lambda: pl.run(POD, until=-1), "until", id="until before the start"),
        pytest.param(lambda: pl.run(POD, until=1e12), "until", id="until the end of time"),
    ],
)
def test_a_bad_gesture_is_refused_with_one_clear_error(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_but_takes_gestures_only(shop):
    with pytest.raises(TypeError, match="not a gesture"):
        shop.but("kill it")


@pytest.mark.parametrize(
    ("gesture", "note"),
    [
        pytest.param(pl.kill("shop/wep", at=5), "has no container 'wep'; it has web, helper", id="no such container"),
        pytest.param(pl.kill("shpo/web", at=5), "no pod 'shpo' at this moment", id="no such pod"),
        pytest.param(pl.node_down("node-7", at=5), "no node 'node-7'", id="no such node"),
        pytest.param(pl.kill_sandbox("shpo", at=5), "no pod 'shpo'", id="pause of no such pod"),
    ],
)
def test_a_stale_gesture_leaves_a_note_and_never_raises(shop, gesture, note):
    trace = pl.run(shop.but(gesture), until=10)
    assert note in (trace.gestures[0].note or "")
    assert trace.end.pods["shop"].status.phase == "Running"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda: pl.kill(7, 1), "kill: the name of a container is a text, not an int", id="kill"),
        pytest.param(lambda: pl.drain(None, 1), "drain: the name of a node is a text, not a NoneType", id="drain"),
        pytest.param(lambda: pl.typed("kubectl get pods", 1, 7), "typed: stdin is a text", id="stdin"),
        pytest.param(lambda: pl.typed("kubectl get pods", 1, "", {"a": 1}), "typed: files maps names", id="files"),
        pytest.param(lambda: pl.World(nodes="node-1"), "nodes: takes a list of names", id="a node that is no list"),
        pytest.param(lambda: pl.World(missing_images=(1,)), "missing_images: a name is a text", id="an image number"),
        pytest.param(
            lambda: pl.load(POD).with_image("x", "hello"),
            "with_image: a program is a generator function that takes a process, not a str",
            id="a program that is a text",
        ),
    ],
)
def test_another_type_is_refused_in_a_sentence(make, message):
    with pytest.raises(TypeError, match=message):
        make()
