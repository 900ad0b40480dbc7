"""A live cluster: kubectl, gestures and time."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import podlab as pl
from podlab.formats.scenario_file import parse_scenario, scenario_text

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec:
  terminationGracePeriodSeconds: 5
  containers:
  - {name: web, image: nginx}
  - {name: log, image: busybox, command: [sh, -c, "echo started; trap 'exit 0' TERM; while true; do sleep 1; done"]}
"""
RS = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: nginx}], terminationGracePeriodSeconds: 3}
"""


@pytest.fixture
def session():
    return pl.Session(world=pl.World(nodes=("node-1", "node-2"), present_images=("nginx", "busybox", "redis")))


@pytest.fixture
def shop(session):
    session.kubectl("apply -f -", SHOP)
    return session


def names(session, resource="pods"):
    return session.kubectl(f"get {resource} -o name").stdout.split()


def column(session, command, header):
    """The cells under a header."""
    head, *rows = session.kubectl(command).stdout.splitlines()
    start = head.index(header)
    return [re.split(r" {2,}", row[start:])[0] for row in rows]


# Time


def test_time_passes_only_when_asked(shop):
    assert shop.now == 0
    shop.kubectl("get pods")
    assert (shop.advance(30), shop.now) == (30, 30)
    assert shop.clock.isoformat() == "2026-01-01T00:00:30+00:00"
    assert repr(shop) == "<Session at t=30s, 1 pod>"


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), "30", True, None])
def test_time_is_a_number_of_seconds(session, seconds):
    with pytest.raises(ValueError, match="advance: must be seconds from 0 to"):
        session.advance(seconds)


def test_wait_for_a_condition(shop):
    shop.kill("shop/web")
    assert shop.wait(lambda world: world.pods["shop"].status.containerStatuses[1].restartCount == 1)
    assert shop.now == 0
    shop.kill("shop/web")
    assert shop.wait(lambda world: world.pods["shop"].status.containerStatuses[1].restartCount == 2, timeout=60)
    assert shop.now == 10
    assert not shop.wait(lambda world: "other" in world.pods, timeout=7)
    assert shop.now == 17


def test_a_session_of_a_scenario_lives_its_gestures():
    scenario = pl.load(SHOP).but(pl.kill("shop/web", at=5))
    session = pl.Session(scenario)
    session.advance(4)
    assert column(session, "get pods", "RESTARTS") == ["0"]
    session.advance(1)
    assert column(session, "get pods", "RESTARTS") == ["1 (0s ago)"]
    with pytest.raises(TypeError, match="a Scenario has its own world"):
        pl.Session(scenario, world=pl.World())


def test_gestures_are_made_now_or_later(shop):
    shop.advance(10)
    shop.do(pl.kill("shop/web", at=15))
    shop.kill_sandbox("shop")
    typed, *made = [(g.t, g.verb) for g in shop.trace.gestures]
    assert (typed, made) == ((0, "typed"), [(10, "kill_sandbox")])
    shop.advance(5)
    assert [(g.t, g.verb) for g in shop.trace.gestures] == [typed, *made, (15, "kill")]
    with pytest.raises(ValueError, match=r"do: kill\('shop/web', at=3\) is in the past; it is t=15s now"):
        shop.do(pl.kill("shop/web", at=3))
    with pytest.raises(TypeError, match="is no gesture"):
        shop.do(pl.restart_policy("shop", "Never"))


# Creating and changing


def test_apply(session):
    assert session.kubectl("apply -f -", SHOP).stdout == "pod/shop created\n"
    assert session.kubectl("apply -f -", SHOP).stdout == "pod/shop unchanged\n"
    assert session.kubectl("apply -f -", SHOP.replace("{app: shop}", "{app: shop, color: red}")).rc == 0
    assert session.kubectl("get pods -L color --no-headers").stdout.split()[-1] == "red"
    assert session.kubectl("get pod shop -o jsonpath={.metadata.generation}").stdout == "1"


def test_a_new_image_restarts_the_container_and_nothing_else(shop):
    shop.advance(30)
    assert shop.kubectl("apply -f -", SHOP.replace("image: nginx", "image: redis")).stdout == "pod/shop configured\n"
    shop.advance(20)
    statuses = shop.snapshot.pods["shop"].status.containerStatuses
    assert {s.name: (s.restartCount, s.image) for s in statuses} == {"web": (1, "redis"), "log": (0, "busybox")}
    assert shop.kubectl("get pod shop -o jsonpath={.metadata.generation}").stdout == "2"
    killing = [e.message for e in shop.snapshot.events if e.reason == "Killing"]
    assert killing == ["Container web definition changed, will be restarted"]


@pytest.mark.parametrize(
    ("command", "stdin", "error"),
    [
        pytest.param(
            "create -f -",
            SHOP,
            'Error from server (AlreadyExists): error when creating "STDIN": pods "shop" already exists\n',
            id="there already",
        ),
        pytest.param(
            "apply -f -",
            SHOP.replace("kind: Pod", "kind: Pod\nspek: {}").replace("image: nginx", "image: nginx, imag: x"),
            'Error from server (BadRequest): error when patching "STDIN": Pod in version "v1" cannot be handled as a '
            'Pod: strict decoding error: unknown field "spec.containers[0].imag", unknown field "spek"\n',
            id="unknown fields",
        ),
        pytest.param(
            "create -f -",
            SHOP.replace("name: shop", "name: other").replace("image: nginx", "image: [nginx]"),
            'Error from server (BadRequest): error when creating "STDIN": Pod in version "v1" cannot be handled as a '
            "Pod: json: cannot unmarshal array into Go struct field Container.spec.containers.image of type string\n",
            id="a wrong type",
        ),
        pytest.param(
            "create -f - -n nowhere",
            SHOP,
            'Error from server (NotFound): error when creating "STDIN": namespaces "nowhere" not found\n',
            id="no such namespace",
        ),
        pytest.param(
            "create -f -",
            RS.replace("labels: {app: web}", "labels: {app: other}"),
            'The ReplicaSet "web" is invalid: spec.template.metadata.labels: Invalid value: {"app":"other"}: '
            "`selector` does not match template `labels`\n",
            id="a selector that does not match",
        ),
        pytest.param(
            "create -f -",
            "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: db}}\n",
            "error: podlab does not simulate Ingress of networking.k8s.io/v1\n",
            id="a kind podlab does not simulate",
        ),
        pytest.param(
            "label pod shop no/good/key=1",
            "",
            'The Pod "shop" is invalid: metadata.labels: Invalid value: "no/good/key": a valid label key must consist '
            "of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. "
            "'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
            "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. "
            "'example.com/MyName')\n",
            id="a label with a wrong key",
        ),
        pytest.param(
            "scale rs/none --replicas=2",
            "",
            'Error from server (NotFound): replicasets.apps "none" not found\n',
            id="nothing to scale",
        ),
        pytest.param(
            "delete ns default",
            "",
            'Error from server (Forbidden): namespaces "default" is forbidden: this namespace may not be deleted\n',
            id="a namespace that must stay",
        ),
        pytest.param(
            "delete ep kubernetes",
            "",
            "Error from server (MethodNotAllowed): the server does not allow this method on the requested resource\n",
            id="what a controller keeps",
        ),
    ],
)
def test_refused(shop, command, stdin, error):
    before = shop.trace
    result = shop.kubectl(command, stdin)
    assert (result.stdout, result.stderr, result.rc) == ("", error, 1)
    assert shop.trace == before
    assert shop.scenario == before.scenario


def test_a_dry_run_changes_nothing(shop):
    before = shop.trace
    assert shop.kubectl("create -f - --dry-run=server", RS).stdout == "replicaset.apps/web created (server dry run)\n"
    assert shop.kubectl("label pod shop a=b --dry-run=server").rc == 0
    shown = shop.kubectl("run web --image=nginx --dry-run=server -o yaml").stdout
    assert re.search(r"creationTimestamp: \"20.*\n(.*\n)+  uid: [0-9a-f]{8}-", shown), (
        "the server has made it, but not kept it"
    )
    assert shop.kubectl("delete pod shop --dry-run=client").rc == 0
    assert shop.trace == before


def test_the_server_warns(session):
    result = session.kubectl("create -f -", SHOP.replace("name: shop", "name: shop.front"))
    assert result.stdout == "pod/shop.front created\n"
    assert result.stderr.startswith("Warning: metadata.name: this is used in the Pod's hostname")


def test_names_are_made_up(session):
    for _ in range(3):
        session.kubectl("create -f -", SHOP.replace("name: shop", "generateName: shop-"))
    made = names(session)
    assert len(set(made)) == 3
    assert all(re.fullmatch(r"pod/shop-[a-z0-9]{5}", name) for name in made)


# Deleting


def test_delete_waits_until_the_pod_is_gone(shop):
    shop.advance(10)
    assert shop.kubectl("delete pod shop").stdout == 'pod "shop" deleted\n'
    assert shop.now == 11  # the sleep of the container that traps SIGTERM has to end first
    assert shop.kubectl("get pods").stderr == "No resources found in default namespace.\n"


def test_delete_may_not_wait(shop):
    shop.kubectl("delete pod shop --wait=false")
    assert (shop.now, column(shop, "get pods", "STATUS")) == (0, ["Terminating"])
    again = shop.kubectl("create -f -", SHOP)
    assert again.stderr == (
        'Error from server (AlreadyExists): error when creating "STDIN": '
        'object is being deleted: pods "shop" already exists\n'
    )


def test_pods_are_deleted_side_by_side(session):
    for name in ("one", "two"):
        session.kubectl(f"run {name} --image=busybox -- sleep 1000")
    session.advance(5)
    session.kubectl("delete pod one two")
    assert session.now == 35


def test_a_pod_on_a_lost_node_does_not_go(shop):
    shop.node_down("node-1")
    result = shop.kubectl("delete pod shop --timeout=20s")
    assert (result.stdout, result.rc, shop.now) == ('pod "shop" deleted\n', 1, 20)
    assert result.stderr == "error: timed out waiting for the condition on pods/shop\n"
    assert shop.kubectl("delete pod shop --force").rc == 0
    assert names(shop) == []


def test_a_name_can_be_used_again_at_once(shop):
    shop.advance(3)
    shop.kubectl("delete pod shop --force")
    shop.kubectl("create -f -", SHOP.replace("echo started", "echo anew"))
    shop.advance(10)
    assert shop.kubectl("logs shop -c log").stdout == "anew\n"
    assert len([r for r in shop.trace.runs if r.container == "log"]) == 2
    assert [r.exit_code for r in shop.trace.runs if r.container == "log" and r.end is not None] == [0]
    events = shop.kubectl("describe pod shop").stdout.partition("Events:")[2]
    assert events.count("Scheduled") == 1


# Controllers and namespaces


def test_a_replica_set(session):
    session.kubectl("apply -f -", RS)
    assert session.kubectl("get rs").stdout == (
        "NAME   DESIRED   CURRENT   READY   AGE\nweb    2         2         2       0s\n"
    )
    session.kubectl("scale rs web --replicas=3")
    assert len(names(session)) == 3
    session.kubectl(f"label {names(session)[0]} app-")
    assert len(names(session)) == 4
    assert column(session, "get rs", "CURRENT") == ["3"]
    assert session.kubectl("delete rs web").stdout == 'replicaset.apps "web" deleted\n'
    session.advance(10)
    (orphan,) = names(session)
    owners = session.kubectl(f"get {orphan} -o jsonpath={{.metadata.ownerReferences}}").stdout
    assert owners == ""


def test_the_selector_of_a_replica_set_stays(session):
    session.kubectl("apply -f -", RS)
    result = session.kubectl("apply -f -", RS.replace("app: web", "app: shop"))
    assert result.stderr == (
        'The ReplicaSet "web" is invalid: spec.selector: Invalid value: {"matchLabels":{"app":"shop"}}: '
        "field is immutable\n"
    )


def test_endpoints_follow_the_pods(shop):
    text = (
        "{apiVersion: v1, kind: Service, metadata: {name: shop}, spec: {selector: {app: shop}, ports: [{port: 80}]}}\n"
    )
    shop.kubectl("apply -f -", text)
    ip = shop.snapshot.pods["shop"].status.podIP
    assert column(shop, "get ep shop", "ENDPOINTS") == [f"{ip}:80"]
    assert re.fullmatch(r"10\.\d+\.\d+\.\d+", column(shop, "get svc shop", "CLUSTER-IP")[0])
    shop.kubectl("delete pod shop")
    assert column(shop, "get ep shop", "ENDPOINTS") == ["<none>"]
    assert column(shop, "get endpointslices -l kubernetes.io/service-name=shop", "ENDPOINTS") == ["<unset>"]
    shop.kubectl("delete svc shop")
    assert names(shop, "ep") == ["endpoints/kubernetes"]


def test_a_namespace_takes_everything_in_it_along(session):
    assert session.kubectl("create namespace lab").stdout == "namespace/lab created\n"
    for name in ("lab", "default"):
        again = session.kubectl(f"create ns {name}").stderr
        assert again == f'Error from server (AlreadyExists): namespaces "{name}" already exists\n'
    assert session.kubectl("label ns default color=red").rc == 0
    assert session.kubectl("get ns -l color=red -o name").stdout == "namespace/default\n"
    session.kubectl("create -f - -n lab", SHOP)
    session.kubectl("create -f - -n lab", RS)
    assert len(names(session, "pods -n lab")) == 3
    session.kubectl("delete ns lab --wait=false")
    assert column(session, "get ns lab", "STATUS") == ["Terminating"]
    refused = session.kubectl("run x --image=nginx -n lab")
    assert refused.stderr == (
        'Error from server (Forbidden): pods "x" is forbidden: unable to create new content in namespace lab because '
        "it is being terminated\n"
    )
    session.advance(6)
    assert session.kubectl("get ns lab").stderr == 'Error from server (NotFound): namespaces "lab" not found\n'


def test_config_maps_can_be_changed(session):
    text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {COLOR: blue}}\n"
    session.kubectl("apply -f -", text)
    assert session.kubectl("apply -f -", text.replace("blue", "red")).stdout == "configmap/c configured\n"
    assert session.kubectl("get cm c -o jsonpath={.data.COLOR}").stdout == "red"
    assert session.kubectl("delete cm c").rc == 0
    assert names(session, "cm") == []


# Nodes


def test_a_lost_node(shop):
    shop.node_down("node-1")
    assert column(shop, "get nodes", "STATUS") == ["Ready", "Ready"]
    refused = "10.250.0.1:10250: connect: connection refused\n"
    assert shop.kubectl("exec shop -c web -- true").stderr == (
        f"Error from server: error dialing backend: dial tcp {refused}"
    )
    assert shop.kubectl("logs shop -c web").stderr == (
        'Error from server: Get "https://10.250.0.1:10250/containerLogs/default/shop/web": dial tcp ' + refused
    )
    shop.advance(60)
    assert column(shop, "get nodes", "STATUS") == ["NotReady", "Ready"]
    described = shop.kubectl("describe node node-1").stdout
    assert "Taints:             node.kubernetes.io/unreachable:NoExecute\n" in described
    assert re.search(r"Ready +Unknown .* NodeStatusUnknown +Kubelet stopped posting node status\.\n", described)
    assert "RenewTime:       Thu, 01 Jan 2026 00:00:00 +0000\n" in described
    shop.node_up("node-1")
    assert column(shop, "get nodes", "STATUS") == ["Ready", "Ready"]


def test_labels_of_nodes_decide(session):
    pod = SHOP.replace("spec:\n", "spec:\n  nodeSelector: {disk: ssd}\n")
    session.kubectl("apply -f -", pod)
    session.advance(5)
    assert column(session, "get pods", "STATUS") == ["Pending"]
    assert session.kubectl("label node node-2 disk=ssd").stdout == "node/node-2 labeled\n"
    assert column(session, "get pods -o wide", "NODE") == ["node-2"]


def test_a_node_can_be_added(session):
    session.kubectl("create -f -", "{apiVersion: v1, kind: Node, metadata: {name: big, labels: {size: big}}}\n")
    session.kubectl("create -f -", SHOP.replace("spec:\n", "spec:\n  nodeSelector: {size: big}\n"))
    assert column(session, "get pods -o wide", "NODE") == ["big"]
    assert names(session, "nodes") == ["node/big", "node/node-1", "node/node-2"]


# Logs and exec


@pytest.mark.parametrize(
    ("command", "stdout", "stderr"),
    [
        pytest.param("logs crash -c once", "now\n", "", id="of the latest run"),
        pytest.param("logs crash -c once -p", "now\n", "", id="of the run before"),
        pytest.param(
            "logs shop -c log -p",
            "",
            'Error from server (BadRequest): previous terminated container "log" in pod "shop" not found\n',
            id="no run before",
        ),
        pytest.param(
            "logs later -c c",
            "",
            'Error from server (BadRequest): container "c" in pod "later" is waiting to start: PodInitializing\n',
            id="not yet started",
        ),
        pytest.param(
            "logs missing",
            "",
            'Error from server (BadRequest): container "missing" in pod "missing" is waiting to start: '
            "image can't be pulled\n",
            id="no image",
        ),
        pytest.param("logs nowhere", "", "", id="on no node"),
    ],
)
def test_logs(command, stdout, stderr):
    world = pl.World(present_images=("nginx", "busybox"), missing_images=("nope",))
    session = pl.Session(SHOP, world=world)
    session.kubectl("run crash --image=busybox -- sh -c 'exit 1'")
    session.kubectl(
        "apply -f -",
        "{apiVersion: v1, kind: Pod, metadata: {name: later}, spec: {containers: [{name: c, image: nginx}], "
        "initContainers: [{name: i, image: busybox, command: [sleep, '1000']}]}}\n"
        "---\n{apiVersion: v1, kind: Pod, metadata: {name: nowhere}, spec: {containers: [{name: c, image: nginx}], "
        "nodeSelector: {disk: ssd}}}\n",
    )
    session.kubectl("run missing --image=nope")
    session.kubectl("delete pod crash --force")
    crash = "{apiVersion: v1, kind: Pod, metadata: {name: crash}, spec: {containers: [{name: once, image: busybox, "
    session.kubectl("apply -f -", crash + "command: [sh, -c, 'echo now; sleep 1; exit 1']}]}}\n")
    session.advance(8)
    result = session.kubectl(command)
    assert (result.stdout, result.stderr) == (stdout, stderr)


def test_exec(shop):
    result = shop.kubectl("exec shop -c log -- sh -c 'echo out; echo err >&2; sleep 3; exit 4'")
    assert (result.stdout, result.stderr, result.rc) == ("out\n", "err\ncommand terminated with exit code 4\n", 4)
    assert shop.now == 3
    assert shop.kubectl("exec -i shop -c log -- cat", "piped in\n").stdout == "piped in\n"
    shop.kubectl("exec shop -c log -- touch /tmp/there")
    assert shop.kubectl("exec shop -c log -- ls /tmp/there").stdout == "/tmp/there\n"


@pytest.mark.parametrize(
    ("command", "stderr", "rc"),
    [
        pytest.param(
            "exec shop -c log -- nope",
            "executable file not found in $PATH: unknown\n",
            1,
            id="no such program",
        ),
        pytest.param(
            "exec shop -c log -- sleep 1000", "error: the command still runs after 600 s\n", 137, id="endless"
        ),
        pytest.param(
            "exec dead -- true",
            'error: unable to upgrade connection: container not found ("dead")\n',
            1,
            id="a container that does not run",
        ),
        pytest.param(
            "exec nowhere -- true",
            "Error from server (BadRequest): pod nowhere does not have a host assigned\n",
            1,
            id="a pod on no node",
        ),
        pytest.param("exec gone -- true", 'Error from server (NotFound): pods "gone" not found\n', 1, id="no such pod"),
    ],
)
def test_exec_that_fails(shop, command, stderr, rc):
    shop.kubectl("run dead --image=busybox -- sh -c 'exit 1'")
    nowhere = "{apiVersion: v1, kind: Pod, metadata: {name: nowhere}, spec: {containers: [{name: c, image: nginx}], "
    shop.kubectl("apply -f -", nowhere + "nodeSelector: {disk: ssd}}}\n")
    shop.advance(1)
    result = shop.kubectl(command)
    assert result.stderr.endswith(stderr)
    assert (result.stdout, result.rc) == ("", rc)


# Watching


def test_watch_while_a_container_is_killed(session):
    session.kubectl("apply -f -", SHOP)
    session.advance(20)
    session.do(pl.kill("shop/web", at=23), pl.kill("shop/web", at=25))
    assert session.kubectl("get pods --watch --request-timeout=20s").stdout == (
        "NAME   READY   STATUS    RESTARTS   AGE\n"
        "shop   2/2     Running   0          20s\n"
        "shop   1/2     Error     0          23s\n"
        "shop   2/2     Running   1 (0s ago)   23s\n"
        "shop   1/2     Error     1 (2s ago)   25s\n"
        "shop   1/2     CrashLoopBackOff   1 (10s ago)   35s\n"
        "shop   2/2     Running            2 (10s ago)   35s\n"
    )
    assert session.now == 40


def test_watch_of_what_follows_from_pods(session):
    session.kubectl("apply -f -", RS)
    session.advance(10)
    session.do(pl.delete("web[0]", at=12))
    watched = session.kubectl("get rs -w --request-timeout=10s").stdout.splitlines()
    assert [row.split()[2:4] for row in watched] == [["CURRENT", "READY"], ["2", "2"]]
    session.do(pl.node_down("node-1", at=30), pl.node_down("node-2", at=30))
    watched = session.kubectl("get nodes -w --request-timeout=70s").stdout.splitlines()
    assert [row.split()[:2] for row in watched] == [
        ["NAME", "STATUS"],
        ["node-1", "Ready"],
        ["node-2", "Ready"],
        ["node-1", "NotReady"],
        ["node-2", "NotReady"],
    ]
    assert session.now == 90


def test_kubectl_wait(session):
    session.kubectl("apply -f -", SHOP)
    assert session.kubectl("wait --for=condition=Ready pod/shop").stdout == "pod/shop condition met\n"
    assert session.now == 0
    session.kubectl("run once --image=busybox --restart=Never -- sleep 7")
    done = session.kubectl("wait --for=jsonpath='{.status.phase}'=Succeeded pod once --timeout=60s")
    assert (done.stdout, session.now) == ("pod/once condition met\n", 7)
    late = session.kubectl("wait --for=condition=Ready=false pod/shop --timeout=5s")
    assert (late.stdout, late.stderr, late.rc) == (
        "",
        "error: timed out waiting for the condition on pods/shop\n",
        1,
    )
    assert session.now == 12
    session.kubectl("delete pod shop --wait=false")
    assert session.kubectl("wait --for=delete pod/shop --timeout=1m").stdout == "pod/shop condition met\n"
    assert session.kubectl("wait --for=delete pod/shop").rc == 0


def test_logs_can_be_followed(session):
    session.kubectl("run talk --image=busybox --restart=Never -- sh -c 'for i in 1 2 3; do echo $i; sleep 10; done'")
    assert session.kubectl("logs -f talk").stdout == "1\n2\n3\n"
    assert session.now == 30
    session.kubectl("apply -f -", SHOP)
    session.kubectl("logs -f shop -c log --request-timeout=5s")
    assert session.now == 35


def test_logs_tell_at_once_what_a_program_says_at_this_instant(shop):
    shop.advance(5)
    before = shop.kubectl("logs shop -c web").stdout
    shop.kubectl('exec shop -c web -- sh -c "kill -HUP 1"')
    said = shop.kubectl("logs shop -c web").stdout.removeprefix(before)
    assert said == "2026/01/01 00:00:05 [notice] 1#1: signal 1 (SIGHUP) received, reconfiguring\n"


def test_events_can_be_watched(session):
    session.kubectl("apply -f -", SHOP)
    session.do(pl.kill("shop/web", at=5))
    watched = session.kubectl("events --for=pod/shop -w --request-timeout=10s").stdout.splitlines()
    assert watched[0].split() == ["LAST", "SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"]
    assert [row.split("  ")[0] for row in watched if "Started" in row] == ["0s", "0s", "0s (x2 over 5s)"]
    assert session.now == 10


# A Scenario of it


COMMANDS = (
    ("apply -f -", SHOP),
    ("apply -f -", SHOP.replace("{app: shop}", "{app: web}")),
    ("apply -f -", RS),
    ("scale rs web --replicas=1", ""),
    ("scale rs web --replicas=4", ""),
    ("delete pod shop", ""),
    ("delete pod shop --force", ""),
    ("delete rs web", ""),
    ("delete pods -l app=web --wait=false", ""),
    ("exec shop -c log -- sh -c 'sleep 1; echo x > /tmp/x'", ""),
    ("exec shop -c log -- sh -c 'kill -9 1'", ""),
    ("run once --image=busybox --restart=Never -- sh -c 'sleep 2; exit 1'", ""),
    ("get pods -w --request-timeout=3s", ""),
    ("label node node-1 a=b", ""),
)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.sampled_from(COMMANDS), st.sampled_from([0, 0.5, 1, 7, 20])), max_size=8),
    st.booleans(),
)
def test_the_scenario_of_a_session_tells_the_same_story(steps, recorded):
    timing = pl.Timing.recorded() if recorded else pl.Timing.ideal()
    session = pl.Session(world=pl.World(nodes=("node-1", "node-2")), timing=timing)
    for (command, stdin), pause in steps:
        session.kubectl(command, stdin)
        session.advance(pause)
    told = pl.run(session.scenario, until=session.now)
    assert told.changes == session.trace.changes
    assert told.events == session.trace.events
    assert told.runs == session.trace.runs
    assert told.objects == session.trace.objects


def test_a_scenario_with_typed_commands_can_be_saved(shop, tmp_path):
    shop.advance(5)
    (tmp_path / "rs.yaml").write_text(RS, encoding="utf-8")
    shop.kubectl(f"apply -f {tmp_path / 'rs.yaml'}")
    shop.kubectl("delete pod shop")
    (tmp_path / "rs.yaml").unlink()
    text = scenario_text(shop.scenario, until=shop.now)
    scenario, until = parse_scenario(text)
    assert scenario.steps == shop.scenario.steps
    assert pl.run(scenario, until=until).changes == shop.trace.changes
    assert shop.scenario.undo().steps == shop.scenario.steps[:-1]


def test_a_typed_command_that_fails_leaves_a_note():
    trace = pl.run(pl.load(SHOP).but(pl.typed("kubectl delete pod nope", at=3), pl.typed("delete pod shop", at=5)), 20)
    assert [(g.t, g.target, g.note) for g in trace.gestures] == [
        (3, "kubectl delete pod nope", 'Error from server (NotFound): pods "nope" not found'),
        (5, "delete pod shop", None),
    ]
    assert "typed delete pod shop" in str(pl.timeline(trace))
    assert trace.end.pods == {}


def test_a_typed_command_is_a_line():
    with pytest.raises(ValueError, match="typed: the command must be a line"):
        pl.typed("  ", at=3)
