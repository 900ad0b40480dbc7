"""The pictures: labels that do not overlap, markup that stays text, the same bytes every time."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from viewtraces import ALL_STORIES, RUNNING, at_once, change, ended, many_pods, status

from podlab.core.engine.history import Event, Gesture, SandboxSpan
from podlab.course.exhibits.truth_view import truth_table
from podlab.simulation.trace import Trace
from podlab.views import View, compare, timeline, topology
from podlab.views.fonts import fit, shorten, text_width
from podlab.views.scene import Lines, Rect, Scene, Shape, hatch

NASTY = "<script>alert(1)</script>&\"'\x00\x1b]]>"


def overlaps(scene: Scene) -> list[tuple[str, str]]:
    boxes = [(t.text, t.box) for t in scene.texts]
    return [
        (one, other)
        for (one, a), (other, b) in combinations(boxes, 2)
        if min(a[2], b[2]) - max(a[0], b[0]) > 1 and min(a[3], b[3]) - max(a[1], b[1]) > 2
    ]


def outside(scene: Scene) -> list[str]:
    return [
        t.text
        for t in scene.texts
        if t.box[0] < 0 or t.box[1] < 0 or t.box[2] > scene.width + 0.5 or t.box[3] > scene.height
    ]


@pytest.mark.parametrize("name", ALL_STORIES)
def test_labels_of_a_timeline_neither_overlap_nor_leave_the_picture(story, name):
    trace = story(name)
    for until in (trace.until, 60, 5, 0):
        scene = timeline(trace, until=until, cursor=until / 3, conditions=True).scene
        assert not overlaps(scene)
        assert not outside(scene)


@pytest.mark.parametrize("name", ALL_STORIES)
def test_nor_do_those_of_a_topology(story, name):
    for t in (0, 1, 5, 20, 60):
        scene = topology(story(name).at(t)).scene
        assert not overlaps(scene)
        assert not outside(scene)


def test_flags_of_many_gestures_do_not_overlap():
    gestures = tuple(Gesture(t, "kill", "shop/web", "SIGKILL") for t in (1, 1, 2, 3, 20, 20.5, 58, 59, 60))
    trace = Trace(60.0, (change(0.0, status("web", RUNNING)),), gestures=gestures)
    scene = timeline(trace).scene
    assert not overlaps(scene)
    assert not outside(scene)
    assert sum("kill shop/web" in t.text for t in scene.texts) >= 4


def test_an_overview_of_many_pods_names_what_is_over_at_once():
    scene = timeline(many_pods(), cursor=33).scene
    assert not overlaps(scene)
    assert not outside(scene)
    assert {"◂Error", "◂Completed, deleted", "Running 1/1", "web-5"} <= {t.text for t in scene.texts}


def test_a_truth_table_marks_where_the_rules_of_thumb_fail():
    view = truth_table()
    corners = [i for i in view.scene.items() if isinstance(i, Shape) and i.title]
    assert len(corners) == sum(bool(cell.fails) for cell in view.data) > 0
    assert not overlaps(view.scene)
    assert not outside(view.scene)
    assert view.png()


def test_labels_of_a_comparison_do_not_overlap(story):
    runs = {policy: story(f"crash5-exit1-{policy}") for policy in ("always", "never")}
    assert not overlaps(compare(until=60, **runs).scene)


@pytest.mark.parametrize("name", ["settings", "a-name-that-is-much-too-long-for-the-column"])
def test_the_mark_of_a_row_that_differs_stands_beside_its_name(name):
    one, two = (Trace(60.0, (change(0.0, status(name, state)),)) for state in (RUNNING, ended(1)))
    scene = compare(one=one, two=two).scene
    assert sum(t.text == "≠" for t in scene.texts) > 2
    assert not overlaps(scene)


def test_a_state_that_is_over_at_once_is_drawn(shop):
    scene = timeline(shop).scene
    titles = [i.title for i in scene.items() if isinstance(i, Rect) and i.title]
    assert "web: exit 137, 20s to 20s" in titles
    assert "STATUS Error from 20s to 20s" in titles
    words = [t.text for t in scene.texts]
    assert {"◂exit 137", "◂1/2", "exit 1 · back-off 10s", "↻2 running", "kill shop/web SIGKILL"} <= set(words)


def test_rows_that_differ_are_marked(shop):
    calm = Trace(60.0, shop.changes[:2], sandboxes=shop.sandboxes)
    data = compare(calm=calm, killed=shop).data
    assert data.of("killed", "shop") == {"STATUS": 20.0, "READY": 20.0, "container web": 20.0}
    marks = [t for t in compare(calm=calm, killed=shop).scene.texts if t.text == "≠"]
    assert len(marks) == 3
    assert not compare(one=shop, other=at_once()).data.differences


def test_compare_wants_two_runs(shop):
    with pytest.raises(ValueError, match="compare needs two traces or more"):
        compare(only=shop)


def test_a_container_may_be_named_like_a_row():
    traces = [
        Trace(60.0, (change(0.0, status("phase", state), status("pause", RUNNING)),)) for state in (RUNNING, ended(1))
    ]
    assert set(compare(one=traces[0], other=traces[1]).data.of("other", "shop")) == {
        "STATUS", "READY", "container phase",
    }  # fmt: skip


def test_compare_names_the_pods_there_are(shop):
    with pytest.raises(KeyError, match="no pod 'shpo' in these traces; they have shop"):
        compare(one=shop, other=shop, pods="shpo")


def test_a_pod_that_only_one_run_has(shop):
    other = Trace(60.0, (change(0.0, status("db", RUNNING), name="db"),))
    view = compare(one=shop, other=other)
    assert view.data.pods == ("shop", "db")
    assert {t.text for t in view.scene.texts} >= {"pod db, restartPolicy Always", "no pod db", "no pod shop"}


def nasty_trace() -> Trace:
    spec = {
        "containers": [
            {"name": NASTY, "image": NASTY, "ports": [{"containerPort": 80}],
             "volumeMounts": [{"name": NASTY, "mountPath": NASTY}]}
        ],
        "volumes": [{"name": NASTY, "emptyDir": {}}],
        "nodeName": NASTY,
    }  # fmt: skip
    return Trace(
        until=10.0,
        changes=(
            change(0.0, status(NASTY, RUNNING), name=NASTY, **spec),
            change(5.0, status(NASTY, ended(1, NASTY), 1), name=NASTY, phase=NASTY, **spec),
        ),
        events=(Event(1.0, f"Pod/{NASTY}", "Warning", NASTY, NASTY, f"spec.containers{{{NASTY}}}"),),
        sandboxes=(SandboxSpan(NASTY, 0, 0.0, NASTY),),
        gestures=(Gesture(2.0, "kill", f"{NASTY}/{NASTY}", NASTY, NASTY),),
    )


def views(trace: Trace) -> dict[str, View]:
    return {"timeline": timeline(trace), "topology": topology(trace.at(7)), "compare": compare(a=trace, b=trace)}


@pytest.mark.parametrize("kind", ["timeline", "topology", "compare"])
def test_markup_in_names_stays_text(kind):
    drawn = views(nasty_trace())[kind].svg()
    root = ET.fromstring(drawn)
    tags = {element.tag.partition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "g", "rect", "path", "polygon", "text", "title"}
    assert "<script" not in drawn
    assert "alert(1)" in "".join(root.itertext()) + root.get("aria-label", "")


@pytest.mark.parametrize("kind", ["timeline", "topology", "compare"])
def test_a_picture_says_what_it_is_and_has_no_ids(shop, kind):
    root = ET.fromstring(views(shop)[kind].svg())
    assert root.get("role") == "img"
    assert "shop" in root.get("aria-label", "") or kind == "compare"
    assert not any(element.get("id") for element in root.iter())


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_of_its_own_needs_no_page(shop, theme):
    drawn = timeline(shop, theme=theme).svg()
    assert "currentColor" not in drawn
    assert "var(" not in drawn


def test_an_unknown_theme_is_one_clear_error(shop):
    with pytest.raises(ValueError, match="theme: 'blue' is not a theme; try 'auto', 'light', 'dark'"):
        timeline(shop, theme="blue")


@pytest.mark.parametrize("kind", ["timeline", "topology", "compare"])
def test_a_notebook_keeps_a_png_and_the_text(shop, kind):
    view = views(shop)[kind]
    data, size = view._repr_mimebundle_()
    assert set(data) == {"text/plain", "image/png"}
    assert data["text/plain"] == view.text == repr(view)
    assert data["image/png"].startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(data["image/png"][at : at + 4]) for at in (16, 20))
    assert (width / 2, height / 2) == pytest.approx((size["image/png"]["width"], size["image/png"]["height"]), abs=1)


@pytest.mark.parametrize("kind", ["timeline", "topology", "compare"])
def test_the_same_trace_gives_the_same_bytes(kind):
    one, other = views(at_once())[kind], views(at_once())[kind]
    assert (one.svg(), one.png(), one.text) == (other.svg(), other.png(), other.text)


def test_a_figure_is_unknown_to_pyplot(shop):
    figure = timeline(shop).figure
    assert len(figure.axes) == 1
    assert len(figure.axes[0].get_children()) < 30
    assert "matplotlib.pyplot" not in sys.modules


@pytest.mark.parametrize("name", ["a$b^2$c", "名前", "emoji-🙂", "\udcff"])
def test_any_name_can_be_drawn(name):
    trace = Trace(10.0, (change(0.0, status("web", RUNNING), name=name),))
    assert timeline(trace).png()


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("text", ["running, not ready", "CrashLoopBackOff", "↻3 exit 137 · back-off 40s"])
def test_a_text_is_no_wider_than_reckoned(text, bold):
    from podlab.views.drawing import _outline

    points, _, _ = _outline(text, bold)
    assert points[:, 0].max() / 100 * 12 <= text_width(text, 12, bold) * 1.01


def test_labels_are_fitted():
    assert fit(["running", "run"], text_width("run", 11), 11) == "run"
    assert fit(["running"], 3, 11) is None
    assert shorten("CrashLoopBackOff", text_width("CrashLo…", 11), 11) == "CrashLo…"
    assert shorten("CrashLoopBackOff", 8, 11) is None


@pytest.mark.parametrize("kind", ["/", "\\", "|"])
def test_a_hatch_stays_in_its_box(kind):
    lines = hatch(13, 5, 50, 20, kind)
    assert len(lines) >= 6
    assert all(13 <= x <= 63.001 for a, _, b, _ in lines for x in (a, b))
    assert all(5 <= y <= 25.001 for _, a, _, b in lines for y in (a, b))


def test_a_long_crash_loop_needs_few_shapes():
    steps = []
    for i in range(200):
        steps += [change(3.0 * i, status("web", RUNNING, i)), change(3.0 * i + 2, status("web", ended(1), i))]
    scene = timeline(Trace(600.0, tuple(steps))).scene
    assert not overlaps(scene)
    assert sum(len(i.segments) for i in scene.items() if isinstance(i, Lines)) < 2000


def test_importing_the_views_loads_no_drawing_library():
    heavy = ("matplotlib", "networkx", "numpy", "ipywidgets")
    code = f"import podlab.views, sys; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr
