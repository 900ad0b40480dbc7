"""Placements in words and as a picture; containers joined without a pod beside a pod."""

from __future__ import annotations

from fractions import Fraction

import pytest

from podlab.controllers.scheduler import NodeState
from podlab.course.exhibits.joined_view import joined_containers
from podlab.course.exhibits.placement import placement
from podlab.course.exhibits.tasks import AS_THEY_COME, POD_BY_POD, logging_app, small_and_large
from podlab.course.exhibits.trials import try_all

GIB = 2**30


def rectangles(view, title=None):
    return [i for i in view.scene.items() if type(i).__name__ == "Rect" and (title is None or i.title == title)]


def words(view) -> list[str]:
    return [text.text for text in view.scene.texts]


def test_the_text_has_the_counts_and_the_story():
    text = placement().text
    assert "as they come           12     6       6         0            0" in text
    assert "3 imuxsock: stranded; not node-1: Insufficient memory (1 GiB wanted, 512 MiB free)" in text
    assert "rsyslog: runs in part, without imuxsock; node-2 would have held it whole" in text
    assert "1 rsyslog: placed on node-2; not node-1: Insufficient memory (3 GiB wanted, 2.5 GiB free)" in text
    assert max(map(len, text.splitlines())) <= 120


def test_stranded_containers_are_seen_and_nodes_are_as_wide_as_their_room():
    trials = try_all(strategies=[AS_THEY_COME])
    view = placement(trials)
    assert "imuxsock: stranded" in words(view)
    assert "of 12 runs 6 whole, 6 in part" in words(view)
    small, large = [r for r in rectangles(view) if r.fill == "panel"]
    assert small.w / large.w == pytest.approx(2.5 / 3)
    (main,) = rectangles(view, "rsyslog/main runs without the others of its application")
    assert main.x >= small.x
    assert main.x + main.w <= small.x + small.w


def test_a_pod_is_framed():
    view = placement(try_all(strategies=[POD_BY_POD]))
    (frame,) = rectangles(view, "pod rsyslog")
    blocks = [r for r in rectangles(view) if (r.title or "").endswith(" runs")]
    assert len(blocks) == 3
    assert all(frame.x <= b.x and b.x + b.w <= frame.x + frame.w for b in blocks)


def test_chosen_runs_only():
    trials = try_all()
    lucky = next(run for run in trials.of(AS_THEY_COME) if run.outcome == "whole")
    view = placement(trials, [lucky])
    assert view.text.count("arrival:") == 1
    assert "imuxsock: stranded" not in words(view)


def test_what_runs_on_a_node_already_is_shown():
    busy = NodeState("busy", {"memory": Fraction(4 * GIB)}, pods=[logging_app()])
    view = placement(try_all(nodes=[busy, small_and_large()[1]], strategies=[POD_BY_POD]))
    assert "taken" in words(view)
    assert "not busy: Insufficient memory (3 GiB wanted, 1 GiB free)" in view.text


def test_no_two_labels_overlap():
    texts = placement().scene.texts
    boxes = [t.box for t in texts if t.text]
    overlapping = [
        (texts[i].text, texts[j].text)
        for i, a in enumerate(boxes)
        for j, b in enumerate(boxes[:i])
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    assert not overlapping


def test_as_png_and_svg():
    view = placement(try_all(strategies=[AS_THEY_COME]), theme="dark")
    assert view.png(96).startswith(b"\x89PNG")
    assert "imuxsock: stranded" in view.svg()


def test_joined_containers_beside_a_pod_in_words():
    text = joined_containers(["B", "A", "log"]).text
    assert "  in which a container is refused   4                   0" in text
    assert "  whose death breaks the others     1: B; you mend it   1: pause; the kubelet mends it" in text
    assert "kill B: A, log lose eth0; started again, it is alone in a new network until you restart A, log" in text
    assert "kill pause: B, A, log lose eth0; the kubelet stops B, A, log, makes a new pause and starts all" in text
    assert "run log --net=container:pause --volumes-from=pause" in text


def test_joined_containers_beside_a_pod_as_a_picture():
    view = joined_containers(["B", "A"])
    assert {"joined to B: B dies", "a pod: B dies", "a pod: pause dies"} <= set(words(view))
    assert words(view).count("network n1: only lo") == 3, "twice joined, once when pause is dead"
    dashed = [r for r in rectangles(view) if r.dash]
    assert len(dashed) == 3
    assert view.png(96).startswith(b"\x89PNG")


def test_names_that_do_not_do_are_refused_before_anything_is_drawn():
    with pytest.raises(ValueError, match="names should be 2 to 7 different names"):
        joined_containers(["A"])
