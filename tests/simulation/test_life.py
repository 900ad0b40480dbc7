"""The life of pods, fact by fact, as measured on a real kubelet; here in ideal time, so every instant is exact."""

from __future__ import annotations

from typing import Any

import pytest

import podlab as pl
from podlab.kubectl.printers import pod_row
from podlab.simulation import Trace

TERM_AWARE = 'trap "exit 0" TERM; while true; do sleep 1; done'
DEAF = 'trap "" TERM; while true; do sleep 1; done'


def sh(name: str, script: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "image": "busybox:1.36", "command": ["sh", "-c", script], **fields}


def live(*containers: Any, until: float = 120, steps: Any = (), init: Any = (), also: Any = (), **spec: Any) -> Trace:
    """What becomes of a pod `p` of these containers."""
    manifest = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "p"},
        "spec": {"containers": list(containers), **({"initContainers": list(init)} if init else {}), **spec},
    }
    scenario = pl.load([manifest, *also]).with_world(missing_images=("missing:1",))
    return pl.run(scenario.but(*steps), until=until)


def row(trace: Trace, t: float) -> tuple[str, str, str]:
    """READY, STATUS and RESTARTS (without the age) at `t`."""
    snapshot = trace.at(t)
    ready, status, restarts = pod_row(snapshot.pods["p"], snapshot.now)[1:4]
    return ready, status, restarts.split()[0]


def starts(trace: Trace, container: str) -> list[float]:
    return [r.start for r in trace.runs if r.container == container]


def ends(trace: Trace, container: str) -> list[tuple[float | None, int | None]]:
    return [(r.end, r.exit_code) for r in trace.runs if r.container == container]


def phases(trace: Trace) -> list[str]:
    out: list[str] = []
    for change in trace.changes_of("p"):
        assert change.pod.status is not None
        phase = change.pod.status.phase or ""
        if out[-1:] != [phase]:
            out.append(phase)
    return out


# Restarts and back-off


@pytest.mark.parametrize("code", [0, 1])
def test_the_first_restart_is_at_once_and_the_waits_double(code):
    assert starts(live(sh("app", f"exit {code}"), until=700), "app") == [0, 0, 10, 30, 70, 150, 310, 610]


def test_the_wait_counts_from_the_end_of_the_run():
    assert starts(live(sh("app", "sleep 15; exit 1"), until=120), "app") == [0, 15, 40, 75]


def test_a_back_off_is_forgotten_after_ten_minutes():
    trace = live(sh("app", "sleep 620; exit 1"), until=2600)
    assert starts(trace, "app") == [0, 620, 1240, 1860, 2480]


def test_crash_loop_back_off_shows_only_late_in_long_waits():
    trace = live(sh("app", "exit 1"), until=400)
    assert row(trace, 12)[1] == "Error"
    assert row(trace, 100) == ("0/1", "Error", "4")
    assert row(trace, 140) == ("0/1", "CrashLoopBackOff", "4")


def test_a_container_that_wakes_the_kubelet_makes_crash_loop_back_off_show():
    trace = live(sh("bad", "exit 1"), sh("good", "sleep 35; exit 0"), until=60)
    assert row(trace, 34)[1] == "Error"
    assert row(trace, 36)[1] == "CrashLoopBackOff"


@pytest.mark.parametrize(
    ("policy", "signal", "code", "restarts"),
    [
        ("Always", "SIGKILL", 137, 1),
        ("Always", "SIGTERM", 0, 1),
        ("OnFailure", "SIGKILL", 137, 1),
        ("OnFailure", "SIGTERM", 0, 0),
        ("Never", "SIGKILL", 137, 0),
    ],
)
def test_a_signal_from_outside_is_an_exit_like_any_other(policy, signal, code, restarts):
    trace = live(sh("app", TERM_AWARE), steps=[pl.kill("p/app", 10.5, signal)], until=30, restartPolicy=policy)
    assert ends(trace, "app")[0] == (10.5 if code else 11, code)
    assert len(starts(trace, "app")) - 1 == restarts


# Phase and READY


@pytest.mark.parametrize(
    ("policy", "codes", "phase", "shown"),
    [
        ("Never", (0, 0), "Succeeded", ("0/2", "Completed", "0")),
        ("Never", (0, 1), "Failed", ("0/2", "Error", "0")),
        ("Never", (1, 0), "Failed", ("0/2", "Error", "0")),
        ("OnFailure", (0, 0), "Succeeded", ("0/2", "Completed", "0")),
    ],
)
def test_the_end_of_two_containers(policy, codes, phase, shown):
    trace = live(sh("a", f"sleep 3; exit {codes[0]}"), sh("b", f"sleep 9; exit {codes[1]}"), restartPolicy=policy)
    assert trace.end.pods["p"].status.phase == phase
    assert row(trace, 5)[0] == "1/2"
    assert (row(trace, 60)[0], row(trace, 60)[2]) == (shown[0], shown[2])


def test_a_half_finished_pod_is_not_ready_but_running():
    trace = live(sh("a", "sleep 3; exit 0"), sh("b", "sleep 3600"), restartPolicy="OnFailure")
    assert row(trace, 10) == ("1/2", "NotReady", "0")
    assert trace.at(10).pods["p"].status.phase == "Running"


@pytest.mark.parametrize(
    ("spec", "seen"),
    [
        pytest.param({"init": [sh("i", "exit 1")]}, ["Pending", "Failed"], id="a failed init container"),
        pytest.param({}, ["Pending", "Failed"], id="a command that is not there"),
    ],
)
def test_a_pod_can_fail_without_ever_having_run(spec, seen):
    app = {"name": "app", "image": "busybox:1.36", "command": ["sleep", "5"] if spec else ["/no/such/program"]}
    assert phases(live(app, restartPolicy="Never", **spec)) == seen


def test_a_process_that_never_started_began_in_1970():
    trace = live({"name": "app", "image": "busybox:1.36", "command": ["/no/such/program"]}, restartPolicy="Never")
    ended = trace.end.pods["p"].status.containerStatuses[0].state.terminated
    assert (ended.reason, ended.startedAt.year, ended.finishedAt.year) == ("StartError", 1970, 2026)


def test_a_bad_container_keeps_the_pod_pending_while_the_good_one_runs():
    trace = live(sh("good", "sleep 3600"), {"name": "bad", "image": "missing:1"})
    assert row(trace, 5)[0] == "1/2"
    assert phases(trace) == ["Pending"]


# Init containers and sidecars


def test_init_containers_run_one_after_another_and_a_crash_does_not_repeat_them():
    trace = live(sh("app", "sleep 5; exit 1"), init=[sh("i", "sleep 2"), sh("j", "sleep 3")], until=40)
    assert (starts(trace, "i"), starts(trace, "j")) == ([0], [2])
    assert starts(trace, "app") == [5, 10, 25]


def test_a_sidecar_counts_in_ready_and_is_restarted_even_under_never():
    side = sh("side", "sleep 10; exit 3", restartPolicy="Always")
    trace = live(sh("main", "sleep 25"), init=[side], until=60, restartPolicy="Never")
    assert row(trace, 5)[0] == "2/2"
    assert starts(trace, "side") == [0, 10]
    assert trace.end.pods["p"].status.phase == "Succeeded"


def test_sidecars_end_last_and_in_reverse_order():
    slow = 'trap "sleep 2; exit 0" TERM; while true; do sleep 0.5; done'
    sides = [sh(f"s{n}", slow, restartPolicy="Always") for n in (1, 2, 3)]
    trace = live(sh("main", "sleep 10"), init=sides, until=40, restartPolicy="Never")
    last = {name: ends(trace, name)[0][0] for name in ("main", "s3", "s2", "s1")}
    assert list(last.values()) == sorted(last.values())
    assert last["main"] == 10
    assert last["s1"] - last["s3"] >= 4


def test_a_main_container_that_takes_all_the_grace_leaves_its_sidecar_two_seconds():
    side = sh("side", DEAF, restartPolicy="Always")
    trace = live(sh("main", DEAF), init=[side], steps=[pl.delete("p", 10)], terminationGracePeriodSeconds=6)
    assert ends(trace, "main") == [(16, 137)]
    assert ends(trace, "side") == [(18, 137)]


# Probes


def test_a_failed_liveness_probe_restarts_on_a_fixed_grid():
    probe = {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 2, "failureThreshold": 3}
    app = sh("app", "touch /tmp/up; sleep 10; rm /tmp/up; sleep 600", livenessProbe=probe)
    trace = live(app, until=20, terminationGracePeriodSeconds=3)
    assert [e.t for e in trace.events if e.reason == "Unhealthy"] == [12, 14, 16]
    assert ends(trace, "app")[0] == (19, 137)


def test_a_failed_readiness_probe_restarts_nothing_and_hides_the_pod():
    probe = {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 1, "failureThreshold": 2}
    app = sh("app", "sleep 8; touch /tmp/up; sleep 12; rm /tmp/up; sleep 600", readinessProbe=probe)
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "s"}, "spec": {"selector": {"app": "p"}}}
    service["spec"]["ports"] = [{"port": 80}]
    trace = live(app, until=60, also=[service])
    assert [row(trace, t)[0] for t in (5, 10, 25)] == ["0/1", "1/1", "0/1"]
    assert trace.end.pods["p"].status.phase == "Running"
    assert starts(trace, "app") == [0]


def test_while_the_startup_probe_is_pending_nothing_else_is_asked():
    startup = {"exec": {"command": ["cat", "/tmp/up"]}, "periodSeconds": 2, "failureThreshold": 30}
    liveness = {"exec": {"command": ["false"]}, "periodSeconds": 2, "failureThreshold": 2}
    app = sh("app", "sleep 11; touch /tmp/up; sleep 600", startupProbe=startup, livenessProbe=liveness)
    trace = live(app, until=30, terminationGracePeriodSeconds=2)
    failed = [e.t for e in trace.events if e.message.startswith("Liveness")]
    assert failed[0] > 12
    assert row(trace, 11)[0] == "0/1"
    assert row(trace, 13)[0] == "1/1"


def test_a_probe_that_takes_too_long_has_failed():
    probe = {"exec": {"command": ["sleep", "5"]}, "periodSeconds": 10, "failureThreshold": 1, "timeoutSeconds": 2}
    trace = live(sh("app", "sleep 600", livenessProbe=probe), until=14, terminationGracePeriodSeconds=2)
    assert [e.t for e in trace.events if e.reason == "Unhealthy"] == [12]


@pytest.mark.parametrize(
    ("port", "ready"), [pytest.param(80, "1/1", id="it listens"), pytest.param(81, "0/1", id="nobody listens")]
)
@pytest.mark.parametrize("kind", ["httpGet", "tcpSocket"])
def test_probes_over_the_network(kind, port, ready):
    trace = live({"name": "web", "image": "nginx", "readinessProbe": {kind: {"port": port}}}, until=30)
    assert row(trace, 25)[0] == ready
    refused = [e for e in trace.events if e.reason == "Unhealthy"]
    assert all("connection refused" in e.message for e in refused)
    assert bool(refused) == (ready == "0/1")


# Deletion


@pytest.mark.parametrize(
    ("script", "gone", "code"),
    [
        pytest.param('trap "sleep 2; exit 0" TERM; while true; do sleep 1; done', 12, 0, id="obeys SIGTERM"),
        pytest.param(DEAF, 15, 137, id="ignores SIGTERM"),
        pytest.param("sleep 3600", 15, 137, id="PID 1 without a handler"),
    ],
)
def test_a_deleted_pod_has_its_grace_period(script, gone, code):
    trace = live(sh("app", script), steps=[pl.delete("p", 10)], terminationGracePeriodSeconds=5)
    assert row(trace, 10.5)[1] == "Terminating"
    assert ends(trace, "app") == [(gone, code)]
    assert [c.t for c in trace.changes if c.deleted] == [gone]


def test_a_process_that_is_not_pid_1_obeys_without_a_handler():
    trace = live(sh("app", "sleep 3600"), steps=[pl.delete("p", 10)], shareProcessNamespace=True)
    assert ends(trace, "app") == [(10, 143)]


def test_pre_stop_runs_inside_the_grace_period():
    hook = {"lifecycle": {"preStop": {"exec": {"command": ["sh", "-c", "sleep 3"]}}}}
    trace = live(sh("app", DEAF, **hook), steps=[pl.delete("p", 5)], terminationGracePeriodSeconds=8)
    assert ends(trace, "app") == [(13, 137)]


def test_pre_stop_that_takes_too_long_is_cut_off_and_two_seconds_are_left():
    hook = {"lifecycle": {"preStop": {"exec": {"command": ["sh", "-c", "sleep 20"]}}}}
    trace = live(sh("app", DEAF, **hook), steps=[pl.delete("p", 5)], terminationGracePeriodSeconds=5)
    assert ends(trace, "app") == [(12, 137)]
    assert any(e.reason == "FailedPreStopHook" for e in trace.events)


def test_a_forced_deletion_takes_the_object_at_once_and_the_process_two_seconds_later():
    trace = live(sh("app", DEAF), steps=[pl.delete("p", 10, grace_period=0)])
    assert [c.t for c in trace.changes if c.deleted] == [10]
    assert ends(trace, "app") == [(12, 137)]


def test_a_finished_pod_is_deleted_at_once():
    trace = live(sh("app", "exit 0"), steps=[pl.delete("p", 10)], restartPolicy="Never")
    assert [c.t for c in trace.changes if c.deleted] == [10]


# Sandbox


def test_killing_pause_makes_a_new_sandbox_with_a_new_ip_and_repeats_the_init_containers():
    trace = live(
        sh("app", TERM_AWARE), init=[sh("i", "sleep 2")], steps=[pl.kill_sandbox("p", 10.5)], until=30,
        terminationGracePeriodSeconds=5,
    )  # fmt: skip
    first, second = trace.sandboxes
    assert (first.end, second.attempt) == (10.5, 1)
    assert first.ip != second.ip
    assert starts(trace, "i") == [0, 11]
    assert row(trace, 20) == ("1/1", "Running", "1")


def test_in_a_new_sandbox_all_init_containers_run_again_in_order_and_sidecars_too():
    trace = live(
        sh("app", TERM_AWARE),
        init=[sh("one", "sleep 2"), {**sh("side", TERM_AWARE), "restartPolicy": "Always"}, sh("two", "sleep 3")],
        steps=[pl.kill_sandbox("p", 20.5)], until=40, terminationGracePeriodSeconds=5,
    )  # fmt: skip
    (again,) = [span.start for span in trace.sandboxes if span.attempt == 1]
    assert starts(trace, "one") == [0, again]
    assert starts(trace, "side") == [2, again + 2]
    assert starts(trace, "two") == [2, again + 2]
    assert starts(trace, "app") == [5, again + 5]
    assert row(trace, 40)[:2] == ("2/2", "Running")


@pytest.mark.parametrize(("script", "phase"), [(TERM_AWARE, "Succeeded"), (DEAF, "Failed")])
def test_under_never_the_death_of_pause_ends_the_pod(script, phase):
    trace = live(
        sh("app", script), steps=[pl.kill_sandbox("p", 10)], restartPolicy="Never", terminationGracePeriodSeconds=3
    )
    assert trace.end.pods["p"].status.phase == phase


def test_with_a_shared_process_namespace_pause_takes_everybody_with_it():
    trace = live(
        sh("a", DEAF), sh("b", "sleep 3600"), steps=[pl.kill_sandbox("p", 10)], until=30, shareProcessNamespace=True
    )
    assert ends(trace, "a")[0] == ends(trace, "b")[0] == (10, 137)


# What is shared, and what is not


def test_a_volume_outlives_its_containers_and_their_own_files_do_not():
    script = "echo x >> /v/kept; echo x >> /tmp/own; cat /v/kept /tmp/own | wc -l; sleep 5; exit 1"
    app = sh("app", script, volumeMounts=[{"name": "v", "mountPath": "/v"}])
    trace = live(app, until=40, volumes=[{"name": "v", "emptyDir": {}}])
    assert [line.text.strip() for line in trace.logs] == ["2", "3", "4"]


def test_two_containers_cannot_bind_the_same_port():
    server = "nc -l -p 8080; echo served"
    trace = live(sh("first", server), sh("second", f"sleep 1; {server}"), until=5, restartPolicy="Never")
    assert [(line.container, line.text) for line in trace.logs] == [
        ("second", "nc: bind: Address already in use")
    ] or any("Address already in use" in line.text for line in trace.logs)


def test_containers_talk_over_localhost_and_a_unix_socket():
    mounts = {"volumeMounts": [{"name": "v", "mountPath": "/v"}]}
    server = sh("server", "echo hello | nc -l -p 8080; sleep 60", **mounts)
    client = sh("client", "sleep 1; nc 127.0.0.1 8080 </dev/null; hostname; sleep 60", **mounts)
    trace = live(server, client, until=10, volumes=[{"name": "v", "emptyDir": {}}])
    assert [line.text for line in trace.logs if line.container == "client"] == ["hello", "p"]


# Images, configuration, limits


def test_a_missing_image_swings_between_two_reasons_for_ever():
    trace = live({"name": "app", "image": "missing:1"}, until=400)
    seen = {row(trace, t)[1] for t in range(0, 400, 5)}
    assert seen == {"ErrImagePull", "ImagePullBackOff"}
    assert phases(trace) == ["Pending"]


@pytest.mark.parametrize(
    ("image", "policy", "status"),
    [
        pytest.param("nginx", "Never", "ErrImageNeverPull", id="never pulled"),
        pytest.param("missing:1", "Always", "ErrImagePull", id="always pulled, missing"),
        pytest.param("Bad//Name:tag", "IfNotPresent", "InvalidImageName", id="no image name"),
    ],
)
def test_image_troubles(image, policy, status):
    trace = live({"name": "app", "image": image, "imagePullPolicy": policy}, until=5)
    assert row(trace, 4)[1] == status


def test_a_config_map_that_comes_is_found_at_the_next_try():
    app = sh("app", "echo $COLOUR; sleep 600", envFrom=[{"configMapRef": {"name": "paint"}}])
    assert row(live(app, until=30), 20)[1] == "CreateContainerConfigError"
    paint = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "paint"}, "data": {"COLOUR": "blue"}}
    trace = live(app, until=5, also=[paint])
    assert [line.text for line in trace.logs] == ["blue"]


def test_a_missing_config_map_volume_holds_the_pod_up():
    app = sh("app", "cat /c/COLOUR; sleep 60", volumeMounts=[{"name": "c", "mountPath": "/c"}])
    trace = live(app, until=30, volumes=[{"name": "c", "configMap": {"name": "paint"}}])
    assert row(trace, 20) == ("0/1", "ContainerCreating", "0")
    assert [e.t for e in trace.events if e.reason == "FailedMount"][:4] == [0, 0.5, 1.5, 3.5]


def test_out_of_memory():
    app = sh("app", "sleep 2; tail /dev/zero", resources={"limits": {"memory": "20Mi"}})
    trace = live(app, restartPolicy="Never")
    assert row(trace, 60) == ("0/1", "OOMKilled", "0")
    assert [code for _, code in ends(trace, "app")] == [137]


def test_the_deadline_of_a_pod_counts_from_its_start():
    trace = live(sh("app", TERM_AWARE), activeDeadlineSeconds=8, terminationGracePeriodSeconds=3)
    status = trace.end.pods["p"].status
    assert (status.phase, status.reason) == ("Failed", "DeadlineExceeded")
    assert row(trace, 60)[1] == "Completed", "what the container says hides the reason of the pod"


def test_a_termination_message_is_kept():
    trace = live(sh("app", 'echo "disk full" > /dev/termination-log; exit 3'), restartPolicy="Never")
    state = trace.end.pods["p"].status.containerStatuses[0].state.terminated
    assert (state.exitCode, state.message) == (3, "disk full\n")


# Students' programs


def test_a_students_program_is_an_image():
    def worker(proc):
        proc.print("working")
        yield proc.sleep(5)
        return 3

    scenario = pl.load(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
         "spec": {"restartPolicy": "Never", "containers": [{"name": "w", "image": "mine"}]}}
    ).with_image("mine", worker)  # fmt: skip
    trace = pl.run(scenario, until=20)
    assert ends(trace, "w") == [(5, 3)]
    assert [line.text for line in trace.logs] == ["working"]


def test_a_students_program_that_raises_ends_with_its_traceback_in_the_log():
    def broken(proc):
        yield proc.sleep(1)
        raise RuntimeError("forgot the port")

    scenario = pl.load(
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
         "spec": {"restartPolicy": "Never", "containers": [{"name": "w", "image": "mine"}]}}
    ).with_image("mine", broken)  # fmt: skip
    trace = pl.run(scenario, until=20)
    assert ends(trace, "w") == [(1, 1)]
    assert trace.logs[-1].text == "RuntimeError: forgot the port"


def test_an_endless_loop_hangs_nothing():
    trace = live(sh("app", "while true; do :; done"), until=600)
    assert row(trace, 600) == ("1/1", "Running", "0")
    assert any("busy" in note or "loop" in note for note in trace.notes)


# Gestures beyond killing


def test_a_probe_can_be_made_to_fail_and_to_recover():
    web = {"name": "web", "image": "nginx", "readinessProbe": {"httpGet": {"port": 80}, "periodSeconds": 2}}
    steps = [pl.fail_probe("p/web", 20), pl.recover_probe("p/web", 40)]
    trace = live(web, steps=steps, until=60)
    assert [row(trace, t)[0] for t in (10, 30, 50)] == ["1/1", "0/1", "1/1"]
    assert starts(trace, "web") == [0]


def test_memory_can_be_filled():
    web = {"name": "web", "image": "nginx", "resources": {"limits": {"memory": "50Mi"}}}
    trace = live(web, steps=[pl.fill_memory("p/web", 20)], until=60)
    assert next((r.end, r.exit_code, r.reason) for r in trace.runs) == (20, 137, "OOMKilled")
    assert starts(trace, "web") == [0, 20]


REPLICAS = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      tolerations:
      - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 20}
      containers: [{name: app, image: nginx}]
"""


def replicas(*steps: Any, until: float) -> Trace:
    scenario = pl.load(REPLICAS).with_world(nodes=("node-1", "node-2"))
    return pl.run(scenario.but(*steps), until=until)


def nodes(trace: Trace, t: float) -> dict[str, list[str]]:
    """The pods on each node at `t`."""
    out: dict[str, list[str]] = {}
    for name, pod in trace.at(t).pods.items():
        out.setdefault(pod.spec.nodeName, []).append(name)
    return out


def test_a_pod_of_a_lost_node_is_replaced_and_never_moved():
    trace = replicas(pl.node_down("node-2", 15), pl.node_up("node-2", 200), until=300)
    before, lost, back = (nodes(trace, t) for t in (10, 150, 201))
    assert sorted(map(len, before.values())) == [1, 1]
    assert lost["node-2"] == before["node-2"], "it stays there, Terminating, while the node is away"
    assert {*before["node-1"]} < {*lost["node-1"]}
    assert back == {"node-1": lost["node-1"]}, "and goes when the node is back"
    old, new = before["node-2"][0], ({*lost["node-1"]} - {*before["node-1"]}).pop()
    metas = [trace.changes_of(name)[0].pod.metadata for name in (old, new)]
    assert metas[0].uid != metas[1].uid


def test_a_node_that_is_away_for_a_moment_loses_nothing():
    trace = replicas(pl.node_down("node-2", 15), pl.kill("web[1]/app", 20), pl.node_up("node-2", 40), until=120)
    assert [r.start for r in trace.runs if r.n == 1] == [40], "an exit meanwhile is seen when it is back"
    assert nodes(trace, 100) == nodes(trace, 10)


def test_draining_a_node_moves_nothing_but_has_its_pods_replaced():
    trace = replicas(pl.drain("node-1", 20), until=60)
    assert [*nodes(trace, 50)] == ["node-2"]
    assert len(nodes(trace, 50)["node-2"]) == 2


@pytest.mark.parametrize("dead", [False, True])
def test_the_pods_of_a_deleted_node_are_removed_and_replaced(dead):
    steps = [pl.node_down("node-2", 15)] if dead else []
    trace = replicas(*steps, pl.delete_node("node-2", 20), pl.node_up("node-2", 100), until=200)
    lost = nodes(trace, 10)["node-2"]
    assert nodes(trace, 59)["node-2"] == lost
    assert [*nodes(trace, 61)] == ["node-1"]
    assert len(trace.at(61).pods) == 2
    shown = [trace.at(t).kubectl("get nodes -o name").stdout.split() for t in (10, 30, 150)]
    assert shown == [["node/node-1", "node/node-2"], ["node/node-1"], ["node/node-1", "node/node-2"]]


def test_scaling():
    trace = replicas(pl.scale("web", 20, 5), pl.scale("web", 40, 1), until=80)
    assert [len(trace.at(t).pods) for t in (10, 30, 79)] == [2, 5, 1]


@pytest.mark.parametrize(
    ("step", "note"),
    [
        pytest.param(pl.fail_probe("p/app", 5), "has no readiness probe", id="no such probe"),
        pytest.param(pl.fill_memory("p/app", 5), "has no memory limit", id="no limit"),
        pytest.param(
            pl.scale("web", 5, 3), "no Deployment, ReplicaSet or ReplicationController 'web'", id="nothing to scale"
        ),
        pytest.param(pl.node_up("node-1", 5), "runs already", id="a node that is up"),
        pytest.param(pl.drain("node-9", 5), "no node 'node-9'; there is 'node-1'", id="no such node"),
    ],
)
def test_a_gesture_without_a_target_leaves_a_note(step, note):
    trace = live(sh("app", "sleep 3600"), steps=[step], until=10)
    assert note in trace.gestures[0].note
    assert row(trace, 9) == ("1/1", "Running", "0")


@pytest.mark.parametrize("mount", ["mountPath: /", "mountPath: //, readOnly: true"])
def test_a_volume_at_the_root_covers_the_image(mount: str) -> None:
    pod = f"""
apiVersion: v1
kind: Pod
metadata: {{name: p}}
spec:
  containers: [{{name: c, image: busybox, command: [sh, -c, sleep 5], volumeMounts: [{{name: v, {mount}}}]}}]
  volumes: [{{name: v, emptyDir: {{}}}}]
"""
    trace = pl.run(pod, until=5)
    assert "RunContainerError" in trace.end.get()
    refused = next(event.message for event in trace.events if event.reason == "Failed")
    assert 'exec: "sh": executable file not found in $PATH' in refused
