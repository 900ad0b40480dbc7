"""Real clients against a server: kubectl of the wheel, the official Python client, lightkube, kr8s, an operator."""

import json
import os
import pty
import select
import shutil
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import podlab as pl
from podlab.serve import Server

KUBECTL = shutil.which("kubectl", path=str(Path(sys.executable).parent)) or "kubectl of the wheel is missing"
SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 2
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers:
      - {name: web, image: busybox, command: [sh, -c, "echo hello; while true; do sleep 1; done"]}
---
apiVersion: v1
kind: Pod
metadata: {name: box}
spec:
  containers:
  - {name: web, image: busybox, command: [sh, -c, "echo hello; sleep 1000"]}
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    session = pl.Session(world=pl.World(nodes=("node-1", "node-2")))
    with session.serve(speed=10, kubeconfig=str(tmp_path / "kubeconfig")) as server:
        yield server


def kubectl(server: Server, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        "KUBECONFIG": str(server.kubeconfig),
        "PATH": os.environ["PATH"],
        "HOME": str(server.kubeconfig.parent),
    }
    return subprocess.run(
        [KUBECTL, *words], input=stdin, capture_output=True, text=True, env=environment, timeout=60, check=False
    )


def said(server: Server, *words: str, stdin: str = "") -> str:
    done = kubectl(server, *words, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_kubectl_applies_watches_execs_and_deletes(server: Server) -> None:
    assert said(server, "apply", "-f", "-", stdin=SHOP) == "deployment.apps/shop created\npod/box created\n"
    assert "successfully rolled out" in said(server, "rollout", "status", "deployment/shop", "--timeout=30s")
    said(server, "wait", "--for=condition=Ready", "pod/box", "--timeout=30s")
    assert said(server, "logs", "box") == "hello\n"
    assert said(server, "exec", "box", "--", "echo", "hi") == "hi\n"
    assert said(server, "exec", "-i", "box", "--", "sh", stdin="echo a; read x; echo $x\nb\n") == "a\nb\n"
    ended = kubectl(server, "exec", "box", "--", "sh", "-c", "echo oops >&2; exit 3")
    assert (ended.returncode, ended.stderr) == (3, "oops\ncommand terminated with exit code 3\n")
    assert said(server, "scale", "deployment/shop", "--replicas=1") == "deployment.apps/shop scaled\n"
    assert said(server, "apply", "-f", "-", stdin=SHOP).startswith("deployment.apps/shop configured\n")
    assert said(server, "delete", "pod", "box", "--now") == 'pod "box" deleted from default namespace\n'
    assert kubectl(server, "get", "pod", "box").stderr == 'Error from server (NotFound): pods "box" not found\n'


def test_kubectl_sends_protocol_buffers_and_they_are_read(server: Server) -> None:
    assert (
        said(server, "create", "deployment", "web", "--image=nginx", "--replicas=2") == "deployment.apps/web created\n"
    )
    assert said(server, "create", "namespace", "lab") == "namespace/lab created\n"
    said(server, "create", "configmap", "settings", "--from-literal=colour=red", "-n", "lab")
    found = json.loads(said(server, "get", "configmap", "settings", "-n", "lab", "-o", "json"))
    assert found["data"] == {"colour": "red"}
    said(server, "create", "secret", "generic", "key", "--from-literal=word=abc")
    assert json.loads(said(server, "get", "secret", "key", "-o", "json"))["data"] == {"word": "YWJj"}
    said(server, "create", "job", "once", "--image=busybox", "--", "echo", "done")
    said(server, "wait", "--for=condition=Complete", "job/once", "--timeout=30s")
    assert said(server, "auth", "can-i", "create", "pods") == "yes\n"
    assert said(server, "create", "quota", "q", "--hard=pods=3") == "resourcequota/q created\n"
    assert json.loads(said(server, "get", "quota", "q", "-o", "json"))["spec"] == {"hard": {"pods": "3"}}


def test_kubectl_explains_diffs_and_applies_on_the_server(server: Server) -> None:
    assert "RESTART POLICY" in said(server, "explain", "pod.spec.restartPolicy").upper().replace(
        "RESTARTPOLICY", "RESTART POLICY"
    )
    assert said(server, "apply", "--server-side", "-f", "-", stdin=SHOP).splitlines()[0] == (
        "deployment.apps/shop serverside-applied"
    )
    changed = SHOP.replace("replicas: 2", "replicas: 3")
    differs = kubectl(server, "diff", "--server-side", "-f", "-", stdin=changed)
    assert differs.returncode == 1
    assert "+  replicas: 3" in differs.stdout
    wrong = kubectl(server, "apply", "-f", "-", stdin=SHOP.replace("image:", "imagge:"))
    assert wrong.returncode == 1
    assert 'unknown field "spec.template.spec.containers[0].imagge"' in wrong.stderr


def test_what_a_terminal_did_is_the_sessions_story(server: Server) -> None:
    said(server, "apply", "-f", "-", stdin=SHOP)
    said(server, "delete", "deployment", "shop")
    session = server.session
    assert isinstance(session, pl.Session)
    told = pl.run(session.scenario, until=session.now)
    assert {c.name for c in told.changes} == {c.name for c in session.trace.changes}
    session.undo()
    assert "shop" in said(server, "get", "deployments")


def test_nothing_is_told_to_those_without_the_token(server: Server) -> None:
    context = ssl.create_default_context(cadata=server.credentials.authority)
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {server.credentials.token}"}):
        request = urllib.request.Request(f"{server.url}/api/v1/pods", headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=20, context=context)
        assert refused.value.code == 401
        assert json.loads(refused.value.read())["message"] == "Unauthorized"
    assert stat.S_IMODE(server.kubeconfig.stat().st_mode) == 0o600


def test_it_listens_on_the_loopback_interface_only(server: Server) -> None:
    assert server.url.startswith("https://127.0.0.1:")
    others = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} - {"127.0.0.1"}
    for address in others:
        if str(address).startswith("127."):
            continue
        with socket.socket() as probe:
            probe.settimeout(2)
            assert probe.connect_ex((str(address), server.port)) != 0


WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: c, image: busybox, command: [sh, -c, "mkdir /www; echo hello >/www/index.html; httpd -f -p 8080 -h /www"]}
"""


def test_ports_are_forwarded(server: Server) -> None:
    said(server, "apply", "-f", "-", stdin=WEB)
    said(server, "wait", "--for=condition=Ready", "pod/web", "--timeout=30s")
    environment = {"KUBECONFIG": str(server.kubeconfig), "HOME": str(server.kubeconfig.parent)}
    forward = subprocess.Popen(
        [KUBECTL, "port-forward", "pod/web", ":8080", ":9999"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    try:
        assert forward.stdout is not None
        ports = [int(forward.stdout.readline().split()[2].rpartition(":")[2]) for _ in range(4)]
        with urllib.request.urlopen(f"http://127.0.0.1:{ports[0]}/", timeout=20) as answer:
            assert answer.read() == b"hello\n"
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            urllib.request.urlopen(f"http://127.0.0.1:{ports[2]}/", timeout=20)
    finally:
        forward.terminate()
        _, errors = forward.communicate(timeout=20)
    assert "dial tcp 127.0.0.1:9999: connect: connection refused" in errors


def test_other_users_may_do_nothing(server: Server) -> None:
    refused = kubectl(server, "get", "pods", "--as=bob")
    assert refused.stderr == (
        'Error from server (Forbidden): pods is forbidden: User "bob" cannot list resource "pods" in API group "" in '
        'the namespace "default"\n'
    )
    assert kubectl(server, "auth", "can-i", "delete", "nodes", "--as=bob").stdout == "no\n"


def test_a_terminal_has_a_prompt_an_echo_and_ctrl_c(server: Server) -> None:
    said(server, "apply", "-f", "-", stdin=WEB)
    said(server, "wait", "--for=condition=Ready", "pod/web", "--timeout=30s")
    environment = {"KUBECONFIG": str(server.kubeconfig), "HOME": str(server.kubeconfig.parent), "TERM": "xterm"}
    screen, own = pty.openpty()
    shell = subprocess.Popen(
        [KUBECTL, "exec", "-it", "web", "--", "sh"], stdin=own, stdout=own, stderr=own, env=environment
    )
    os.close(own)
    seen = ""

    def until(text: str) -> None:
        nonlocal seen
        ends = time.monotonic() + 30
        while text not in seen:
            assert time.monotonic() < ends, seen
            if select.select([screen], [], [], 0.5)[0]:
                seen += os.read(screen, 65536).decode()

    try:
        until("/ # ")
        os.write(screen, b"cd /tm\x7fmp; pwd\r")
        until("/tmp # ")
        assert "\r\n/tmp\r\n" in seen
        os.write(screen, b"sleep 1000\r")
        until("sleep 1000\r\n")
        time.sleep(0.5)
        os.write(screen, b"\x03")
        until("^C")
        os.write(screen, b"echo still $((40 + 2))\r")
        until("still 42\r\n")
        os.write(screen, b"exit 7\r")
        assert shell.wait(timeout=30) == 7
    finally:
        shell.kill()
        shell.wait()
        os.close(screen)


def run_python(server: Server, script: str) -> str:
    """What a client prints, in a process of its own: what it leaves open is not ours."""
    environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig)}
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment, timeout=90, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


OFFICIAL = """
from kubernetes import client, config, watch
from kubernetes.stream import stream

config.load_kube_config()
core = client.CoreV1Api()
container = {"name": "c", "image": "busybox", "command": ["sh", "-c", "echo up; sleep 999"]}
core.create_namespaced_pod("default", {"metadata": {"name": "box"}, "spec": {"containers": [container]}})
for event in watch.Watch().stream(core.list_namespaced_pod, "default", timeout_seconds=30):
    if event["object"].status.phase == "Running":
        print("Running")
        break
command = ["sh", "-c", "echo hi from $HOSTNAME"]
print(stream(core.connect_get_namespaced_pod_exec, "box", "default", command=command, stdout=True, stderr=True))
log = core.read_namespaced_pod_log("box", "default", follow=True, _preload_content=False)
print(log.read(3).decode())
patched = core.patch_namespaced_pod("box", "default", {"metadata": {"labels": {"a": "b"}}})
print(patched.metadata.labels, [o.spec.node_name for o in core.list_pod_for_all_namespaces(label_selector="a=b").items])
core.delete_namespaced_pod("box", "default", grace_period_seconds=0)
try:
    core.read_namespaced_pod("box", "default")
except client.ApiException as error:
    print(error.status, error.reason)
"""


def test_the_official_python_client(server: Server) -> None:
    assert run_python(server, OFFICIAL).split("\n") == [
        *("Running", "hi from box", "", "up", ""),
        *("{'a': 'b'} ['node-1']", "404 Not Found", ""),
    ]


LIGHTKUBE = """
import lightkube
from lightkube.models.meta_v1 import ObjectMeta
from lightkube.resources.core_v1 import ConfigMap

client = lightkube.Client()
client.create(ConfigMap(metadata=ObjectMeta(name="a", namespace="default"), data={"x": "y"}))
print([c.data for c in client.list(ConfigMap, namespace="default") if c.metadata.name == "a"])
for kind, changed in client.watch(ConfigMap, namespace="default", server_timeout=5):
    print(kind, changed.metadata.name)
    break
"""


def test_lightkube(server: Server) -> None:
    told = run_python(server, LIGHTKUBE).splitlines()
    assert told[0] == "[{'x': 'y'}]"
    assert told[1].startswith("ADDED ")


KR8S = """
import asyncio
import os
import warnings

warnings.simplefilter("ignore")  # kr8s knows no Kubernetes newer than 1.35 yet, and says so
import kr8s.asyncio
from kr8s.asyncio.objects import Pod


async def main():
    api = await kr8s.asyncio.api(kubeconfig=os.environ["KUBECONFIG"])
    print([node.name async for node in api.get("nodes")])
    spec = {"containers": [{"name": "c", "image": "busybox", "command": ["sleep", "999"]}]}
    pod = await Pod({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "box"}, "spec": spec}, api=api)
    await pod.create()
    await pod.wait("condition=Ready")
    print((await pod.exec(["echo", "hi"])).stdout.decode().strip())
    await pod.delete()


asyncio.run(main())
"""


def test_kr8s(server: Server) -> None:
    assert run_python(server, KR8S).splitlines() == ["['node-1', 'node-2']", "hi"]


OPERATOR = """
import kopf
from kubernetes import client, config


@kopf.on.startup()
def configure(settings, **_):
    settings.posting.enabled = True
    settings.scanning.disabled = True


@kopf.on.create("", "v1", "configmaps", labels={"make": "pod"})
@kopf.on.update("", "v1", "configmaps", labels={"make": "pod"})
def made(name, namespace, body, **_):
    config.load_kube_config()
    container = {"name": "c", "image": "busybox", "command": ["sleep", body["data"]["seconds"]]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": f"{name}-pod"}, "spec": {"containers": [container]}}
    kopf.adopt(pod, owner=body)
    client.CoreV1Api().create_namespaced_pod(namespace, pod)
"""


def test_an_operator_makes_pods_of_config_maps(server: Server, tmp_path: Path) -> None:
    script = tmp_path / "operator.py"
    script.write_text(OPERATOR, encoding="utf-8")
    environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig)}
    command = [sys.executable, "-m", "kopf", "run", "--standalone", "-n", "default", str(script)]
    log = (tmp_path / "log").open("w")
    operator = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        said(server, "create", "configmap", "one", "--from-literal=seconds=500")
        said(server, "label", "configmap", "one", "make=pod")
        done = kubectl(server, "wait", "--for=create", "pod/one-pod", "--timeout=40s")
        assert done.returncode == 0, (tmp_path / "log").read_text()
        said(server, "wait", "--for=condition=Ready", "pod/one-pod", "--timeout=40s")
        said(server, "delete", "configmap", "one")
        said(server, "wait", "--for=delete", "pod/one-pod", "--timeout=40s")
    finally:
        operator.terminate()
        operator.wait(timeout=30)
        log.close()


def test_time_stands_still_until_it_is_let_pass(tmp_path: Path) -> None:
    session = pl.Session()
    with session.serve(paused=True, kubeconfig=str(tmp_path / "k")) as server:
        before = session.now
        time.sleep(0.3)
        assert session.now == before
        environment = {**os.environ, "KUBECONFIG": str(server.kubeconfig)}
        done = subprocess.run(
            [sys.executable, "-m", "podlab", "advance", "30"],
            capture_output=True,
            text=True,
            env=environment,
            check=True,
        )
        assert done.stdout == "t=30s\n"
        assert session.now == 30
        assert session.advance(5) == 35


def test_a_killed_server_is_where_it_was(tmp_path: Path) -> None:
    story, config = tmp_path / "story.json", tmp_path / "kubeconfig"
    command = [sys.executable, "-m", "podlab", "serve", "--save", str(story), "--kubeconfig", str(config)]

    def start() -> subprocess.Popen[str]:
        config.unlink(missing_ok=True)
        started = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert started.stdout is not None
        for line in started.stdout:
            if line.startswith("Ctrl-C"):
                return started
        raise AssertionError("the server did not start")

    class At:
        kubeconfig = config

    for number in range(3):
        process = start()
        try:
            assert said(At, "create", "configmap", f"c{number}", f"--from-literal=n={number}")  # type: ignore[arg-type]
        finally:
            process.kill()
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
    process = start()
    try:
        names = said(At, "get", "configmaps", "-o", "name").split()  # type: ignore[arg-type]
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert {f"configmap/c{n}" for n in range(3)} <= set(names)
    assert not story.with_name("story.json.journal").exists()


def test_hostile_requests_get_clear_errors_and_others_go_on(server: Server) -> None:
    context = ssl.create_default_context(cadata=server.credentials.authority)
    headers = {"Authorization": f"Bearer {server.credentials.token}", "Content-Type": "application/json"}

    def ask(body: bytes, kind: str = "application/json") -> tuple[int, Any]:
        place = f"{server.url}/api/v1/namespaces/default/pods"
        request = urllib.request.Request(place, body, {**headers, "Content-Type": kind}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30, context=context) as answer:
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"{}")

    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    assert ask(deep)[0] == 400
    assert ask(b"not json")[0] == 400
    assert ask(b"[1, 2]")[0] == 400
    assert ask(b"k8s\x00\xff\xff\xff", "application/vnd.kubernetes.protobuf")[0] == 400
    with pytest.raises((urllib.error.URLError, ConnectionError)):
        ask(b"x" * (4 * 1024 * 1024))
    idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(100)]
    try:
        assert said(server, "get", "nodes").count("Ready") == 2
    finally:
        for one in idle:
            one.close()


def test_a_served_session_can_still_be_used_from_other_threads(server: Server) -> None:
    session = server.session
    assert isinstance(session, pl.Session)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            result = session.kubectl(f"create configmap t{number} --from-literal=a=b")
            assert result.rc in (0, 1)
            session.advance(1)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with pytest.raises(ValueError, match="is served already"):
        session.serve()
