"""`podlab run`: formats, gestures, and mistakes."""

from __future__ import annotations

import io
import json

import pytest

import podlab as pl
from podlab.__main__ import main, parse_action

REDIS_2014 = {
    "id": "redis-controller",
    "kind": "Pod",
    "apiVersion": "v1beta1",
    "desiredState": {
        "manifest": {
            "version": "v1beta1",
            "containers": [
                {"name": "redis", "image": "dockerfile/redis", "ports": [{"containerPort": 6379, "hostPort": 6379}]}
            ],
        }
    },
    "labels": {"name": "redis-controller"},
}


@pytest.fixture
def redis(tmp_path):
    path = tmp_path / "redis.json"
    path.write_text(json.dumps(REDIS_2014))
    return str(path)


def test_the_file_of_2014_runs(redis, capsys):
    assert main(["run", redis, "--until", "30"]) == 0
    assert capsys.readouterr().out == (
        "NAME               READY   STATUS    RESTARTS   AGE\nredis-controller   1/1     Running   0          30s\n"
    )


def test_gestures_come_from_the_command_line(redis, capsys):
    actions = ["--at", "10 kill redis-controller/redis SIGTERM", "--at", "0 restart-policy redis-controller Never"]
    assert main(["run", redis, *actions, "--until", "30"]) == 0
    assert "redis-controller   0/1     Completed   0          30s" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("action", "gesture"),
    [
        pytest.param("20 kill shop/web 15", pl.kill("shop/web", 20, "SIGTERM"), id="kill"),
        pytest.param("20 kill-sandbox shop", pl.kill_sandbox("shop", 20), id="kill-sandbox"),
        pytest.param("20 delete shop 0", pl.delete("shop", 20, 0), id="delete"),
        pytest.param("20 condition shop a/b=False", pl.set_condition("shop", 20, "a/b", "False"), id="condition"),
        pytest.param("20 fail-probe shop/web readiness", pl.fail_probe("shop/web", 20, "readiness"), id="fail-probe"),
        pytest.param("20 recover-probe shop/web startup", pl.recover_probe("shop/web", 20, "startup"), id="recover"),
        pytest.param("20 fill-memory shop/web", pl.fill_memory("shop/web", 20), id="fill-memory"),
        pytest.param("20.5 scale web 3", pl.scale("web", 20.5, 3), id="scale"),
        pytest.param("20 drain node-1", pl.drain("node-1", 20), id="drain"),
        pytest.param("20 node-down node-1", pl.node_down("node-1", 20), id="node-down"),
        pytest.param("20 node-up node-1", pl.node_up("node-1", 20), id="node-up"),
        pytest.param("20 delete-node node-1", pl.delete_node("node-1", 20), id="delete-node"),
        pytest.param("0 restart-policy shop Never", pl.restart_policy("shop", "Never"), id="restart-policy"),
    ],
)
def test_every_gesture_can_be_typed(action, gesture):
    assert parse_action(action) == gesture


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        pytest.param("events", "Container started", id="events"),
        pytest.param("timeline", "Running", id="timeline"),
        pytest.param("topology", "pause", id="topology"),
        pytest.param("svg", "<svg", id="svg"),
        pytest.param("story", '"recordedUntil": 20.0', id="story"),
    ],
)
def test_every_text_format(redis, capsys, output, expected):
    assert main(["run", redis, "--until", "20", "-o", output]) == 0
    assert expected in capsys.readouterr().out


def test_a_picture_goes_to_a_file(redis, tmp_path):
    picture = tmp_path / "redis.png"
    assert main(["run", redis, "--until", "20", "-o", "png", "--to", str(picture)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_file_that_is_there_is_overwritten_only_by_force(redis, tmp_path, capsys):
    there = tmp_path / "pods.txt"
    there.write_text("mine")
    assert main(["run", redis, "--until", "5", "--to", str(there)]) == 1
    assert f"--to: there is a file '{there}' already; choose another name, or add --force" in capsys.readouterr().err
    assert there.read_text() == "mine"
    assert main(["run", redis, "--until", "5", "--to", str(there), "--force"]) == 0
    assert "redis-controller" in there.read_text()


def test_a_warning_of_the_manifest_goes_to_standard_error(tmp_path, capsys):
    pod = tmp_path / "pod.yaml"
    pod.write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, name: q}\nspec: {containers: [{name: c, image: nginx}]}\n"
    )
    assert main(["run", str(pod), "--until", "5"]) == 0
    assert f"warning: {pod}, line 3: metadata.name: is given twice; the last one counts" in capsys.readouterr().err


def test_a_manifest_comes_from_standard_input(capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(REDIS_2014)))
    assert main(["run", "-", "--until", "5"]) == 0
    assert "redis-controller" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["--at", "soon kill x/y"], "begins with a time in seconds, not 'soon'", id="no time"),
        pytest.param(["--at", "5"], "not an action", id="no verb"),
        pytest.param(["--at", "5 tickle redis-controller"], "tickle", id="no such verb"),
        pytest.param(["--at", "5 kill redis-controller"], "names no container", id="kill without a container"),
        pytest.param(["--at", "5 kill redis-controller/redis SIGFOO"], "not a signal", id="no such signal"),
        pytest.param(["--at", "0 restart-policy nobody Never"], "no pod 'nobody'", id="policy of nobody"),
        pytest.param(["--until", "-1"], "until", id="a negative time"),
    ],
)
def test_a_mistake_gets_one_clear_line(redis, capsys, arguments, message):
    assert main(["run", redis, *arguments]) == 1
    error = capsys.readouterr().err
    assert error.startswith("podlab: ")
    assert message in error
    assert "Traceback" not in error


def test_a_bad_manifest_gets_all_its_faults(tmp_path, capsys):
    path = tmp_path / "bad.yaml"
    path.write_text("apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: A, imagee: nginx}]}\n")
    assert main(["run", str(path)]) == 1
    error = capsys.readouterr().err
    assert "spec.containers[0].imagee" in error
    assert "Traceback" not in error


def test_a_scenario_is_exported_for_a_real_cluster(redis, capsys):
    assert main(["export", redis]) == 0
    assert "apiVersion: v1\nkind: Pod\nmetadata:\n  name: redis-controller\n" in capsys.readouterr().out
    assert main(["export", redis, "-o", "runbook", "--at", "10 kill redis-controller/redis SIGTERM"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("#!/bin/sh\n")
    assert "\nat 10\n# kill('redis-controller/redis', at=10, signal='SIGTERM')\nkill_main TERM redis redis-cont" in out
