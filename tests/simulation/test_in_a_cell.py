"""What a notebook's cell shows: short, stable texts for values, and one message, never a traceback, for a mistake."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import podlab as pl
from podlab.api.mistakes import Mistake

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {containers: [{name: web, image: nginx}]}
"""
shop = pl.load(SHOP)
base = pl.run(shop, until=60)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(shop, "Scenario: Pod shop", id="a scenario names its objects"),
        pytest.param(
            shop.but(pl.kill("shop/web", at=20), pl.restart_policy("shop", "Never")),
            "Scenario: Pod shop\n  kill('shop/web', at=20)\n  restart_policy('shop', 'Never')",
            id="and its steps",
        ),
        pytest.param(
            shop.but(*[pl.kill("shop/web", at=t) for t in range(100)]),
            "  … and 80 steps more",
            id="but not all of many",
        ),
        pytest.param(base, "Trace: 0s to 60s; shop; changes: 5, events: 5, gestures: 0", id="a trace in one line"),
        pytest.param(
            base.at(10),
            "Snapshot at t = 10s\nNAME   READY   STATUS    RESTARTS   AGE\nshop   1/1     Running   0          10s",
            id="a snapshot as kubectl prints it",
        ),
        pytest.param(base.changes[0], "Change(t=0, pod='shop', Pending)", id="a change"),
        pytest.param(pl.fields(SHOP), "Pod: machine, identity\napiVersion: machine", id="fields, one to a line"),
        pytest.param(pl.fields(), "fields more", id="of all the fields the first"),
        pytest.param(pl.both_forms(SHOP), "apiVersion: v1beta1", id="both forms beside each other"),
    ],
)
def test_values_are_short_and_readable(value: object, text: str) -> None:
    assert text in repr(value)
    assert len(repr(value)) < 2500


MISTAKES: list[Any] = [
    pytest.param(lambda: pl.kill("shop", at=20), ValueError, "'shop' names no container", id="kill without container"),
    pytest.param(lambda: pl.kill("shop/web", at=-1), ValueError, "at must be seconds", id="before the beginning"),
    pytest.param(lambda: pl.restart_policy("shop", "never"), ValueError, '"Never"', id="a policy in small letters"),
    pytest.param(lambda: shop.but("kill"), TypeError, "'kill' is not a gesture", id="a word is no gesture"),
    pytest.param(lambda: shop.with_world(nods=()), ValueError, "it has nodes, present_images", id="a world's field"),
    pytest.param(lambda: pl.run(shop, until=-1), ValueError, "until: must be seconds", id="a negative run"),
    pytest.param(lambda: base.at("x"), ValueError, "at: t must be seconds", id="an instant that is no number"),
    pytest.param(lambda: base.changes_of("shpo"), KeyError, "no pod 'shpo' in this trace; it has shop", id="a pod"),
    pytest.param(lambda: pl.timeline(shop), TypeError, "first let it run: pl.run", id="a timeline of a scenario"),
    pytest.param(lambda: pl.topology(base), TypeError, "choose an instant", id="a topology of a trace"),
    pytest.param(lambda: pl.why(base.at(1), "shop"), TypeError, "why(trace, pod, t)", id="why of a snapshot"),
    pytest.param(lambda: pl.joined_containers(shop), ValueError, "names of containers", id="joined names"),
    pytest.param(lambda: pl.load("nowhere.yaml"), ValueError, "no such file", id="a file that is not there"),
    pytest.param(lambda: pl.load_story("nowhere.json"), ValueError, "nowhere.json", id="a story that is not there"),
]


@pytest.mark.parametrize(("do", "kind", "text"), MISTAKES)
def test_a_mistake_is_one_message(
    do: Callable[[], object], kind: type[Exception], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(kind) as caught:
        do()
    assert isinstance(caught.value, Mistake)
    assert text in str(caught.value)

    shell = InteractiveShell(colors="nocolor")
    try:
        shell.user_ns["do"] = do
        shell.run_cell("do()")
    finally:
        if shell.history_manager is not None:
            shell.history_manager.end_session()
        if hasattr(builtins, "get_ipython"):
            del builtins.get_ipython
    shown = capsys.readouterr().out
    assert text in shown
    assert "Traceback" not in shown
    assert ".py" not in shown
