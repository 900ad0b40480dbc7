"""The pages of `labs/`: a heading, a paragraph, things to try and one lab; what they promise comes true."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest

from podlab.lab import Lab

LABS = sorted((Path(__file__).parents[2] / "labs").glob("*.ipynb"))


def page(name: str) -> Lab:
    """The lab of the page whose name begins so."""
    (path,) = (path for path in LABS if path.name.startswith(name))
    *lines, last = code(path).splitlines()
    if last == '""")':  # the page ends in a call over several lines
        *lines, last = code(path).partition("\n\n")[::2]
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    shown = eval(last, names)
    assert isinstance(shown, Lab)
    return shown


def code(path: Path) -> str:
    (cell,) = (cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
    return str(cell.source).strip()


def choose(lab: Lab, words: str, replicas: int | None = None) -> None:
    """As a hand does it: choose under "more:", press "Do it"."""
    lab.panel.more.which.value = words
    if replicas is not None:
        lab.panel.more.replicas.value = replicas
    lab.panel.more.button.click()


def printed(lab: Lab) -> list[list[str]]:
    return [line.split()[:3] for line in str(lab.snapshot.get()).splitlines()[1:]]


def said(lab: Lab) -> str:
    return lab.message.text if lab.message is not None else ""


@pytest.mark.parametrize("path", LABS, ids=lambda path: path.stem)
def test_a_page_is_a_heading_a_paragraph_things_to_try_and_one_lab(path: Path) -> None:
    prose, cell = nbformat.read(path, as_version=4).cells
    heading, about, tries = prose.source.split("\n\n")
    assert heading.startswith("# ")
    assert 15 < len(about.split()) < 60
    assert 2 <= len(tries.split("\n- ")) <= 4
    assert cell.execution_count == 1
    assert cell.outputs[0].data["text/plain"] == repr(page(path.name))
    controls = re.findall(r"press \*\*(.+?)\*\*", prose.source, re.IGNORECASE)
    lab = page(path.name)
    there = {w.description for w in every_widget(lab.panel.widget) if type(w).__name__ == "Button"}
    assert set(controls) <= there


def every_widget(widget: Any) -> list[Any]:
    return [widget, *(w for child in getattr(widget, "children", ()) for w in every_widget(child))]


def test_00_writer_comes_back_or_stays_dead() -> None:
    lab = page("00")
    lab.kill("writer")
    assert "exit code 137" in said(lab)
    assert [s.value for s in lab.panel._picture("timeline").data.pods[0].ready] == ["0/2", "2/2", "1/2", "2/2"]
    lab.set_policy("Never")
    assert printed(lab) == [["shop", "1/2", "Error"]]
    assert lab.pod_object.status.phase == "Running"  # type: ignore[union-attr]


def test_01_the_port_is_taken_and_localhost_answers() -> None:
    lab = page("01")
    assert "Address already in use" in "".join(lab.snapshot.logs("shop", "second", 0))
    assert "Welcome to nginx!" in "".join(lab.snapshot.logs("shop", "look"))
    starts = [r.start for r in lab.trace.runs if r.container == "second"]
    assert [b - a for a, b in pairwise(starts[1:])] == [10, 20, 40]
    lab.kill("first")
    assert "ended with exit code 137" in said(lab)


def test_02_who_hears_a_signal() -> None:
    lab = page("02")
    lab.kill("deaf", "SIGTERM")
    assert "deaf goes on running" in said(lab)
    lab.kill("polite", "SIGTERM")
    assert "exit code 0" in said(lab)
    lab.kill("deaf", "SIGKILL")
    assert "exit code 137" in said(lab)
    at = lab.t
    lab.delete()
    assert f"It will be gone at {at + 30:g} s" in said(lab)


def test_03_the_sixth_pod_finds_no_room() -> None:
    lab = page("03")
    choose(lab, "scale shop", 6)
    lab.seek(15)
    assert sorted(status for _, _, status in printed(lab)) == ["Pending"] + ["Running"] * 5
    (pending,) = (name for name, _, status in printed(lab) if status == "Pending")
    assert any(e.reason == "FailedScheduling" and "Insufficient memory" in e.message for e in lab.snapshot.events)
    lab.set_pod(pending)
    assert "Insufficient memory" in lab.why().text  # type: ignore[union-attr]
    choose(lab, "drain node-2")
    lab.seek(60)
    assert sorted(status for _, _, status in printed(lab)) == ["Pending"] * 4 + ["Running"] * 2


def test_04_the_address_is_the_pause_containers() -> None:
    lab = page("04")
    ip = lab.pod_object.status.podIP  # type: ignore[union-attr]
    lab.kill("web")
    assert lab.pod_object.status.podIP == ip  # type: ignore[union-attr]
    lab.kill_sandbox()
    lab.seek(60)
    book = lab.snapshot.logs("shop", "helper")
    assert (book[0], book[-1]) == (ip, lab.pod_object.status.podIP)  # type: ignore[union-attr]
    assert len(set(book)) == 2


def test_05_the_sidecar_runs_on_and_does_not_count() -> None:
    lab = page("05")
    lab.kill("ship")
    assert "started again" in said(lab)
    assert "step 1" in lab.snapshot.logs("job", "ship")
    lab.seek(lab.until)
    assert lab.pod_object.status.phase == "Succeeded"  # type: ignore[union-attr]
    assert next(r.end for r in lab.trace.runs if r.container == "main") == 60


def test_06_the_steps_go_one_after_another() -> None:
    lab = page("06")
    (row,) = {s.value for s in lab.panel._picture("timeline").data.pods[0].statuses if s.value == "Init:1/2"}
    assert row
    lab.kill("fetch")
    starts = {r.container: r.start for r in lab.trace.runs}
    assert starts == {"fetch": 3, "unpack": 11, "server": 15}
    lab.set_policy("Never")
    assert printed(lab) == [["app", "0/1", "Init:Error"]]
    assert lab.pod_object.status.phase == "Failed"  # type: ignore[union-attr]


def test_08_status_and_phase_say_different_things() -> None:
    lab = page("08")
    lab.set_policy("Never")
    lab.seek(50)
    assert (printed(lab), lab.pod_object.status.phase) == ([["mixed", "1/3", "Error"]], "Running")  # type: ignore[union-attr]
    lab.kill("server")
    assert lab.pod_object.status.phase == "Failed"  # type: ignore[union-attr]


def test_09_the_waits_grow() -> None:
    lab = page("09")
    runs = [(r.start, r.end) for r in lab.trace.runs]
    waits = [start - (end or 0) for (_, end), (start, _) in pairwise(runs)]
    assert waits == [0, 10, 20, 40, 80, 160]
    lab.seek(200)
    assert printed(lab) == [["web", "0/1", "Error"]]
    shown = [s for s in lab.panel._picture("timeline").data.pods[0].statuses if s.value == "CrashLoopBackOff"]
    starts = {start for start, _ in runs}
    assert shown
    assert all(s.end in starts or s.end == lab.until for s in shown)
    lab.set_policy("Never")
    assert printed(lab) == [["web", "0/1", "Error"]]
    assert lab.pod_object.status.phase == "Failed"  # type: ignore[union-attr]


def test_10_readiness_hides_and_liveness_kills() -> None:
    lab = page("10")
    choose(lab, "fail readiness probe of web")
    lab.seek(50)
    assert str(lab.snapshot.get()).splitlines()[1].split()[:4] == ["shop", "1/2", "Running", "0"]
    choose(lab, "recover readiness probe of web")
    assert "READY 2/2" in said(lab)
    lab.undo()
    lab.undo()
    lab.seek(10)
    choose(lab, "fail liveness probe of web")
    lab.seek(lab.until)
    assert str(lab.snapshot.get()).splitlines()[1].split()[:4] == ["shop", "1/2", "CrashLoopBackOff", "5"]


def test_11_who_has_time_to_finish() -> None:
    lab = page("11")

    def ends() -> dict[str, tuple[float | None, int | None]]:
        return {r.container: ((r.end or 0) - at, r.exit_code) for r in lab.trace.runs}

    at = lab.t
    lab.delete()
    assert ends() == {"quick": (3, 0), "slow": (10, 137)}
    lab.undo()
    at = lab.t
    lab.delete(30)
    assert ends() == {"quick": (3, 0), "slow": (20, 0)}
    lab.undo()
    at = lab.t
    lab.delete(0)
    assert ends() == {"quick": (2, 137), "slow": (2, 137)}
    assert "It is gone." in said(lab)


def test_12_a_lost_pod_is_replaced_or_not() -> None:
    lab = page("12")
    choose(lab, "stop kubelet of node-1")
    assert "found NotReady" in said(lab)
    lab.seek(380)
    there = printed(lab)
    assert [name for name, _, status in there if status == "Terminating"] == ["alone", "shop-r5tvg"]
    assert len(there) == 4
    assert lab.snapshot.pods["shop-tkq2b"].spec.nodeName == "node-2"  # type: ignore[union-attr]
    lab.seek(450)
    choose(lab, "start kubelet of node-1")
    lab.seek(500)
    assert {name for name, _, _ in printed(lab)} == {"shop-pp95d", "shop-tkq2b"}


@pytest.mark.parametrize(
    ("pod", "ready", "status", "told"),
    [
        ("first", "0/1", "Error", "exit"),
        ("second", "0/1", "ImagePullBackOff", "nginx:1.72"),
        ("third", "0/1", "Running", "Readiness probe failed"),
        ("fourth", "0/1", "Pending", "Insufficient memory"),
    ],
)
def test_13_each_patient_has_something_else(pod: str, ready: str, status: str, told: str) -> None:
    lab = page("13")
    assert [pod, ready, status] in printed(lab)
    lab.set_pod(pod)
    assert told in lab.why().text  # type: ignore[union-attr]


def test_14_a_mistake_is_shown_and_undone() -> None:
    lab = page("14")
    yours = lab.panel.pages.yours
    yours.value = yours.value.replace("image: nginx", "imag: nginx")
    lab.panel.pages.use.click()
    assert "imag" in lab.panel.pages.faults.value
    assert "image" in lab.panel.pages.faults.value
    assert lab.pods == ("mine",)
