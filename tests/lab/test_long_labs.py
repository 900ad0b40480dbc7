"""Labs that live long: an action costs a few bytes, always the same; every error of a callback is shown."""

from __future__ import annotations

import ipywidgets as widgets
import pytest
from shops import PROBED

import podlab as pl
from podlab.lab import Lab, LabModel
from tests.simulation.test_long_life import LONG, bytes_each, scaled


def test_an_action_leaves_a_few_bytes_for_undo_and_history():
    lab = LabModel(PROBED, until=20)
    lab.set_pod("shop")
    times = scaled(2000)

    def act(n: int) -> None:
        lab.seek(1 + n % 10)
        lab.do(pl.fail_probe("shop/nope", lab.t))
        if n % 10 == 9:
            lab.undo()

    first, *_, last = bytes_each(act, times)
    assert last < 20_000
    assert last < 1.5 * first + 500
    steps = lab.scenario.steps
    for _ in range(10):
        lab.undo()
    for _ in range(10):
        lab.redo()
    assert lab.scenario.steps == steps


def test_many_labs_in_one_kernel_cost_the_same_each():
    def make(n: int) -> None:
        lab = Lab(PROBED, until=20)
        lab.kill("web")

    Lab(PROBED, until=20)
    _, second, _, last = bytes_each(make, 52 if LONG else 8)
    assert last < 1.2 * second + 20_000


CONTROLS = ("undo", "redo", "reset", "back", "next", "delete", "kill_pause")


@pytest.mark.parametrize("name", [*CONTROLS, "policy", "signal", "until", "time", "slider", "refresh"])
def test_every_error_of_a_callback_is_shown(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    lab = Lab(PROBED, until=20)

    def broken(*args: object, **options: object) -> None:
        raise RuntimeError("a pity")

    if name == "refresh":
        monkeypatch.setattr("podlab.lab.panel.topology", broken)
        lab.panel.kill["web"].click()
    else:
        for verb in ("undo", "redo", "reset", "previous_event", "next_event", "delete", "kill_sandbox",
                     "set_policy", "set_signal", "set_until", "seek"):  # fmt: skip
            monkeypatch.setattr(lab, verb, broken)
        lab.panel = type(lab.panel)(lab)
        control = getattr(lab.panel, name)
        if isinstance(control, widgets.Button):
            control.click()
        elif name == "slider":
            control.value = 15.0
        elif isinstance(control, widgets.Dropdown):
            control.value = next(option for option in control.options if option != control.value)
        else:
            control.value = 7.0
    assert lab.message is not None
    assert "podlab's own fault, please report it. RuntimeError: a pity" in lab.message.text
    assert "a pity" in lab.panel.message.value
    assert "a pity" in caplog.text
    caplog.clear()
