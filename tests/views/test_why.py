"""Why: chains of causes, rules and effects in words, for a moment and for an interval."""

import pytest
from test_pictures import NASTY, nasty_trace
from viewruns import STORIES, replicas, simulated
from viewtraces import ALL_STORIES

from podlab.explain.why import why


def links(answer):
    return [(moment.t, link.kind, link.says) for moment in answer.moments for link in moment.links]


def rules(answer):
    return {link.rule for moment in answer.moments for link in moment.links} | {link.rule for link in answer.now}


def test_a_kill_and_what_followed_from_it():
    assert [link for link in links(why(simulated("killed"), "shop", 15, 30)) if "Ready" not in link[2]][:4] == [
        (20.0, "cause", "kill shop/web SIGKILL"),
        (20.0, "effect", "web: exit 137"),
        (20.0, "rule", "web: restartPolicy Always restarts every exit"),
        (20.0, "effect", "web: started again ↻1"),
    ]


def test_a_program_that_ends_by_itself_is_a_cause():
    told = links(why(simulated("crash"), "shop", 5, 5))
    assert told[:3] == [
        (5.0, "cause", "web: exit 1"),
        (5.0, "rule", "web: restartPolicy Always restarts every exit"),
        (5.0, "effect", "web: started again ↻1"),
    ]


@pytest.mark.parametrize(
    ("name", "start", "end", "wanted"),
    [
        pytest.param("crash", 5, 30, "web: back-off 10s before it may start again [kubelet doBackOff]", id="back-off"),
        pytest.param("crash", 5, 30, "web: its back-off is over [kubelet doBackOff]", id="back-off over"),
        pytest.param("killed for good", 20, 21, "web: restartPolicy Never restarts nothing", id="Never"),
        pytest.param("pause killed", 20, 30, "the pod's sandbox is dead", id="a dead sandbox"),
        pytest.param("deleted", 20, 30, "the pod is being deleted, so nothing starts again", id="deletion"),
        pytest.param("deleted", 20, 30, "pod shop removed", id="removed"),
        pytest.param("liveness", 0, 30, "Unhealthy web: Liveness probe failed", id="a probe"),
        pytest.param("init, pause killed", 0, 3, "an init container that succeeded is done", id="init done"),
        pytest.param("init fails for good", 0, 3, "phase Pending → Failed [kubelet getPhase]", id="the phase"),
    ],
)
def test_each_kind_of_happening_is_explained(name, start, end, wanted):
    text = " ".join(why(simulated(name), "shop", start, end).text.split())
    assert wanted in text


@pytest.mark.parametrize(
    ("name", "t", "conclusion", "rule"),
    [
        pytest.param("crash", 119, "Running, Ready False", "kubelet GeneratePodReadyCondition", id="crash loop"),
        pytest.param("done", 60, "Failed, Ready False", "kubelet getPhase", id="failed"),
        pytest.param("killed", 60, "Running, Ready True", "kubelet getPhase", id="well"),
        pytest.param("deleted", 60, None, "", id="gone"),
    ],
)
def test_a_moment(name, t, conclusion, rule):
    answer = why(simulated(name), "shop", t)
    assert answer.conclusion == conclusion
    assert (rule in rules(answer)) == bool(rule)
    assert ("not there" in answer.title) == (conclusion is None)


def test_a_back_off_that_status_hides_is_told():
    answer = why(simulated("crash"), "shop", 15)
    assert any("back-off" in link.says and link.rule == "kubelet doBackOff" for link in answer.now)


def test_a_pod_that_is_being_deleted():
    first = why(simulated("deleted"), "shop", 22).now[0]
    assert (first.kind, first.says) == ("cause", "the pod is being deleted, with a grace period of 5s")


def test_a_lost_node_and_not_the_kubelet_makes_its_pods_unready():
    trace = replicas()
    assert "node lifecycle controller MarkPodsNotReady" in rules(why(trace, trace.pods[1], 100))
    assert "kubelet GeneratePodReadyCondition" not in rules(why(trace, trace.pods[1], 100))


def test_ends_come_before_what_follows_from_them():
    told = [says for t, _, says in links(why(simulated("pause killed"), "shop", 25, 25))]
    assert told.index("log: exit 137") < told.index(next(s for s in told if s.startswith("new sandbox")))
    assert told.index(next(s for s in told if s.startswith("new sandbox"))) < told.index("web: started again ↻1")


def test_an_interval_without_anything_says_so():
    assert why(simulated("killed"), "shop", 30, 40).text.splitlines()[1] == "nothing happened"
    assert "Nothing happened" in why(simulated("killed"), "shop", 30, 40).html


def test_two_moments_in_a_row_make_an_interval():
    trace = simulated("crash")
    whole = links(why(trace, "shop", 0, 60))
    assert [link for link in whole if link[0] > 30] == links(why(trace, "shop", 30.001, 60))
    assert [t for t, _, _ in whole] == sorted(t for t, _, _ in whole)


@pytest.mark.parametrize("name", STORIES)
def test_every_moment_of_a_simulated_run_has_an_answer(name):
    trace = simulated(name)
    for change in trace.changes:
        answer = why(trace, "shop", change.t)
        assert answer.moments
        assert all(len(line) <= 100 for line in answer.text.splitlines())


@pytest.mark.parametrize("name", ALL_STORIES)
def test_recorded_runs_are_explained(story, name):
    for pod in story(name).pods:
        answer = why(story(name), pod, 0, story(name).until)
        assert answer.moments
        assert all(moment.links for moment in answer.moments)


def test_a_pod_of_a_controller():
    trace = replicas()
    assert (20.0, "cause", "kill web[0]/app SIGKILL") in links(why(trace, trace.pods[0], 20, 20))
    assert (20.0, "cause", "kill web[0]/app SIGKILL") not in links(why(trace, trace.pods[1], 20, 20))


def test_markup_stays_text():
    trace = nasty_trace()
    answer = why(trace, trace.pods[0], 0, 10)
    assert "<script" not in answer.html
    assert "alert(1)" in answer.html
    assert NASTY.partition("\x00")[0] in answer.text


def test_what_cannot_be_explained_is_named(shop):
    with pytest.raises(KeyError, match="no pod 'shpo' in this trace; it has shop"):
        why(shop, "shpo", 3)
    with pytest.raises(ValueError, match="until must not be before t = 9s, but it is 3s"):
        why(shop, "shop", 9, 3)
    assert why(shop, "shop").end == 60.0
