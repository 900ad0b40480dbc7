"""What once froze, lied or ended in a traceback: each with the answer that is right.

The shell's answers are those of BusyBox 1.35.0 as PID 1 in its own namespaces.
"""

from __future__ import annotations

import pytest

import podlab as pl
from podlab.formats.export import export

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  restartPolicy: Never
  containers: [{name: c, image: %s, command: [sh, -c, %r]}]
"""
WEB = """\
selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}},
spec: {containers: [{name: c, image: nginx}]}}"""
LARGE = "{apiVersion: apps/v1, kind: %s, metadata: {name: web}, spec: {replicas: 2000000000, " + WEB + "}}"
TICKING = POD % ("busybox", "while true; do date; sleep 1; done")


def end(script, until=60.0, image="busybox"):
    """The exit code, the second at which the script ended, and all that it said."""
    trace = pl.run(pl.load(POD % (image, script)), until)
    run = trace.runs[0]
    ended = None if run.end is None else run.end - run.start
    return run.exit_code, ended, "".join(line.text + "\n" for line in trace.logs)


@pytest.mark.parametrize("image", ["busybox", "alpine", "nginx", "python", "redis"])
@pytest.mark.parametrize(
    "script",
    [
        "find / -name f",
        "find -L / -name passwd",
        "ls -R /",
        "grep -r root /etc /proc/1/root/etc",
        "grep -r root /",
        "du -s /",
        "chmod -R u+r /",
        "rm -rf /tmp /",
    ],
)
def test_a_walk_through_all_files_ends(script, image):
    code, ended, said = end(script, image=image)
    assert code is not None
    assert ended < 30
    assert "Traceback" not in said
    assert "Error" not in said


def test_loops_of_links_end():
    code, _, said = end("mkdir /d; ln -s /d /d/up; ln -s a /b; ln -s b /a; find -L /d; cat /a; echo $?")
    assert code == 0
    assert said.endswith("1\n")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        pytest.param(
            "find / -name passwd | wc -l",
            "2\n",
            id="find",
            marks=pytest.mark.xfail(reason="/bin has no applet passwd yet"),
        ),
        pytest.param("ls -R / | wc -l > /dev/null; echo ok", "ok\n", id="ls -R"),
        pytest.param("find . -name x; echo $?", "0\n", id="find from /"),
        pytest.param("yes | sed 2q", "y\ny\n", id="yes"),
        pytest.param("echo foo | sed -E 's/o+/<\\1>/'", "f<>\n", id="no such group"),
        pytest.param("r() { [ $1 -eq 0 ] || r $(($1-1)); }; r 20; echo ok", "ok\n", id="recursion"),
        pytest.param("r() { [ $1 -eq 0 ] || r $(($1-1)); }; r 500; echo ok", "ok\n", id="recursion to 500"),
        pytest.param(
            "fib() { if [ $1 -lt 2 ]; then echo $1; else echo $(( $(fib $(($1-1))) + $(fib $(($1-2))) )); fi; }; fib 8",
            "21\n",
            id="fib",
        ),
        pytest.param("i=0; while [ $i -lt 5000 ]; do i=$((i+1)); done; echo $i", "5000\n", id="while"),
        pytest.param("for i in $(seq 1 3000); do :; done; echo done", "done\n", id="for"),
    ],
)
def test_the_shell_ends_with_the_right_answer(script, said):
    code, ended, printed = end(script)
    assert (code, printed) == (0, said)
    assert ended < 1


@pytest.mark.parametrize("kind", ["ReplicaSet", "Deployment"])
def test_two_thousand_million_pods_end_in_one_error(kind):
    with pytest.raises((pl.BudgetExceeded, pl.ManifestError)):
        pl.run(pl.load(LARGE % kind), 10)


def test_a_job_of_two_thousand_million_ends_in_one_error():
    job = "{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {completions: 2000000000, "
    template = "template: {spec: {restartPolicy: Never, containers: [{name: c, image: busybox}]}}}}"
    with pytest.raises((pl.BudgetExceeded, pl.ManifestError)):
        pl.run(pl.load(job + "parallelism: 2000000000, " + template), 10)


@pytest.mark.parametrize("text", ["a: 0x_\n", "a: -0x_\n", "a: 0b_\n", "a: 0o_\n", "a: 0_\n"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(pl.ManifestError):
        pl.load(text)


def test_max_surge_of_an_odd_form_is_refused():
    surge = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
    with pytest.raises(pl.ManifestError, match="maxSurge"):
        pl.load(surge + "spec: {strategy: {rollingUpdate: {maxSurge: 1u}}, " + WEB + "}}")


def test_a_volume_at_the_root_runs_or_is_refused():
    root = (POD % ("busybox", "ls /")).replace("name: c,", "name: c, volumeMounts: [{name: v, mountPath: /}],")
    trace = pl.run(pl.load(root + "  volumes: [{name: v, emptyDir: {}}]\n"), 20)
    assert trace.changes


def test_an_image_name_of_a_world_is_refused_by_a_sentence():
    with pytest.raises(Exception, match="<bad ref>") as refused:
        pl.run(pl.load(TICKING).with_world(present_images=("<bad ref>",)))
    assert type(refused.value).__module__.startswith("podlab.")


def test_a_story_that_lacks_a_message_is_refused():
    story = pl.to_story(pl.run(pl.load(TICKING), 10))
    del story["events"][0]["message"]
    with pytest.raises(pl.StoryError, match="message"):
        pl.load_story(story)


def test_logs_hold_no_memory_address():
    def program(proc):
        yield (x for x in [1])

    scenario = pl.load(TICKING.replace("busybox", "mine")).with_image("mine", program)
    logs = [pl.run(scenario, 5).logs[0].text for _ in range(2)]
    assert logs[0] == logs[1]
    assert " at 0x" not in logs[0]


def test_an_export_does_not_wait_for_a_late_action():
    probe = (TICKING % ()).replace(
        "name: c,", "name: c, readinessProbe: {exec: {command: ['true']}, periodSeconds: 1},"
    )
    assert export(pl.load(probe).but(pl.delete("p", 1e6)))


def test_the_code_of_a_scale_runs():
    action = pl.scale("web", at=5, replicas=1)
    assert eval("pl." + action.code(), {"pl": pl}) == action


def test_a_session_and_its_scenario_agree_at_a_tie():
    session = pl.Session(POD % ("busybox", "sleep 5; exit 1"))
    session.advance(5)
    session.kill("p/c")
    session.advance(5)
    assert [run.exit_code for run in session.trace.runs] == [run.exit_code for run in pl.run(session.scenario, 10).runs]


def test_stress_works_for_the_time_it_is_given_and_takes_no_memory():
    pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {restartPolicy: Never, containers: [{name: c, "
    pod += (
        'image: polinux/stress, command: [stress, --cpu, "1", --timeout, 3s], resources: {limits: {memory: 32Mi}}}]}}'
    )
    trace = pl.run(pl.load(pod), 60)
    assert [run.exit_code for run in trace.runs] == [0]
    assert trace.runs[0].end - trace.runs[0].start == pytest.approx(3, abs=0.5)
    assert any("1 cpu, 0 io, 0 vm, 0 hdd" in line.text for line in trace.logs)
    assert any("successful run completed in 3s" in line.text for line in trace.logs)
