"""How long does the kubelet wait before it restarts a crashed container, or pulls an image again?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubelet_pods import a_container, a_pod

from podlab.core.rules import Backoff, container_key, crash_message, image_key, pull_message
from podlab.core.rules.backoff import go_duration


def waits(runs, backoff=None):
    """The waits after runs of these lengths, under a kubelet that asks at once and then as soon as the wait is over."""
    backoff = backoff or Backoff()
    now, out = 0.0, []
    for run in runs:
        now += run
        decision = backoff.may_restart("app", now, now)
        if not decision.granted:
            assert decision.until == now + decision.duration
            assert not backoff.may_restart("app", now, decision.until - 0.001).granted
            assert backoff.may_restart("app", now, decision.until).granted
        out.append(decision.duration)
        now += decision.duration
    return out


@pytest.mark.parametrize(
    ("expected", "runs"),
    [
        pytest.param([0, 10, 20, 40, 80, 160, 300, 300], [1] * 8, id="the well-known sequence"),
        pytest.param([0, 10, 20], [3600, 1, 1], id="a long first run earns nothing"),
        pytest.param([0, 10, 20, 0, 10], [1, 1, 1, 601, 1], id="a run of more than 10 minutes earns a new start"),
        pytest.param([0, 10, 20, 40], [1, 1, 1, 600], id="a run of 10 minutes does not"),
    ],
)
def test_waits(expected, runs):
    assert waits(runs) == expected


def test_the_operator_may_lower_the_maximum():
    assert waits([1] * 6, Backoff(maximum=60)) == [0, 10, 20, 40, 60, 60]
    assert waits([1] * 4, Backoff(maximum=5)) == [0, 5, 5, 5]


def test_housekeeping_forgets_even_during_a_wait():
    backoff = Backoff()
    assert backoff.may_restart("app", 0, 0).granted
    assert not backoff.may_restart("app", 595, 600).granted
    backoff.gc(600)
    assert backoff.get("app") == 10
    backoff.gc(602)
    assert backoff.get("app") == 0
    assert backoff.may_restart("app", 595, 602).granted


def test_a_probes_kill_is_judged_by_the_end_of_the_instance_before():
    backoff = Backoff()
    assert backoff.may_restart("app", None, 16).granted  # no instance has ended yet, so nothing is counted
    assert backoff.may_restart("app", 16, 32).granted
    assert backoff.may_restart("app", 32, 48).granted  # 16 s since then are more than the 10 s of back-off
    refused = backoff.may_restart("app", 48, 64)
    assert (refused.granted, refused.duration, refused.until) == (False, 20, 68)


def test_containers_do_not_share_a_back_off():
    backoff = Backoff()
    assert backoff.may_restart("app", 0, 0).granted
    assert backoff.may_restart("web", 0, 0).granted
    assert not backoff.may_restart("app", 1, 1).granted


def test_another_image_begins_a_new_back_off():
    pod, app, web = a_pod(app="missing"), a_container("app"), a_container("web")
    assert container_key(pod, app) == container_key(pod, a_container("app"))
    assert container_key(pod, app) != container_key(pod, web)
    other = a_container("app")
    other.image = "nginx"
    assert container_key(pod, app) != container_key(pod, other)
    assert image_key(pod, "busybox") != image_key(pod, "nginx")


def test_pulls():
    backoff = Backoff()
    pulled = []
    for t in range(0, 400, 10):
        if not backoff.is_in_back_off_since_update("busybox", t):
            backoff.next("busybox", t, t)
            pulled.append(t)
    assert pulled == [0, 10, 30, 70, 150, 310]


def test_messages():
    pod = a_pod(app="missing")
    assert crash_message(80, pod, "app") == "back-off 1m20s restarting failed container=app pod=shop_default(u-1)"
    assert pull_message("nope:1") == 'Back-off pulling image "nope:1"'
    assert pull_message("nope:1", "not found") == 'Back-off pulling image "nope:1": ErrImagePull: not found'


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0s", 0),
        ("10s", 10),
        ("1m20s", 80),
        ("5m0s", 300),
        ("1h0m0s", 3600),
        ("25h1m1.5s", 90061.5),
        ("1.5s", 1.5),
        ("500ms", 0.5),
        ("1.5µs", 0.0000015),
        ("20ns", 2e-8),
        ("-1m30s", -90),
    ],
)
def test_go_duration(text, seconds):
    assert go_duration(seconds) == text


@pytest.mark.parametrize("bad", [{"initial": 0}, {"maximum": -1}])
def test_a_back_off_needs_positive_times(bad):
    with pytest.raises(ValueError, match="should be more than 0 s"):
        Backoff(**bad)


@given(st.lists(st.floats(0, 2000), max_size=12))
def test_a_wait_is_none_or_doubles_or_starts_again(runs):
    previous = 0
    for wait in waits(runs):
        assert wait in (0, 10, min(previous * 2, 300))
        previous = wait
