"""A prediction is checked line by line, and each line comes with its reason."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest

import podlab as pl
from podlab.course import Prediction

CRASH = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: main, image: busybox, command: [sh, -c, "sleep 5; exit 1"]}
"""


@pytest.fixture(scope="module")
def trace() -> pl.Trace:
    return pl.run(CRASH, until=120)


@pytest.mark.parametrize(
    ("said", "verdicts"),
    [
        pytest.param({"t": 12, "phase": "Running", "ready": "0/1"}, ["right", "right"], id="all right"),
        pytest.param({"t": 12, "status": "CrashLoopBackOff"}, ["not so"], id="not shown in a short wait"),
        pytest.param({"t": 12, "phase": "?", "restarts": 1}, ["not said yet", "right"], id="one left open"),
        pytest.param({"phases": ["Pending", "Running"]}, ["right"], id="a whole sequence"),
        pytest.param({"phases": ["Pending", "Running", "Failed"]}, ["not so"], id="a sequence too long"),
        pytest.param({"readies": ["0/1", "1/1"]}, ["not so"], id="a sequence too short"),
        pytest.param({"phases": "?"}, ["not said yet"], id="a sequence left open"),
        pytest.param({"waits": [0, 10, 25]}, ["right", "right", "not so"], id="waits"),
        pytest.param({"waits": [0, 10, 20, 40, None]}, ["right"] * 5, id="no fifth restart in this time"),
    ],
)
def test_each_line_has_a_verdict_and_a_reason(trace: pl.Trace, said: dict[str, object], verdicts: list[str]) -> None:
    answer = pl.predict("web", **said).check(trace)
    assert [line.verdict for line in answer.lines] == verdicts
    assert all(len(line.why.split()) > 5 for line in answer.lines)
    assert answer.right == (set(verdicts) == {"right"})
    untouched = set(verdicts) == {"not said yet"}
    said_so = "you have not said yet" if untouched else f"{verdicts.count('right')} of {len(verdicts)} right"
    assert said_so in answer.text


def test_the_reason_names_the_rule(trace: pl.Trace) -> None:
    text = pl.predict(t=12, phase="Failed").check(trace).text.replace("\n  ", " ")
    assert "restartPolicy Always restarts every exit" in text


def test_a_pod_without_a_node_says_so() -> None:
    picky = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  nodeSelector: {disk: ssd}\n"
    trace = pl.run(pl.load(picky + "  containers: [{name: main, image: nginx}]"), until=10)
    phase, ready = pl.predict("web", t=5, phase="Running", ready="1/1").check(trace).lines
    assert "the scheduler says: 0/1 nodes are available: 1 node(s) didn't match" in phase.why
    assert phase.why.endswith("node affinity/selector.")
    assert "no node has started any yet" in ready.why


@pytest.mark.parametrize(
    ("t", "why"),
    [
        pytest.param(12, "As long as init containers are not done, RESTARTS counts theirs only: try 2.", id="init"),
        pytest.param(60, "RESTARTS adds up how often each container was started again: side 1, main 0.", id="after"),
    ],
)
def test_the_reason_of_restarts_names_the_containers_that_count(t: float, why: str) -> None:
    pod = """
    apiVersion: v1
    kind: Pod
    metadata: {name: web}
    spec:
      initContainers:
      - {name: try, image: busybox, command: [sh, -c, "sleep 1; echo >> /v/n; [ $(wc -l < /v/n) = 3 ]"],
         volumeMounts: [{name: v, mountPath: /v}]}
      - {name: side, image: busybox, restartPolicy: Always, command: [sh, -c, "sleep 30"]}
      containers:
      - {name: main, image: nginx}
      volumes: [{name: v, emptyDir: {}}]
    """
    (line,) = pl.predict("web", t=t, restarts=0).check(pl.run(pod, until=70)).lines
    assert line.why == why


def test_a_pod_that_is_not_there_is_gone() -> None:
    trace = pl.run(pl.load(CRASH).but(pl.delete("web", at=20)), until=120)
    assert pl.predict("web", t=100, phase="gone").check(trace).right


@pytest.mark.parametrize(
    ("phases", "why"),
    [
        pytest.param(["Pending", "Running", "Succeeded", "gone"], "At 50 s phase became Failed. ", id="for an instant"),
        pytest.param(["Pending", "Running", "Failed"], "At 50 s the pod's deletion was complete", id="left out: gone"),
    ],
)
def test_the_reason_is_that_of_the_first_value_that_differs(phases: list[str], why: str) -> None:
    """Failed and gone come in one instant here; the reason must be that of the value which was not foreseen."""
    trace = pl.run(pl.load(CRASH.replace("sleep 5; exit 1", "sleep 3600")).but(pl.delete("web", at=20)), until=60)
    (line,) = pl.predict("web", phases=phases).check(trace).lines
    assert line.why.startswith(why)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        pytest.param("sleep 3600", "Exit codes: main 137; not all are 0, so the phase is Failed.", id="killed"),
        pytest.param("exec nginx", "Exit codes: main 0; all are 0, so the phase is Succeeded.", id="obedient"),
    ],
)
def test_the_phase_of_a_deleted_pod_is_explained_by_its_deletion(command: str, why: str) -> None:
    pod = CRASH.replace("sleep 5; exit 1", command).replace("busybox", "nginx")
    trace = pl.run(pl.load(pod).but(pl.delete("web", at=20)), until=60)
    (line,) = pl.predict("web", phases=["Pending", "Running", "gone"]).check(trace).lines
    assert f"The pod is being deleted, so nothing is started again. {why}" in line.why


def _pod(command: str, more: str = "") -> str:
    return (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: main\n    image: busybox\n"
        f'    command: [sh, -c, "{command}"]\n    volumeMounts: [{{name: t, mountPath: /t}}]\n{more}'
        "  volumes: [{name: t, emptyDir: {}}]\n"
    )


def test_a_restart_at_once_has_one_reason_a_forgotten_back_off_or_the_kubelets_own_kill() -> None:
    crash = _pod("echo x >> /t/n; case $(wc -l < /t/n) in 3) sleep 620;; *) sleep 5;; esac; exit 1")
    forgotten = [
        line.why for line in pl.predict("web", waits=[0, 10, 0, 10]).check(pl.run(pl.load(crash), until=700)).lines
    ]
    assert "forgotten the back-off" in forgotten[2]
    assert "probe" not in forgotten[2]
    assert forgotten[3] == "Before restart 4 the kubelet waits 10 s after the end of the run: the first wait is 10 s."
    probe = "    livenessProbe: {exec: {command: [cat, /no]}, periodSeconds: 10, failureThreshold: 3}\n"
    killed = pl.run(pl.load(_pod("trap 'exit 1' TERM; sleep 600 & wait", probe)), until=100)
    second = pl.predict("web", waits=[0, 10]).check(killed).lines[1]
    assert second.happened == "0 s"
    assert "the kubelet itself had ended the container" in second.why
    assert "forgotten" not in second.why


def test_status_of_a_failed_init_container_is_explained_by_its_reason() -> None:
    pod = CRASH.replace(
        "  containers:", "  initContainers:\n  - {name: prepare, image: busybox, command: ['false']}\n  containers:"
    )
    (line,) = pl.predict("web", t=5, status="Init:CrashLoopBackOff").check(pl.run(pl.load(pod), until=20)).lines
    assert line.happened == "Init:Error"
    assert "here prepare: it has ended with exit code 1, reason Error" in line.why


def test_a_column_and_its_sequence_have_two_names(trace: pl.Trace) -> None:
    lines = pl.predict("web", t=12, ready="?", phase="?", readies="?").check(trace).lines
    assert [line.what for line in lines] == ["phase", "READY", "READY, in order"]


@pytest.mark.parametrize(
    ("said", "error"),
    [
        pytest.param({"phase": "Running"}, "t: say at which second", id="no time"),
        pytest.param({"t": -1, "phase": "Running"}, "t: a number", id="a time before the start"),
        pytest.param({"t": 5}, "predict something", id="nothing said"),
        pytest.param({"phases": "Running"}, "phases: a list", id="a sequence as one word"),
        pytest.param({"t": 5, "ready": "2 of 2"}, 'as in ready="1/2"', id="READY in words"),
        pytest.param({"t": 5, "restarts": "many"}, "restarts: a whole number", id="restarts in words"),
        pytest.param({"t": 5, "restarts": -1}, "restarts: a whole number", id="less than none"),
        pytest.param({"t": float("nan"), "phase": "Running"}, "t: a number", id="no number"),
        pytest.param(
            {"t": "10s", "phase": "Running"}, "t: a number of seconds .* not '10s'", id="a time with its unit"
        ),
        pytest.param({"readies": "1/1"}, r'readies=\["0/1", "1/1"\]', id="the example is of the same column"),
    ],
)
def test_a_bad_prediction_is_refused_in_a_sentence(said: dict[str, object], error: str) -> None:
    with pytest.raises(ValueError, match=error):
        pl.predict("web", **said)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        pytest.param(
            {"t": 5, "phase": 1}, 'phase: a text, as in phase="Running", not 1', id="a phase that is a number"
        ),
        pytest.param({"t": 5, "ready": 1}, 'ready: a text, as in ready="1/2"', id="READY that is a number"),
        pytest.param({"phases": [1]}, "phases: a list of the values", id="a sequence of numbers"),
        pytest.param({"waits": 10}, r"waits: a list of seconds in order, as in waits=\[0, 10, 20\]", id="one wait"),
        pytest.param({"waits": [[]]}, "waits: each is a number of seconds", id="a wait that is a list"),
        pytest.param({"pod": 7, "waits": []}, "pod: the name of a pod", id="a pod that is a number"),
    ],
)
def test_a_prediction_of_another_type_is_refused_in_a_sentence(said: dict[str, Any], error: str) -> None:
    with pytest.raises(TypeError, match=error):
        pl.predict(**said)


@pytest.mark.parametrize(
    ("prediction", "error"),
    [
        pytest.param(pl.predict("shop", t=5, phase="Running"), "it has web", id="another pod"),
        pytest.param(pl.predict("web", t=500, phase="Running"), "ends at 120 s", id="after the end"),
        pytest.param(pl.predict("web", waits=[0], container="x"), "never run a container 'x'", id="another container"),
    ],
)
def test_a_prediction_that_does_not_fit_the_trace_is_refused(prediction: Prediction, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        prediction.check(pl.run(CRASH, until=120))


def test_what_a_learner_writes_is_escaped(trace: pl.Trace) -> None:
    evil = "<script>alert(1)</script>"
    html = pl.predict("web", t=12, phase=evil).check(trace)._repr_mimebundle_()["text/html"]
    assert evil not in html
    assert escape(evil) in html


def test_an_untouched_prediction_counts_for_nobody(trace: pl.Trace) -> None:
    from podlab.course.progress import forget

    forget()
    pl.predict("web", t=12, phase="?", restarts="?").check(trace)
    assert pl.progress().rows == ()
    pl.predict("web", t=12, phase="?", restarts=1).check(trace)
    assert [row[3] for row in pl.progress().rows] == ["1 of 2"]


def test_a_table_shows_right_and_wrong_with_a_sign(trace: pl.Trace) -> None:
    html = pl.predict("web", t=12, phase="Running", ready="1/1").check(trace).table.html
    assert html.count("✔") == html.count("✘") == 1
