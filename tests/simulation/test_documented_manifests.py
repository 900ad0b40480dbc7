"""The manifests of the Kubernetes documentation: what `kubectl get pods`, the logs and the events say of each."""

from __future__ import annotations

from pathlib import Path

import pytest

import podlab as pl
from podlab.__main__ import main

FOLDER = Path(__file__).parent / "manifests"

ROWS = [
    ("active-deadline", {50: ["1/1 Running 0"], 70: ["0/1 Error 0"]}),
    ("affinity", {120: ["0/1 Pending 0"]}),
    ("commands", {1: ["0/1 Completed 0"]}),
    ("commands-env", {5: ["0/1 Completed 1 (5s ago)"], 120: ["0/1 Completed 4 (90s ago)"]}),
    ("configmap-env", {1: ["0/1 Completed 0"]}),
    ("configmap-missing", {120: ["0/1 CreateContainerConfigError 0"]}),
    ("counter-sidecars", {120: ["3/3 Running 0"]}),
    ("cpu-request-limit", {120: ["1/1 Running 0"]}),
    ("deployment", {1: ["1/1 Running 0"] * 3}),
    ("exec-liveness", {44: ["1/1 Running 0"], 80: ["1/1 Running 1 (5s ago)"]}),
    ("grpc-liveness", {120: ["1/1 Running 0"]}),
    ("hostaliases", {1: ["0/1 Completed 0"]}),
    (
        "http-liveness",
        {17: ["1/1 Running 0"], 20: ["1/1 Running 1 (2s ago)"], 120: ["0/1 CrashLoopBackOff 4 (9s ago)"]},
    ),
    ("http-liveness-old", {20: ["1/1 Running 1 (2s ago)"]}),
    ("init-containers", {120: ["0/1 Init:0/2 0"]}),
    ("init-with-services", {1: ["1/1 Running 0"]}),
    ("job-fail", {5: ["0/1 Error 0"], 20: ["0/1 Error 0"] * 2, 120: ["0/1 Error 0"] * 3}),
    ("job-pi", {1: ["0/1 Completed 0"]}),
    ("lifecycle", {120: ["1/1 Running 0"]}),
    ("memory-request-limit", {120: ["1/1 Running 0"]}),
    ("memory-request-limit-2", {5: ["0/1 OOMKilled 1 (5s ago)"], 120: ["0/1 OOMKilled 4 (90s ago)"]}),
    ("memory-request-limit-3", {120: ["0/1 Pending 0"]}),
    ("node-selector", {120: ["0/1 Pending 0"]}),
    ("python-http", {1: ["1/1 Running 0"]}),
    ("replicaset", {1: ["1/1 Running 0"] * 3}),
    ("restart-rules", {5: ["2/2 Running 0"], 20: ["1/2 Error 0"]}),
    ("restart-rules-2", {20: ["1/1 Running 2 (10s ago)"], 120: ["0/1 Error 4 (70s ago)"]}),
    ("run-as-non-root", {120: ["0/1 CreateContainerConfigError 0"]}),
    ("secret-missing-volume", {120: ["0/1 ContainerCreating 0"]}),
    ("service", {1: ["1/1 Running 0", "1/1 Running 0"], 20: ["0/1 Completed 0", "1/1 Running 0"]}),
    ("share-process-namespace", {120: ["2/2 Running 0"]}),
    ("sidecar-job", {20: ["1/2 Completed 0"], 50: ["0/2 Completed 0"]}),
    ("sidecar-pod", {120: ["2/2 Running 0"]}),
    ("spread", {120: ["0/1 Pending 0"]}),
    ("startup-named-port", {29: ["0/1 Running 0"], 50: ["0/1 Running 1 (20s ago)"]}),
    ("tcp-liveness-readiness", {19: ["0/1 Running 0"], 21: ["1/1 Running 0"]}),
    ("termination", {5: ["1/1 Running 0"], 25: ["0/1 Completed 1 (15s ago)"]}),
    ("two-container-pod", {120: ["1/2 NotReady 0"]}),
]

LOGS = [
    ("commands", ["command-demo", "tcp://10.96.0.1:443"]),
    ("commands-env", ["Warm greetings to The Most Honorable Kubernetes"]),
    ("configmap-env", ["very charm"]),
    ("configmap-volume", ["enemy.types=aliens,monsters", "player.maximum-lives=5", "PLAYER_INITIAL_LIVES=3"]),
    ("dapi-envars", ["node-1", "dapi-envars-fieldref", "default"]),
    ("dapi-resources", ["1", "1", "33554432", "67108864"]),
    ("dapi-volume", ['cluster="test-cluster1"', 'rack="rack-22"', 'zone="us-est-coast"']),
    ("dependent-envars", ["UNCHANGED_REFERENCE=$(PROTOCOL)://172.17.0.1:80", "SERVICE_ADDRESS=https://172.17.0.1:80"]),
    ("hostaliases", ["127.0.0.1\tfoo.local\tbar.local", "10.1.2.3\tfoo.remote\tbar.remote"]),
    (
        "init-containers",
        ["nslookup: can't resolve 'myservice.default.svc.cluster.local'", "waiting for myservice"],
    ),
    ("init-with-services", ["The app is running!"]),
    ("projected", ["admin"]),
    ("secret", ["39528$vdg7Jb", "my-app"]),
    ("service", ["<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1></body></html>"]),
    ("sidecar-job", ["logging"]),
    ("sidecar-pod", ["logging", "logging"]),
    ("subpath", ["Hello", "Hello"]),
]

EVENTS = [
    ("configmap-missing", 'Error: configmap "special-config" not found'),
    ("exec-liveness", "Container liveness failed liveness probe, will be restarted"),
    ("http-liveness", "Liveness probe failed: HTTP probe failed with statuscode: 500"),
    ("memory-request-limit-3", "Insufficient memory"),
    ("run-as-non-root", "Error: container has runAsNonRoot and image will run as root"),
    ("secret-missing-volume", 'MountVolume.SetUp failed for volume "secret-volume" : secret "test-secret" not found'),
    ("startup-named-port", "Startup probe failed: HTTP probe failed with statuscode: 404"),
]


@pytest.mark.parametrize(("name", "expected"), [pytest.param(*row, id=row[0]) for row in ROWS])
def test_rows(name: str, expected: dict[int, list[str]]) -> None:
    trace = pl.run(FOLDER / f"{name}.yaml", until=130)
    assert {at: rows(trace, at) for at in expected} == expected


def rows(trace: pl.Trace, at: int) -> list[str]:
    """READY, STATUS and RESTARTS of each pod; names may be made up, and ages follow from the time."""
    return [
        " ".join(line.split()[1:-1]) for line in trace.at(at).get().splitlines() if not line.startswith(("NAME", "No "))
    ]


@pytest.mark.parametrize(("name", "expected"), [pytest.param(*row, id=row[0]) for row in LOGS])
def test_logs(name: str, expected: list[str]) -> None:
    trace = pl.run(FOLDER / f"{name}.yaml", until=60)
    said = [line.text for line in trace.logs]
    assert any(said[at : at + len(expected)] == expected for at in range(len(said))), said


@pytest.mark.parametrize(("name", "expected"), [pytest.param(*row, id=row[0]) for row in EVENTS])
def test_events(name: str, expected: str) -> None:
    trace = pl.run(FOLDER / f"{name}.yaml", until=60)
    assert any(expected in event.message for event in trace.events)


def test_pi() -> None:
    (line,) = pl.run(FOLDER / "job-pi.yaml", until=10).logs
    assert len(line.text) == 2001
    assert line.text.startswith("3.14159265358979323846")
    assert line.text.endswith("133904780275901")  # decimals 1984 to 1999; the next are 9946


def test_the_terminal_says_what_is_not_simulated(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    sandboxed = (FOLDER / "commands.yaml").read_text(encoding="utf-8").replace("spec:", "spec:\n  runtimeClassName: a")
    manifest = tmp_path / "sandboxed.yaml"
    manifest.write_text(sandboxed, encoding="utf-8")
    assert main(["run", str(manifest)]) == 0
    wanted = "note: command-demo: spec.runtimeClassName is kept, but podlab does not simulate it\n"
    assert capsys.readouterr().err == wanted


def test_every_manifest_is_used() -> None:
    used = {row[0] for table in (ROWS, LOGS, EVENTS) for row in table}
    assert used == {path.stem for path in FOLDER.glob("*.yaml")}
