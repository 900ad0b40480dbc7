"""Each control of the panel does what it says, and the panel shows what the lab then has."""

from __future__ import annotations

import asyncio
import html
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest
from shops import EVIL, EVIL_SHOP, PROBED, SHOP

import podlab as pl
from podlab.lab import Lab
from podlab.lab.panel import Panel
from podlab.lab.player import TICK

Click = Callable[[Panel], Any]


def text(widget: Any) -> str:
    """The words of a piece of HTML."""
    return html.unescape(re.sub(r"<[^>]*>", " ", widget.value))


@pytest.mark.parametrize(
    ("click", "step"),
    [
        pytest.param(lambda p: p.kill["web"].click(), pl.kill("shop/web", 10), id="Kill web"),
        pytest.param(lambda p: p.kill["helper"].click(), pl.kill("shop/helper", 10), id="Kill helper"),
        pytest.param(
            lambda p: (setattr(p.signal, "value", "SIGTERM"), p.kill["web"].click()),
            pl.kill("shop/web", 10, "SIGTERM"),
            id="Kill web with SIGTERM",
        ),
        pytest.param(lambda p: p.kill_pause.click(), pl.kill_sandbox("shop", 10), id="Kill pause"),
        pytest.param(lambda p: p.delete.click(), pl.delete("shop", 10), id="Delete pod"),
        pytest.param(
            lambda p: (setattr(p.grace, "value", "0 s: force"), p.delete.click()),
            pl.delete("shop", 10, 0),
            id="Delete pod by force",
        ),
        pytest.param(lambda p: setattr(p.policy, "value", "Never"), pl.restart_policy("shop", "Never"), id="policy"),
        pytest.param(
            lambda p: (setattr(p.slider, "value", 20.0), p.kill["web"].click()),
            pl.kill("shop/web", 20),
            id="Kill web at the slider's instant",
        ),
        pytest.param(
            lambda p: (setattr(p.time, "value", 30.0), p.kill["web"].click()),
            pl.kill("shop/web", 30),
            id="Kill web at the time typed",
        ),
    ],
)
def test_a_control_makes_a_step_that_undo_takes_back(lab: Lab, click: Click, step: Any) -> None:
    first = lab.scenario
    click(lab.panel)
    assert lab.scenario == first.but(step)
    drawn = (lab.panel.timeline.value, lab.panel.policy.value)
    lab.panel.undo.click()
    assert lab.scenario == first
    assert (lab.panel.timeline.value, lab.panel.policy.value) != drawn
    lab.panel.redo.click()
    assert lab.scenario == first.but(step)
    lab.panel.reset.click()
    assert lab.scenario == first


@pytest.mark.parametrize(
    ("click", "t"),
    [
        pytest.param(lambda p: setattr(p.slider, "value", 20.0), 20, id="slider"),
        pytest.param(lambda p: setattr(p.time, "value", 33.5), 33.5, id="time"),
        pytest.param(lambda p: setattr(p.time, "value", 1000.0), 120, id="time after the end"),
        pytest.param(lambda p: setattr(p.until, "value", 5.0), 5, id="shorter run"),
        pytest.param(lambda p: p.next.click(), 10, id="Next event, where none is left"),
        pytest.param(lambda p: p.back.click(), 0, id="Back"),
    ],
)
def test_the_clock_and_all_that_shows_it_agree(lab: Lab, click: Click, t: float) -> None:
    click(lab.panel)
    assert lab.t == lab.panel.slider.value == lab.panel.time.value == t
    assert lab.panel.until.value == lab.panel.slider.max == lab.until
    assert f"t = {t:g}s" in text(lab.panel.timeline)


def test_the_slider_sent_back_rounded_by_the_browser_moves_nothing(lab: Lab) -> None:
    lab.seek(33.34)
    lab.panel.slider.value = 33.300000000000004
    assert lab.t == lab.panel.time.value == 33.34
    lab.panel.slider.value = 33.400000000000006
    assert lab.t == lab.panel.time.value == 33.4


def test_everything_on_the_panel_shows_the_chosen_instant(lab: Lab) -> None:
    panel = lab.panel
    panel.policy.value = "Never"
    panel.kill["web"].click()
    assert panel.get.value.count("Error") == 1
    assert "1/2" in text(panel.get)
    assert "exit 137" in text(panel.summary)
    assert "exit 137" in text(panel.topology)
    assert "137" in text(panel.message)
    panel.slider.value = 5.0
    assert "Error" not in text(panel.get)
    assert "exit 137" not in text(panel.summary)
    assert "exit 137" in text(panel.timeline)


def test_a_gesture_that_strikes_nothing_is_shown_with_its_note(lab: Lab) -> None:
    lab.panel.policy.value = "Never"
    lab.panel.kill["web"].click()
    lab.panel.kill["web"].click()
    assert "container 'web' does not run at this moment" in text(lab.panel.message)
    assert "podlab-warning" in lab.panel.message.value
    open_page(lab, "History")
    assert text(lab.panel.pages.history).count("does not run at this moment") == 1


def test_a_verb_called_from_a_cell_is_drawn_too(lab: Lab) -> None:
    lab.set_policy("Never")
    lab.kill("web")
    assert lab.panel.policy.value == "Never"
    assert "Error" in lab.panel.get.value
    with pytest.raises(ValueError, match="no container"):
        lab.kill("wb")


def open_page(lab: Lab, title: str) -> None:
    tabs = lab.panel.pages.widget
    tabs.selected_index = tabs.titles.index(title)


@pytest.mark.parametrize(
    ("title", "widget", "words"),
    [
        pytest.param("Why?", "why", "so Ready is True", id="why"),
        pytest.param("States", "states", "Terminated", id="states"),
        pytest.param("Logs", "logs", "kubectl logs shop -c helper --previous hello", id="logs"),
        pytest.param("History", "history", "10 s: kill shop/helper with SIGKILL", id="history"),
        pytest.param("History", "code", "pl.kill('shop/helper', at=10)", id="code"),
        pytest.param("Manifest", "manifest", "image: nginx:1.27", id="manifest"),
        pytest.param("Compare", "comparison", "OnFailure", id="compare"),
    ],
)
def test_a_page_is_drawn_when_it_is_opened_and_follows(lab: Lab, title: str, widget: str, words: str) -> None:
    lab.panel.kill["helper"].click()
    open_page(lab, title)
    shown = getattr(lab.panel.pages, widget)
    assert words in " ".join(text(shown).split())
    before = shown.value
    lab.panel.delete.click()
    lab.panel.slider.value = 100.0
    assert shown.value != before or title == "Manifest"


def test_the_refusal_of_a_real_cluster_can_be_unfolded(lab: Lab) -> None:
    lab.panel.policy.value = "Never"
    assert "<details><summary>" in lab.panel.message.value
    assert 'The Pod "shop" is invalid: spec: Forbidden: pod updates may not change' in text(lab.panel.message)


def test_a_saved_scenario_is_opened_again(lab: Lab) -> None:
    lab.panel.kill["web"].click()
    open_page(lab, "History")
    link = re.search(r'download="(.*?)" href="data:application/json;base64,(.*?)"', lab.panel.pages.save.value)
    assert link is not None
    assert link[1] == "shop.json"
    other = Lab(EVIL_SHOP, until=30)
    upload(other, b64decode(link[2]))
    assert (other.scenario, other.until) == (lab.scenario, 120)
    assert other.message is not None
    assert other.message.text == "Opened: 'shop', with 1 step."
    other.panel.undo.click()
    assert other.scenario == pl.load(EVIL_SHOP)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "is empty Write a manifest", id="an empty file"),
        pytest.param(b"\xff\xfe", "is not a Kubernetes object", id="no text"),
        pytest.param(b'{"kind": "Pod"}', "apiVersion: is missing", id="no whole manifest"),
        pytest.param(b'{"manifests": 3}', "manifests", id="no whole scenario"),
    ],
)
def test_a_file_that_is_no_scenario_and_no_manifest_is_refused(lab: Lab, content: bytes, words: str) -> None:
    upload(lab, content)
    assert words in " ".join(text(lab.panel.message).split())
    assert lab.scenario == pl.load(SHOP)


def test_an_error_is_gone_with_the_next_thing_that_goes_well(lab: Lab) -> None:
    upload(lab, b"no scenario")
    assert "podlab-error" in lab.panel.message.value
    lab.panel.next.click()
    assert "podlab-error" not in lab.panel.message.value


def test_a_file_that_is_much_too_large_is_not_sent_to_the_kernel(lab: Lab) -> None:
    lab.panel.pages.open_file._handle_custom_msg({"name": "film.mp4", "size": 700_000_000, "text": None}, [])
    assert "film.mp4 has 700 MB" in text(lab.panel.message)
    assert "podlab-error" in lab.panel.message.value
    assert lab.scenario == pl.load(SHOP)


def upload(lab: Lab, content: bytes) -> None:
    """As the browser does when a file was chosen."""
    message = {"name": "x.json", "size": len(content), "text": content.decode("utf-8", "replace")}
    lab.panel.pages.open_file._handle_custom_msg(message, [])


def test_a_program_of_the_notebook_cannot_be_saved() -> None:
    lab = Lab(pl.load(SHOP).with_image("mine", lambda process: None))
    open_page(lab, "History")
    assert "Cannot be saved: the image 'mine' is a program" in text(lab.panel.pages.save)


def test_a_pinned_run_is_drawn_beside_the_present_one(lab: Lab) -> None:
    open_page(lab, "Compare")
    lab.panel.pages.pin.click()
    lab.panel.kill["web"].click()
    assert {"pinned", "now"} <= set(text(lab.panel.pages.comparison).split())


def test_the_policy_of_a_controllers_pod_is_its_templates() -> None:
    lab = Lab(PROBED)
    name = next(pod for pod in lab.pods if pod.startswith("stall"))
    lab.set_pod(name)
    open_page(lab, "Compare")
    words = f"{name} was made by ReplicaSet stall, whose template sets the restartPolicy; it may be only Always."
    assert words in text(lab.panel.pages.comparison)
    before = lab.scenario
    lab.panel.policy.value = "Never"
    assert words in text(lab.panel.message)
    assert (lab.scenario, lab.panel.policy.value) == (before, "Always")
    with pytest.raises(ValueError, match="made by ReplicaSet stall"):
        lab.under_each_policy()


def test_the_manifest_marks_what_matters_now(lab: Lab) -> None:
    open_page(lab, "Manifest")
    assert "<mark>" not in lab.panel.pages.manifest.value
    lab.panel.policy.value = "OnFailure"
    lab.panel.kill["helper"].click()
    lab.panel.kill["helper"].click()
    marked = re.findall("<mark>(.*?)</mark>", lab.panel.pages.manifest.value)
    assert "  restartPolicy: OnFailure" in marked


def test_a_pasted_manifest_with_faults_shows_each_beside_its_line(lab: Lab) -> None:
    first = lab.scenario
    pages = lab.panel.pages
    pages.yours.value = SHOP.replace("    ports:", "    imag: nginx\n    ports:").replace(
        "name: helper", "name: [helper]"
    )
    pages.use.click()
    assert lab.scenario == first
    shown = [" ".join(re.sub("<[^>]*>", " ", item).split()) for item in pages.faults.value.split("<li")]
    assert [item for item in shown if "✖" in item and ("imag:" in item or "[helper]" in item)] != []
    assert sum("✖" in item for item in shown) == 2
    assert "marked beside its lines" in text(lab.panel.message)
    pages.yours.value = SHOP.replace("shop", "stall")
    pages.use.click()
    assert (pages.faults.value, lab.pods) == ("", ("stall",))


def test_what_is_not_simulated_is_said(lab: Lab) -> None:
    lab.panel.pages.yours.value = SHOP.replace("spec:", "spec:\n  topologySpreadConstraints: []", 1)
    lab.panel.pages.use.click()
    assert text(lab.panel.message).strip() == "A new story with 'shop'."
    lab.panel.pages.yours.value = SHOP.replace("spec:", "spec:\n  schedulerName: ours", 1)
    lab.panel.pages.use.click()
    assert "podlab has a note on it: it stands above the picture" in text(lab.panel.message)
    open_page(lab, "Manifest")
    assert "spec.schedulerName is kept, but podlab does not simulate it" in text(lab.panel.pages.manifest)


def test_of_a_long_faulty_manifest_the_lines_around_its_faults_are_shown(lab: Lab) -> None:
    pages = lab.panel.pages
    pages.yours.value = SHOP + "".join(f"# line {n}\n" for n in range(1000)) + "bad: 1\n"
    pages.use.click()
    assert pages.faults.value.count("<li") < 12
    assert "line 999" in pages.faults.value


def test_a_lab_from_a_faulty_text_shows_what_is_wrong() -> None:
    lab = Lab.from_text("kind: Pud")
    assert lab.pods == ()
    assert "apiVersion is missing" in " ".join(text(lab.panel.pages.faults).split())
    assert lab.panel.pages.widget.selected_index == lab.panel.pages.widget.titles.index("Your own")
    assert Lab.from_text(SHOP).pods == ("shop",)


def test_kill_buttons_follow_the_chosen_pod() -> None:
    lab = Lab(pl.load([SHOP, SHOP.replace("shop", "stall").replace("web", "till")]))
    assert kill_buttons(lab) == ["Kill web", "Kill helper", "Kill pause"]
    lab.panel.pod.value = "stall"
    assert kill_buttons(lab) == ["Kill till", "Kill helper", "Kill pause"]
    lab.panel.kill["till"].click()
    assert lab.scenario.steps == (pl.kill("stall/till", 10),)


def test_conditions_are_drawn_when_they_are_wished_for(lab: Lab) -> None:
    assert "PodReadyToStartContainers" not in text(lab.panel.timeline)
    lab.panel.conditions.value = True
    assert "PodReadyToStartContainers" in text(lab.panel.timeline)
    lab.panel.kill["web"].click()
    assert "PodReadyToStartContainers" in text(lab.panel.timeline)
    lab.panel.conditions.value = False
    assert "PodReadyToStartContainers" not in text(lab.panel.timeline)


def test_the_code_that_is_copied_is_the_code_that_is_shown(lab: Lab) -> None:
    lab.panel.kill["web"].click()
    open_page(lab, "History")
    assert lab.panel.pages.copy.text == lab.panel.pages.code.value == lab.code()


def test_of_many_pods_one_is_drawn_in_full_and_all_in_a_row_each() -> None:
    lab = Lab(PROBED)
    assert lab.panel.overview.layout.display == "none"
    lab.do(pl.scale("stall", 10, 6))
    assert lab.panel.overview.layout.display is None
    assert "Overview of 7 pods" in lab.panel.overview.value
    rows = text(lab.panel.overview)
    assert all(pod in rows for pod in lab.pods)
    assert "t = 11s" in rows
    assert f"Timeline of {lab.pod} " in lab.panel.timeline.value
    lab.panel.undo.click()
    assert lab.panel.overview.layout.display == "none"


def kill_buttons(lab: Lab) -> list[str]:
    return [w.description for w in lab.panel.gestures.children if w.description.startswith("Kill")]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(ValueError("at must be seconds"), "at must be seconds", id="a refusal"),
        pytest.param(KeyError("no pod 'x'"), "no pod 'x'", id="a name that is not there"),
    ],
)
def test_an_error_is_shown_and_the_last_picture_stays(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    drawn = lab.panel.timeline.value

    def fail(*_: Any) -> None:
        raise error

    monkeypatch.setattr(lab, "_run", fail)
    lab.panel.kill["web"].click()
    assert words in text(lab.panel.message)
    assert "podlab-error" in lab.panel.message.value
    assert "Traceback" not in lab.panel.message.value
    assert (lab.panel.timeline.value, lab.scenario.steps) == (drawn, ())
    lab.panel.policy.value = "Never"
    assert lab.panel.policy.value == "Always"


def test_a_mistake_of_podlab_is_shown_as_such_and_logged(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(lab, "_run", lambda *_: 1 / 0)
    lab.panel.kill["web"].click()
    assert "podlab's own fault" in text(lab.panel.message)
    assert "ZeroDivisionError" in text(lab.panel.message)
    assert [r.exc_info is not None for r in caplog.records] == [True]
    caplog.clear()


def test_play_lets_time_pass_until_it_is_paused(lab: Lab) -> None:
    async def play() -> None:
        lab.panel.speed.value = 10.0
        lab.panel.play.click()
        assert lab.panel.play.description == "Pause"
        await asyncio.sleep(3.5 * TICK)
        lab.panel.play.click()
        assert lab.panel.play.description == "Play"
        reached = lab.t
        assert reached > 11
        await asyncio.sleep(2 * TICK)
        assert lab.t == lab.panel.slider.value == reached

    asyncio.run(play())


def test_play_starts_again_at_the_end_and_stops_there(lab: Lab) -> None:
    async def play() -> None:
        lab.seek(lab.until)
        lab.panel.speed.value = 30.0
        lab.set_until(2.0)
        lab.panel.play.click()
        assert lab.t == 0
        await asyncio.sleep(4 * TICK)
        assert (lab.t, lab.panel.play.description) == (2, "Play")

    asyncio.run(play())


@pytest.mark.parametrize("title", ["Why?", "States", "Logs", "History", "Manifest", "Compare", "Your own"])
def test_no_markup_of_a_manifest_reaches_the_page(title: str) -> None:
    lab = Lab(EVIL_SHOP)
    lab.panel.pages.yours.value = EVIL_SHOP + f'bad: "{EVIL}"\n'
    lab.panel.pages.use.click()
    open_page(lab, title)
    lab.panel.kill["web"].click()
    values = [w.value for w in every_widget(lab.panel.widget) if hasattr(w, "value") and type(w).__name__ == "HTML"]
    assert any("&lt;img" in value for value in values)
    assert not any("<img" in value for value in values)


def every_widget(widget: Any) -> list[Any]:
    return [widget, *(w for child in getattr(widget, "children", ()) for w in every_widget(child))]


def test_the_text_form_is_what_the_lab_stands_at(lab: Lab) -> None:
    assert repr(lab) == "Lab(shop: web, helper; t=10 s of 120 s; policy Always)"
    bundle = lab._repr_mimebundle_()
    assert bundle["text/plain"] == repr(lab)
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == lab.model_id
    assert repr(Lab(pl.Scenario(()))) == "Lab(no pods; t=10 s of 120 s)"


def test_import_podlab_imports_no_widgets() -> None:
    code = "import sys, podlab; podlab.run; print('ipywidgets' in sys.modules, 'podlab.lab' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_what_a_pasted_manifest_asks_for_in_vain_is_listed(lab: Lab) -> None:
    pages = lab.panel.pages
    pages.yours.value = SHOP.replace("spec:", "spec:\n  runtimeClassName: gvisor", 1)
    pages.use.click()
    assert "shop: spec.runtimeClassName is kept, but podlab does not simulate it" in text(pages.faults)
    pages.open("Manifest")
    assert "spec.runtimeClassName is kept" in text(pages.manifest)


def test_a_manifest_of_which_nothing_runs_is_refused(lab: Lab) -> None:
    pages = lab.panel.pages
    pages.yours.value = "{apiVersion: batch/v1, kind: CronJob, metadata: {name: a}, spec: {schedule: '* * * * *'}}"
    pages.use.click()
    assert "no Pod here, nor anything that makes one, only CronJob" in text(lab.panel.message)
