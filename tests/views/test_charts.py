"""State charts: the arrows that a run took, counted; three projections kept apart; labels that have room."""

import pytest
from test_pictures import nasty_trace, outside, overlaps
from viewruns import STORIES, replicas, simulated
from viewtraces import ALL_STORIES, RUNNING, change, ended, status

from podlab.core.engine.history import Change
from podlab.simulation.trace import Trace
from podlab.views import state_chart

SIZES = ("notebook", "projector")


def taken(chart):
    return {(a.source, a.target): a.times for a in chart.arrows if a.times}


def test_each_arrow_is_counted_even_where_a_state_lasts_no_time(shop):
    (web, log) = state_chart(shop, "shop").data.containers
    assert taken(web) == {
        ("", "Waiting"): (0.0,),
        ("Waiting", "Running"): (1.0, 50.0),
        ("Running", "Terminated"): (20.0, 40.0),
        ("Terminated", "Running"): (20.0,),
        ("Terminated", "Waiting"): (50.0,),
    }
    assert (web.here, web.latest.times) == ("Running", (1.0, 50.0))
    assert taken(log) == {("", "Waiting"): (0.0,), ("Waiting", "Running"): (1.0,)}


def test_only_the_past_is_on_the_chart(shop):
    (web,) = state_chart(shop, "shop", "web", t=45).data.containers
    assert web.here == "Terminated"
    assert taken(web)["Running", "Terminated"] == (20.0, 40.0)
    assert ("Terminated", "Waiting") not in taken(web)


def test_readiness_is_no_state_of_a_container():
    unready = status("web", RUNNING) | {"ready": False}
    trace = Trace(9.0, tuple(change(t, s) for t, s in enumerate((unready, status("web", RUNNING), unready))))
    (web,) = state_chart(trace, "shop", "web").data.containers
    assert (len(web.path), web.notes("Running")) == (1, (("ready", 1), ("not ready", 1)))


def test_phase_conditions_and_status_are_kept_apart():
    data = state_chart(simulated("crash"), "shop").data
    assert taken(data.phase) == {("", "Pending"): (0.0,), ("Pending", "Running"): (0.0,)}
    assert data.phase.here == "Running"
    assert data.status.now == "Error"
    assert {"Error", "CrashLoopBackOff", "Running"} <= dict(data.status.counts).keys()
    assert data.phase.states == ("Pending", "Running", "Succeeded", "Failed")
    assert {tally.name: tally.now.partition(" ")[0] for tally in data.conditions}["Ready"] == "False"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        pytest.param("done", ["Pending", "Running", "Failed"], id="one of two fails"),
        pytest.param("init fails for good", ["Pending", "Failed"], id="init fails, never Running"),
        pytest.param("init fails", ["Pending"], id="init fails and is tried again"),
        pytest.param("init, pause killed", ["Pending", "Running", "Pending", "Running"], id="back to Pending"),
    ],
)
def test_the_path_of_the_phase(name, path):
    assert [stay.state for stay in state_chart(simulated(name), "shop").data.phase.path] == path


@pytest.mark.parametrize("t", [0, 20, 60])
@pytest.mark.parametrize("name", STORIES)
def test_every_step_of_a_path_is_an_arrow(name, t):
    data = state_chart(simulated(name), "shop", t=t).data
    for chart in (data.phase, *data.containers):
        steps = sorted(stay.start for stay in chart.path)
        assert sorted(time for times in taken(chart).values() for time in times) == steps
        assert chart.here == (None if data.deleted is not None else chart.path[-1].state)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", STORIES)
def test_labels_have_room_in_simulated_runs(name, size):
    for t in (0, 20, 120):
        scene = state_chart(simulated(name), "shop", t=t, size=size).scene
        assert not overlaps(scene)
        assert not outside(scene)


@pytest.mark.parametrize("name", ALL_STORIES)
def test_labels_have_room_in_recorded_runs(story, name):
    for pod in story(name).pods:
        scene = state_chart(story(name), pod).scene
        assert not overlaps(scene)
        assert not outside(scene)


def test_arrows_not_taken_are_dashed_and_said_so(shop):
    view = state_chart(shop, "shop", "log")
    assert "not taken   Running → Terminated · Terminated → Running · Terminated → Waiting" in view.text
    assert "not in this run" in {text.text for text in view.scene.texts}


def test_nothing_moves_from_one_moment_to_another():
    early, late = (state_chart(simulated("killed"), "shop", "web", t=t).scene for t in (10, 60))
    places = [
        {(t.text, t.x, t.y) for t in scene.texts if t.text in ("Waiting", "Terminated")} for scene in (early, late)
    ]
    assert places[0] == places[1]
    assert (early.width, early.height) == (late.width, late.height)


def test_a_pod_that_is_not_there_is_said_so():
    trace = Trace(60.0, (change(5.0, status("web", ended(0))), Change(9.0, change(5.0).pod, deleted=True)))
    assert state_chart(trace, "shop", t=1).text == "pod shop does not exist yet at t = 1s"
    assert state_chart(trace, "shop", t=1).svg()
    gone = state_chart(trace, "shop")
    assert gone.text.startswith("pod shop was removed at 9s")
    assert gone.data.phase.here is None


def test_bad_names_times_and_sizes_are_named(shop):
    with pytest.raises(KeyError, match="no pod 'shpo' in this trace; it has shop"):
        state_chart(shop, "shpo")
    with pytest.raises(KeyError, match="no container 'wbe' in pod 'shop'; it has web, log"):
        state_chart(shop, "shop", "wbe")
    with pytest.raises(ValueError, match="size: 'big' is not a size; try 'notebook', 'projector'"):
        state_chart(shop, "shop", size="big")


def test_markup_stays_text_and_odd_phases_are_told():
    trace = nasty_trace()
    view = state_chart(trace, trace.pods[0])
    assert "<script" not in view.svg()
    assert view.png()
    assert "alert(1)" in view.text


def test_pods_of_a_controller_have_charts_too():
    trace = replicas()
    (app,) = state_chart(trace, trace.pods[0]).data.containers
    assert taken(app)["Running", "Terminated"] == (20.0,)
