"""What has just changed, told on the topology; whom an intervention struck; what a projector shows."""

import pytest
from test_pictures import outside, overlaps
from viewruns import STORIES, replicas, simulated
from viewtraces import RUNNING, change, status

from podlab.core.engine.history import Gesture
from podlab.simulation.trace import Trace
from podlab.views import compare, timeline, topology
from podlab.views.scene import Rect
from podlab.views.style import ORANGE

STOPPED = " · web: being stopped · log: being stopped"


def rings(view):
    return [i.title for i in view.scene.items() if isinstance(i, Rect) and i.stroke == ORANGE and i.width == 4]


@pytest.mark.parametrize(
    ("name", "t", "news"),
    [
        pytest.param(
            "killed", 20,
            "kill shop/web SIGKILL · for a moment not Ready · web: exit 137, started again ↻1", id="kill and restart",
        ),
        pytest.param(
            "killed for good", 20, "kill shop/web SIGKILL · no longer Ready · web: exit 137", id="kill without restart",
        ),
        pytest.param("pause killed", 20, f"kill sandbox shop · sandbox 0 gone{STOPPED}", id="pause dies"),
        pytest.param(
            "deleted", 20, f"delete shop · being deleted{STOPPED}", id="deletion begins",
        ),
        pytest.param("deleted", 25, "pod shop removed", id="a pod that is gone"),
        pytest.param("liveness", 5, "web: liveness probe failed", id="a failed probe"),
        pytest.param("init fails for good", 2, "phase Pending → Failed · sandbox 0 gone · prepare: exit 3", id="fails"),
    ],
)  # fmt: skip
def test_what_just_changed_is_told(name, t, news):
    assert topology(simulated(name).at(t)).news == f"just now: {news}"


def test_a_new_sandbox_brings_a_new_address():
    view = topology(simulated("pause killed").at(25))
    (pod,) = view.data
    assert f"new sandbox 1, IP {pod.ip}" in view.news


@pytest.mark.parametrize(
    ("t", "state"),
    [
        pytest.param(19, "running", id="before"),
        pytest.param(20, "stopping", id="as it begins"),
        pytest.param(24, "stopping", id="in between"),
        pytest.param(25, "↻1 running", id="started again at the instant of its end"),
    ],
)
def test_a_container_is_stopping_until_its_end(t, state):
    (pod,) = topology(simulated("pause killed").at(t)).data
    assert [c.state for c in pod.containers] == [state, state]


def test_when_nothing_happened_nothing_is_marked():
    view = topology(simulated("killed").at(60))
    assert (view.news, rings(view)) == ("", [])
    assert "just now" not in view.text


def test_news_is_ringed_named_and_read_aloud():
    view = topology(simulated("killed for good").at(20))
    assert rings(view) == ["just changed: no longer Ready", "just changed: exit 137"]
    assert "✦ exit 137" in {text.text for text in view.scene.texts}
    assert "just now: kill shop/web SIGKILL" in view.svg().partition(">")[0]
    assert view.graph.nodes["container/shop/web"]["news"] == ("exit 137",)


def test_news_since_an_earlier_moment():
    view = topology(simulated("killed").at(22), since=19)
    assert view.news.startswith("since 19s: kill shop/web SIGKILL")


def test_a_picture_does_not_jump_when_there_is_news():
    calm, struck = (topology(simulated("killed").at(t)) for t in (19, 20))
    assert (calm.scene.width, calm.scene.height) == (struck.scene.width, struck.scene.height)
    assert dict(calm.graph.nodes(data="box")) == dict(struck.graph.nodes(data="box"))


@pytest.mark.parametrize("name", STORIES)
def test_labels_have_room_whatever_has_changed(name):
    trace = simulated(name)
    for t in sorted({c.t for c in trace.changes} | {e.t for e in trace.events}):
        for scene in (topology(trace.at(t)).scene, topology(trace.at(t), since=0, size="projector").scene):
            assert not overlaps(scene)
            assert not outside(scene)


def test_a_pod_called_by_its_number_is_the_one_that_was_struck():
    first, second = timeline(replicas()).data.pods[:2]
    assert [g.target for g in first.gestures] == ["web[0]/app", "node-2"]
    assert [g.target for g in second.gestures] == ["node-2"]
    assert [g.target for g in first.lanes[0].signals] == ["web[0]/app"]


def test_a_pod_in_a_namespace_is_found():
    pods = [change(0.0, status("web", RUNNING), name=name) for name in ("shop", "other")]
    for one in pods:
        one.pod.metadata.namespace = "team"
    trace = Trace(9.0, tuple(pods), gestures=(Gesture(1.0, "kill", "team/shop/web", "SIGKILL"),))
    data = timeline(trace).data
    assert [len(pod.gestures) for pod in data.pods] == [1, 0]
    assert [len(pod.lanes[0].signals) for pod in data.pods] == [1, 0]


@pytest.mark.parametrize(
    ("t", "title"),
    [
        pytest.param(29, "node node-2", id="alive"),
        pytest.param(60, "node node-2: its kubelet is silent since 30s", id="dead, not yet found out"),
        pytest.param(100, "node node-2: NotReady, its kubelet is silent since 30s", id="found out"),
    ],
)
def test_a_node_that_is_lost_is_marked(t, title):
    view = topology(replicas().at(t))
    assert title in view.text.splitlines()
    assert title in {text.text for text in view.scene.texts}


@pytest.mark.parametrize("name", STORIES)
def test_a_projector_shows_larger_letters_that_still_have_room(name):
    trace = simulated(name)
    for make in (lambda size: timeline(trace, conditions=True, cursor=20, size=size),
                 lambda size: compare(one=trace, other=simulated("killed"), size=size)):  # fmt: skip
        scene = make("projector").scene
        assert scene.width * scene.scale <= 1000
        assert min(text.size for text in scene.texts) * scene.scale >= 14
        assert not overlaps(scene)
        assert not outside(scene)


def test_every_form_of_a_picture_is_enlarged(shop):
    small, large = (timeline(shop, size=size) for size in ("notebook", "projector"))
    _, size = large._repr_mimebundle_()
    assert size["image/png"]["width"] == 980
    assert int.from_bytes(large.png(96)[16:20]) == 980
    assert 'width="980"' in large.svg()
    assert large.figure.get_size_inches()[0] * large.figure.dpi == pytest.approx(980)
    assert large.text == small.text
