"""The live view of a session: it follows what is done, shows the past, and comes back to the present."""

import podlab as pl
from podlab.lab.live import Live

POD = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: c, image: busybox, command: [sleep, "100"]}
"""


def live_of(session: pl.Session) -> Live:
    live = pl.Lab(session)
    assert isinstance(live, Live)
    return live


def test_it_follows_what_is_done_elsewhere() -> None:
    session = pl.Session()
    live = live_of(session)
    assert "nothing yet" in live.head.value
    session.kubectl("apply -f -", POD)
    session.advance(5)
    live.refresh()
    assert "web" in live.get.value
    assert "<svg" in live.timeline.value
    assert "<svg" in live.topology.value
    assert "apply -f -" in live.head.value


def test_the_past_is_shown_until_now_is_asked_for() -> None:
    session = pl.Session()
    live = live_of(session)
    session.advance(10)
    session.kubectl("apply -f -", POD)
    session.advance(10)
    live.refresh()
    live.slider.value = 5.0
    assert "No resources found" in live.get.value
    session.kubectl("delete pod web --grace-period=0 --force")
    live.refresh()
    assert "No resources found" in live.get.value
    live.undo.click()
    assert "web" in live.get.value
    assert live.now.disabled


def test_undo_says_when_there_is_nothing_to_take_back() -> None:
    live = live_of(pl.Session())
    live.undo.click()
    assert "nothing has been done" in live.message.value


def test_many_pods_have_no_room_for_their_insides() -> None:
    session = pl.Session([POD.replace("name: web", f"name: web-{n}") for n in range(9)])
    session.advance(3)
    live = live_of(session)
    assert live.topology.value == ""
    assert "web-" in live.get.value


def test_it_shows_where_it_is_served() -> None:
    session = pl.Session(POD)
    with session.serve(paused=True) as server:
        live = live_of(session)
        assert server.url in live.head.value
        assert "web" in live.get.value
