"""Sandboxes and containers: what the kubelet sees of them."""

from __future__ import annotations

import pytest
from lightkube.models.core_v1 import (
    ConfigMapVolumeSource,
    ContainerPort,
    EmptyDirVolumeSource,
    EphemeralContainer,
    HostAlias,
    HostPathVolumeSource,
    SecurityContext,
    Volume,
    VolumeMount,
)
from one_node import Cluster, box, lines

from podlab.linux import StartError


def sleeper(proc):
    yield proc.sleep(100)


def obedient(proc):
    proc.trap("TERM", lambda: proc.exit(0))
    yield proc.pause()


def fails(proc):
    yield proc.sleep(2)
    return 3


def well(proc):
    yield proc.sleep(2)


@pytest.mark.parametrize(
    ("program", "exit"),
    [
        pytest.param(fails, (2, "app", 3, "Error"), id="a failure is an Error"),
        pytest.param(well, (2, "app", 0, "Completed"), id="0 is Completed"),
    ],
)
def test_a_container_runs_and_ends(program, exit):
    cluster = Cluster(program)
    (container,) = cluster.pod(box(program.__name__))
    assert (container.state, container.started_at, container.finished_at) == ("running", 0, None)
    assert cluster.exits == []
    cluster.loop.run_until(10)
    assert cluster.exits == [exit]
    assert (container.state, container.started_at, container.finished_at, container.pid) == ("exited", 0, 2, None)


def test_nothing_runs_inside_a_call_of_the_kubelet():
    def at_once(proc):
        return 0

    cluster = Cluster(at_once)
    (container,) = cluster.pod(box("at-once"))
    assert container.state == "running"
    cluster.loop.run_until(0)
    assert cluster.exits == [(0, "app", 0, "Completed")]


@pytest.mark.parametrize(
    ("argv", "text"),
    [
        pytest.param(
            ["/no/such/program"],
            'exec: "/no/such/program": stat /no/such/program: no such file or directory: unknown',
            id="no such file",
        ),
        pytest.param(["foo", "bar"], 'exec: "foo": executable file not found in $PATH: unknown', id="not in PATH"),
        pytest.param(["/etc/passwd"], 'exec: "/etc/passwd": permission denied: unknown', id="not executable"),
        pytest.param(["/tmp"], 'exec: "/tmp": is a directory: unknown', id="a directory"),
    ],
)
def test_what_cannot_be_started(argv, text):
    cluster = Cluster()
    sandbox = cluster.sandbox(box("busybox", command=argv))
    container = cluster.runtime.create_container(sandbox, sandbox.pod, sandbox.spec.containers[0])
    with pytest.raises(StartError) as problem:
        cluster.runtime.start_container(container)
    cluster.loop.run_until(1)
    assert str(problem.value) == (
        "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
        f"unable to start container process: {text}"
    )
    assert (container.state, container.exit_code, container.reason) == ("exited", 128, "StartError")
    assert (container.message, container.started_at) == (str(problem.value), None)
    assert cluster.exits == []


def test_a_file_that_is_no_program_fails_in_the_container():
    cluster = Cluster()
    volume = Volume(name="v", hostPath=HostPathVolumeSource(path="/srv"))
    sandbox = cluster.sandbox(
        box("busybox", command=["/srv/tool"], volumeMounts=[VolumeMount(name="v", mountPath="/srv")]), volumes=[volume]
    )
    container = cluster.runtime.create_container(sandbox, sandbox.pod, sandbox.spec.containers[0])
    container.group.files.write("/srv/tool", "\x7fELF")
    container.group.files.chmod("/srv/tool", 0o755)
    cluster.runtime.start_container(container)
    cluster.loop.run_until(1)
    assert lines(container) == ["exec /srv/tool: exec format error"]
    assert container.exit_code == 1


def test_no_container_starts_without_its_sandbox():
    cluster = Cluster(sleeper)
    sandbox = cluster.sandbox(box("sleeper"))
    container = cluster.runtime.create_container(sandbox, sandbox.pod, sandbox.spec.containers[0])
    cluster.runtime.signal_sandbox(sandbox, "KILL")
    with pytest.raises(StartError, match="is not running"):
        cluster.runtime.start_container(container)


def test_killing_pause_leaves_the_containers_and_tells_the_kubelet():
    cluster = Cluster(obedient)
    (container,) = cluster.pod(box("obedient"))
    cluster.loop.run_until(1)
    cluster.runtime.signal_sandbox(container.sandbox, 15)
    assert not container.sandbox.ready
    cluster.loop.run_until(2)
    assert (cluster.dead, container.state) == ([(1, container.sandbox)], "running")
    cluster.runtime.signal(container, "SIGTERM")
    cluster.loop.run_until(3)
    assert cluster.exits == [(2, "app", 0, "Completed")]


def test_killing_pause_ends_a_pod_that_shares_its_pid_namespace():
    cluster = Cluster(obedient)
    containers = cluster.pod(box("obedient", "a"), box("obedient", "b"), shareProcessNamespace=True)
    cluster.loop.run_until(1)
    cluster.runtime.signal_sandbox(containers[0].sandbox, "KILL")
    cluster.loop.run_until(2)
    assert cluster.exits == [(1, "a", 137, "Error"), (1, "b", 137, "Error")]
    assert len(cluster.dead) == 1


def test_stopping_a_sandbox_ends_everything_in_it():
    cluster = Cluster(obedient, sleeper)
    containers = cluster.pod(box("obedient", "a"), box("sleeper", "b"))
    cluster.loop.run_until(1)
    cluster.runtime.exec(containers[0], ["sleeper"], lambda code, text: None)
    cluster.runtime.stop_pod_sandbox(containers[0].sandbox)
    assert not cluster.runtime.kernel.processes
    assert not cluster.runtime.network.spaces
    cluster.runtime.stop_pod_sandbox(containers[0].sandbox)
    cluster.loop.run_until(2)
    assert cluster.exits == [(1, "a", 137, "Error"), (1, "b", 137, "Error")]
    assert cluster.dead == []


def test_a_container_over_its_memory_limit_is_oom_killed():
    def hungry(proc):
        yield proc.sleep(2)
        proc.allocate(30 << 20)

    cluster = Cluster(hungry)
    cluster.start(cluster.sandbox(box("hungry")), memory_limit=20 << 20)
    cluster.loop.run_until(5)
    assert cluster.exits == [(2, "app", 137, "OOMKilled")]


def test_pids_and_who_is_process_1():
    def tells(proc):
        proc.print(proc.pid, proc.ppid, *(p.pid for p in proc.processes()))
        yield proc.pause()

    cluster = Cluster(tells)
    own = cluster.pod(box("tells", "a"), box("tells", "b"))
    shared = cluster.pod(box("tells", "a"), box("tells", "b"), shareProcessNamespace=True)
    cluster.loop.run_until(1)
    assert [lines(c) for c in own] == [["1 0 1"], ["1 0 1"]]
    assert [lines(c) for c in shared] == [["6 0 1 6 12"], ["12 0 1 6 12"]]


def test_host_pid_sees_every_process_of_the_node():
    def tells(proc):
        yield proc.sleep(1)
        proc.print(len(proc.processes()), proc.pid == proc.process.host_pid)

    cluster = Cluster(tells, sleeper)
    cluster.pod(box("sleeper"))
    (container,) = cluster.pod(box("tells"), hostPID=True)
    cluster.loop.run_until(2)
    assert lines(container) == ["4 True"]


def test_namespaces_and_ids_are_the_same_in_every_run_and_change_with_what_they_belong_to():
    def world():
        cluster = Cluster(sleeper)
        first = cluster.pod(box("sleeper", "a"), box("sleeper", "b"))
        again = cluster.start(first[0].sandbox, 1)
        return [first[0].sandbox.namespaces, *(c.namespaces for c in (*first, *again))], [
            c.id for c in (*first, *again)
        ]

    namespaces, ids = world()
    assert (namespaces, ids) == world()
    pause, a, b, a_again, _ = namespaces
    assert a["net"] == b["net"] == pause["net"] == a_again["net"]
    assert len({a["pid"], b["pid"], pause["pid"], a_again["pid"]}) == 4
    assert len({a["mnt"], b["mnt"], pause["mnt"], a_again["mnt"]}) == 4
    assert len(set(ids)) == 4
    assert all(len(id) == 64 for id in ids)


def test_an_empty_dir_outlives_a_container_whose_own_files_do_not():
    def counts(proc):
        for path in ("/v/n", "/tmp/n"):
            proc.write_file(path, "x", append=True)
        proc.print(*(len(proc.read_file(path)) for path in ("/v/n", "/tmp/n")))

    cluster = Cluster(counts)
    mount = VolumeMount(name="v", mountPath="/v")
    sandbox = cluster.sandbox(
        box("counts", volumeMounts=[mount]), volumes=[Volume(name="v", emptyDir=EmptyDirVolumeSource())]
    )
    said = []
    for run in range(3):
        (container,) = cluster.start(sandbox, run)
        cluster.loop.run_until(run + 1)
        said += lines(container)
    assert said == ["1 1", "2 1", "3 1"]


def test_a_unix_socket_in_a_volume_connects_two_containers():
    def answers(proc):
        listener = proc.listen("/run/app/s.sock")
        conn = yield proc.accept(listener)
        conn.write("over the volume")

    def asks(proc):
        yield proc.sleep(1)
        conn = yield proc.connect("/sockets/s.sock")
        proc.print((yield conn.readall()))

    cluster = Cluster(answers, asks)
    _, container = cluster.pod(
        box("answers", "a", volumeMounts=[VolumeMount(name="v", mountPath="/run/app")]),
        box("asks", "b", volumeMounts=[VolumeMount(name="v", mountPath="/sockets")]),
        volumes=[Volume(name="v", emptyDir=EmptyDirVolumeSource())],
    )
    cluster.loop.run_until(2)
    assert lines(container) == ["over the volume"]


def test_an_ephemeral_container_joins_the_processes_of_its_target():
    def counts(proc):
        proc.print(len(proc.processes()))

    cluster = Cluster(sleeper, counts)
    debug = EphemeralContainer(name="debug", image="counts", targetContainerName="app")
    (target,) = cluster.pod(box("sleeper"), ephemeralContainers=[debug])
    container = cluster.runtime.create_container(target.sandbox, target.sandbox.pod, debug)
    cluster.runtime.start_container(container)
    cluster.loop.run_until(1)
    assert lines(container) == ["2"]
    assert container.namespaces["pid"] == target.namespaces["pid"] != target.sandbox.namespaces["pid"]
    assert target.state == "running"


def test_a_config_map_is_read_only_and_changes_while_it_is_mounted():
    def reads(proc):
        proc.print(proc.read_file("/c/key"))
        yield proc.sleep(2)
        proc.print(proc.read_file("/c/key"))
        proc.write_file("/c/key", "mine")

    cluster = Cluster(reads)
    (container,) = cluster.pod(
        box("reads", volumeMounts=[VolumeMount(name="c", mountPath="/c")]),
        volumes=[Volume(name="c", configMap=ConfigMapVolumeSource(name="config"))],
        data={"c": {"key": "one"}},
    )
    cluster.loop.run_until(1)
    container.sandbox.volumes.update("c", {"key": "two"}, cluster.loop.now)
    cluster.loop.run_until(3)
    assert lines(container)[:2] == ["one", "two"]
    assert lines(container)[-1] == "OSError: [Errno 30] Read-only file system: '/c/key'"


def test_a_sub_path_mounts_part_of_a_volume():
    def reads(proc):
        proc.print(proc.read_file("/etc/app.conf"), proc.exists("/etc/passwd"))

    cluster = Cluster(reads)
    (container,) = cluster.pod(
        box("reads", volumeMounts=[VolumeMount(name="c", mountPath="/etc/app.conf", subPath="app.conf")]),
        volumes=[Volume(name="c", configMap=ConfigMapVolumeSource(name="config"))],
        data={"c": {"app.conf": "text", "other": ""}},
    )
    cluster.loop.run_until(1)
    assert lines(container) == ["text True"]


def test_a_host_path_is_shared_by_pods():
    def leaves(proc):
        proc.write_file("/h/f", "from another pod")

    def finds(proc):
        yield proc.sleep(1)
        proc.print(proc.read_file("/h/f"))

    cluster = Cluster(leaves, finds)
    options = {"volumes": [Volume(name="h", hostPath=HostPathVolumeSource(path="/var/data"))]}
    mounts = [VolumeMount(name="h", mountPath="/h")]
    cluster.pod(box("leaves", volumeMounts=mounts), **options)
    (container,) = cluster.pod(box("finds", volumeMounts=mounts), **options)
    cluster.loop.run_until(2)
    assert lines(container) == ["from another pod"]


def writes(text):
    def program(proc):
        proc.write_file("/dev/termination-log", text)
        proc.print("the last line")
        return 1

    return program


@pytest.mark.parametrize(
    ("text", "policy", "message"),
    [
        pytest.param("disk full\n", None, "disk full\n", id="from the file"),
        pytest.param("", None, None, id="nothing written, nothing said"),
        pytest.param("", "FallbackToLogsOnError", "the last line\n", id="from the log"),
        pytest.param("disk full", "FallbackToLogsOnError", "disk full", id="the file is better"),
        pytest.param("x" * 5000, None, "x" * 4096, id="at most 4096 bytes"),
    ],
)
def test_termination_messages(text, policy, message):
    cluster = Cluster(writes(text))
    (container,) = cluster.pod(box("program", terminationMessagePolicy=policy))
    cluster.loop.run_until(1)
    assert container.message == message


def test_a_run_does_not_see_the_message_of_the_one_before():
    def once(proc):
        if proc.read_file("/tmp/own") if proc.exists("/tmp/own") else proc.read_file("/dev/termination-log"):
            return 9
        proc.write_file("/dev/termination-log", "x")
        return 1

    cluster = Cluster(once)
    sandbox = cluster.sandbox(box("once"))
    for run in range(2):
        (container,) = cluster.start(sandbox, run)
        cluster.loop.run_until(run + 1)
        assert container.exit_code == 1


def test_the_log_has_lines_times_and_streams():
    def talks(proc):
        proc.write("par")
        yield proc.sleep(1)
        proc.write("tial\nnext\n")
        proc.err("oh")
        proc.write("end")

    cluster = Cluster(talks)
    (container,) = cluster.pod(box("talks"))
    log = container.log
    cluster.loop.run_until(0.5)
    assert log == []
    cluster.loop.run_until(2)
    assert log == [(1, "stdout", "partial"), (1, "stdout", "next"), (1, "stderr", "oh"), (1, "stdout", "end")]


def test_a_log_is_cut_off_and_says_so():
    def chatters(proc):
        for number in range(20_000):
            proc.print(number)

    cluster = Cluster(chatters)
    (container,) = cluster.pod(box("chatters"))
    cluster.loop.run_until(1)
    assert len(container.log) == 10_000
    assert container.notes == ["the log is cut off after 10000 lines"]


def test_hosts_hostname_and_environment():
    def tells(proc):
        proc.write(proc.read_file("/etc/hosts"))
        proc.print(
            proc.hostname, proc.read_file("/etc/hostname").strip(), proc.env["HOSTNAME"], proc.env["A"], proc.cwd
        )

    cluster = Cluster(tells)
    sandbox = cluster.sandbox(
        box("tells", workingDir="/work/here"),
        hostAliases=[HostAlias(ip="10.1.2.3", hostnames=["db.local", "db"])],
        hostname="web",
        subdomain="site",
    )
    (container,) = cluster.start(sandbox, env={"A": "b"})
    cluster.loop.run_until(1)
    assert lines(container) == [
        "# Kubernetes-managed hosts file.",
        "127.0.0.1\tlocalhost",
        "::1\tlocalhost ip6-localhost ip6-loopback",
        "fe00::0\tip6-localnet",
        "fe00::0\tip6-mcastprefix",
        "fe00::1\tip6-allnodes",
        "fe00::2\tip6-allrouters",
        "10.244.0.1\tweb.site.default.svc.cluster.local\tweb",
        "",
        "# Entries added by HostAliases.",
        "10.1.2.3\tdb.local\tdb",
        "web web web b /work/here",
    ]


@pytest.mark.parametrize(
    ("fields", "argv"),
    [
        pytest.param({}, ["/docker-entrypoint.sh", "nginx", "-g", "daemon off;"], id="the image's own"),
        pytest.param(
            {"args": ["nginx-debug"]}, ["/docker-entrypoint.sh", "nginx-debug"], id="args replace its command"
        ),
        pytest.param({"command": ["sh"]}, ["sh"], id="command replaces both"),
        pytest.param({"command": ["echo"], "args": ["$(A) $$(A) $(B) $A"]}, ["echo", "1 $(A) $(B) $A"], id="variables"),
        pytest.param({"command": ["echo", "$(x $(A)) $"]}, ["echo", "$(x $(A)) $"], id="no variable in a variable"),
        pytest.param(
            {"command": [], "args": []}, ["/docker-entrypoint.sh", "nginx", "-g", "daemon off;"], id="empty lists"
        ),
    ],
)
def test_the_command_line_of_a_container(fields, argv):
    cluster = Cluster()
    sandbox = cluster.sandbox(box("nginx", **fields))
    container = cluster.runtime.create_container(sandbox, sandbox.pod, sandbox.spec.containers[0], env={"A": "1"})
    assert list(container.argv) == argv


def test_a_read_only_root():
    def tries(proc):
        with pytest.raises(OSError, match="Read-only"):
            proc.write_file("/tmp/x", "")
        proc.write_file("/dev/null", "")
        proc.write_file("/dev/termination-log", "fine")

    cluster = Cluster(tries)
    (container,) = cluster.pod(box("tries", securityContext=SecurityContext(readOnlyRootFilesystem=True)))
    cluster.loop.run_until(1)
    assert (container.exit_code, container.message) == (0, "fine")


def test_exec_runs_beside_the_main_process():
    def asks(proc):
        proc.print(proc.pid, len(proc.processes()))
        proc.err("and this")
        yield proc.sleep(1)
        return 4

    def idle(proc):
        yield proc.sleep(100)

    cluster = Cluster(idle)
    cluster.runtime.images = cluster.runtime.images.with_image("idle", idle)
    (container,) = cluster.pod(box("idle"))
    container.group.files.root.add("bin/asks", _program(asks))
    assert cluster.exec(container, "asks") == (4, "7 2\nand this\n")


def _program(function):
    from podlab.linux.tree import File

    return File(mode=0o755, program=function)


def test_an_exec_can_be_killed_and_dies_with_its_container():
    cluster = Cluster(sleeper)
    (container,) = cluster.pod(box("sleeper"))
    got = []
    one = cluster.runtime.exec(container, ["sleeper"], lambda code, text: got.append((cluster.loop.now, code)))
    cluster.runtime.exec(container, ["sleeper"], lambda code, text: got.append((cluster.loop.now, code)))
    cluster.loop.run_until(1)
    one.kill()
    cluster.loop.run_until(2)
    cluster.runtime.signal(container, "KILL")
    cluster.loop.run_until(3)
    assert got == [(1, 137), (2, 137)]


def test_an_exec_that_cannot_be_started():
    cluster = Cluster(sleeper)
    (container,) = cluster.pod(box("sleeper"))
    assert cluster.exec(container, "nope") == (
        127,
        "OCI runtime exec failed: exec failed: unable to start container process: "
        'exec: "nope": executable file not found in $PATH: unknown',
    )
    assert cluster.exec(container, "/etc/passwd")[0] == 126
    cluster.runtime.signal(container, 9)
    assert cluster.exec(container, "sleeper") == (1, "container is in CONTAINER_EXITED state")


@pytest.mark.parametrize(
    ("answer", "got"),
    [
        pytest.param("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", (200, "ok"), id="with a length"),
        pytest.param("HTTP/1.0 503 Busy\r\n\r\nno", (503, "no"), id="without a length, closed"),
        pytest.param("HTTP/1.1 204 No Content\n\n", (204, ""), id="with bare newlines"),
        pytest.param("", (0, "EOF"), id="nothing"),
        pytest.param(
            "hello\n",
            (0, 'net/http: HTTP/1.x transport connection broken: malformed HTTP response "hello"'),
            id="not HTTP",
        ),
        pytest.param(None, None, id="silence"),
    ],
)
def test_http_answers_of_a_program(answer, got):
    def server(proc):
        listener = proc.listen(80)
        conn = yield proc.accept(listener)
        yield conn.readline()
        if answer is None:
            yield proc.pause()
        conn.write(answer)
        conn.close()
        yield proc.pause()

    cluster = Cluster(server)
    (container,) = cluster.pod(box("server"))
    cluster.loop.run_until(1)
    assert cluster.get(container, 80) == got


def test_http_calls_that_reach_nobody():
    cluster = Cluster(sleeper)
    (container,) = cluster.pod(box("sleeper"))
    ip = container.sandbox.ip
    assert cluster.get(container, 80) == (0, f"dial tcp {ip}:80: connect: connection refused")
    cluster.runtime.stop_pod_sandbox(container.sandbox)
    assert cluster.get(container, 80) == (0, f"dial tcp {ip}:80: connect: no route to host")


def test_a_serve_function_that_fails_is_an_error_500_with_its_reason_in_the_log():
    def server(proc):
        proc.listen(80, serve=lambda path: (200, path) if path == "/ok" else path if path == "/text" else 1 / 0)
        yield proc.pause()

    cluster = Cluster(server)
    (container,) = cluster.pod(box("server"))
    cluster.loop.run_until(1)
    assert [cluster.get(container, 80, path)[0] for path in ("/ok", "/text", "/zero")] == [200, 500, 500]
    assert "gave no status and body" in lines(container)[0]
    assert lines(container)[-1] == "ZeroDivisionError: division by zero"


def test_an_unknown_image_is_a_server_on_its_declared_ports():
    cluster = Cluster()
    ports = [ContainerPort(containerPort=7000), ContainerPort(containerPort=7001, protocol="UDP")]
    (container,) = cluster.pod(box("example.com/team/app:3", ports=ports))
    cluster.loop.run_until(1)
    assert cluster.get(container, 7000) == (200, "ok\n")
    assert cluster.get(container, 7001)[0] == 0
    cluster.runtime.signal(container, 15)
    cluster.loop.run_until(20)
    assert container.exit_code == 0


def test_an_unknown_program_of_an_unknown_image_stands_in_with_a_note():
    cluster = Cluster()
    (container,) = cluster.pod(box("example.com/team/app", command=["/app/run"]))
    cluster.loop.run_until(1)
    assert container.state == "running"
    assert container.notes == [
        "podlab does not know what /app/run in image example.com/team/app does: a server stands in for it"
    ]


def test_proc_shows_processes_as_files():
    def reads(proc):
        yield proc.sleep(1)
        proc.print([name for name in proc.listdir("/proc") if name.isdecimal() or name == "self"])
        proc.print(proc.read_file("/proc/6/comm").strip(), proc.read_file("/proc/6/root/etc/hostname").strip())
        proc.print(proc.read_file("/proc/self/cmdline").split("\0"))
        with pytest.raises(OSError, match="No such file"):
            proc.write_file("/proc/x", "")

    cluster = Cluster(sleeper, reads)
    _, container = cluster.pod(box("sleeper", "a"), box("reads", "b"), shareProcessNamespace=True)
    cluster.loop.run_until(2)
    assert lines(container) == ["['1', '12', '6', 'self']", "sleeper pod-1", "['reads', '']"]
    assert container.exit_code == 0
