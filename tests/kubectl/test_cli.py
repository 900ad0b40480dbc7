"""kubectl's commands at work on a cluster that only stores."""

from datetime import timedelta

import pytest
import yaml
from kubectl_fake import NOW, FakeApi, pod
from lightkube.models.core_v1 import Pod

from podlab.api.decode import decode_object
from podlab.kubectl.call import Result
from podlab.kubectl.cli import Kubectl
from podlab.kubectl.store import Change

RS = {
    "apiVersion": "apps/v1",
    "kind": "ReplicaSet",
    "metadata": {"name": "web", "uid": "uid-rs", "creationTimestamp": "2025-12-31T23:00:00Z"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}},
    },
    "status": {"replicas": 2, "readyReplicas": 1},
}
NODE = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "node-1", "creationTimestamp": "2025-12-31T00:00:00Z"},
    "status": {"nodeInfo": None, "conditions": [{"type": "Ready", "status": "True"}]},
}
EVENT = {
    "apiVersion": "v1",
    "kind": "Event",
    "metadata": {"name": "web.1", "namespace": "default"},
    "involvedObject": {"kind": "Pod", "name": "web", "namespace": "default", "fieldPath": "spec.containers{web}"},
    "type": "Warning",
    "reason": "BackOff",
    "message": "Back-off restarting failed container",
    "source": {"component": "kubelet", "host": "node-1"},
    "count": 3,
    "firstTimestamp": "2025-12-31T23:59:00Z",
    "lastTimestamp": "2025-12-31T23:59:50Z",
}


@pytest.fixture
def api():
    return FakeApi(
        pod("web", labels={"app": "web"}, containers=("web", "log")),
        pod("db", labels={"app": "db"}, phase="Pending", node=None),
        pod("dns", namespace="kube-system"),
        RS,
        NODE,
        EVENT,
        logs={("web", "web"): ["one", "two", "three"], ("web", "log"): ["hello"], ("web", "web", "previous"): ["old"]},
    )


@pytest.fixture
def kubectl(api):
    return Kubectl(api)


@pytest.mark.parametrize(
    ("command", "stdout"),
    [
        pytest.param(
            "get pods",
            "NAME   READY   STATUS    RESTARTS   AGE\n"
            "db     0/1     Pending   0          60s\n"
            "web    0/2     Running   0          60s\n",
            id="in the order of names",
        ),
        pytest.param(
            "-n kube-system get po --no-headers", "dns   0/1   Running   0     60s\n", id="a flag before the command"
        ),
        pytest.param(
            "get pods -A -L app",
            "NAMESPACE     NAME   READY   STATUS    RESTARTS   AGE   APP\n"
            "default       db     0/1     Pending   0          60s   db\n"
            "default       web    0/2     Running   0          60s   web\n"
            "kube-system   dns    0/1     Running   0          60s   \n",
            id="everywhere, with a label",
        ),
        pytest.param(
            "get rs,pods -l app=web",
            "NAME      READY   STATUS    RESTARTS   AGE\npod/web   0/2     Running   0          60s\n",
            id="two kinds, objects of one",
        ),
        pytest.param(
            "get pod/web rs/web",
            "NAME      READY   STATUS    RESTARTS   AGE\n"
            "pod/web   0/2     Running   0          60s\n"
            "\n"
            "NAME                  DESIRED   CURRENT   READY   AGE\n"
            "replicaset.apps/web   2         2         1       60m\n",
            id="two kinds, a table each",
        ),
        pytest.param(
            "get rs -o wide",
            "NAME   DESIRED   CURRENT   READY   AGE   CONTAINERS   IMAGES   SELECTOR\n"
            "web    2         2         1       60m   c            nginx    app=web\n",
            id="wide",
        ),
        pytest.param(
            "get pods --sort-by=.status.phase --no-headers",
            "db    0/1   Pending   0     60s\nweb   0/2   Running   0     60s\n",
            id="sorted",
        ),
        pytest.param("get pods --field-selector=status.phase=Pending -o name", "pod/db\n", id="by a field"),
        pytest.param("get pods web --show-kind --no-headers", "pod/web   0/2   Running   0     60s\n", id="show kind"),
        pytest.param("get pod web nope --ignore-not-found -o name", "pod/web\n", id="never mind"),
        pytest.param(
            "get events",
            "LAST SEEN   TYPE      REASON    OBJECT    MESSAGE\n"
            "10s         Warning   BackOff   pod/web   Back-off restarting failed container\n",
            id="events",
        ),
        pytest.param(
            "get ev -o wide",
            "LAST SEEN   TYPE      REASON    OBJECT    SUBOBJECT              SOURCE            MESSAGE"
            "                                FIRST SEEN   COUNT   NAME\n"
            "10s         Warning   BackOff   pod/web   spec.containers{web}   kubelet, node-1   "
            "Back-off restarting failed container   60s          3       web.1\n",
            id="events wide",
        ),
        pytest.param(
            "events --for pod/web",
            "LAST SEEN           TYPE      REASON    OBJECT    MESSAGE\n"
            "10s (x3 over 60s)   Warning   BackOff   Pod/web   Back-off restarting failed container\n",
            id="kubectl events",
        ),
        pytest.param("logs web -c web", "one\ntwo\nthree\n", id="logs"),
        pytest.param("logs pod/web -c web --tail 1", "three\n", id="the last line"),
        pytest.param("logs web -c web -p", "old\n", id="the run before"),
        pytest.param(
            "logs web --all-containers --prefix --tail=1",
            "[pod/web/web] three\n[pod/web/log] hello\n",
            id="all containers",
        ),
        pytest.param("logs web -c log --timestamps", "2026-01-01T00:00:00.000000000Z hello\n", id="with times"),
        pytest.param("exec web -c log -i -- cat -", "cat -\nthe input", id="exec"),
        pytest.param("delete pod web db", 'pod "web" deleted\npod "db" deleted\n', id="delete by name"),
        pytest.param("delete rs/web", 'replicaset.apps "web" deleted\n', id="delete by type and name"),
        pytest.param("delete pods -l app=db --dry-run=client", 'pod "db" deleted (dry run)\n', id="delete by label"),
        pytest.param("delete pods -l app=nope", "No resources found\n", id="nothing to delete"),
        pytest.param("label pod web tier=front", "pod/web labeled\n", id="label"),
        pytest.param("label pod web app-", "pod/web unlabeled\n", id="remove a label"),
        pytest.param("label pod web app=web", "pod/web not labeled\n", id="label as it is"),
        pytest.param("label pod web nope-", 'label "nope" not found.\npod/web not labeled\n', id="no such label"),
        pytest.param("label pods --all x=y", "pod/db labeled\npod/web labeled\n", id="label all"),
        pytest.param("label pod web --list", "app=web\n", id="list labels"),
        pytest.param("label pod web app=x --overwrite -o name", "pod/web\n", id="overwrite a label"),
        pytest.param("scale rs web --replicas=3", "replicaset.apps/web scaled\n", id="scale"),
        pytest.param("run x --image=nginx", "pod/x created\n", id="run"),
        pytest.param("run x --image=nginx --dry-run=server -o name", "pod/x\n", id="run dry"),
        pytest.param("describe node nope", "", id="nothing to describe"),
    ],
)
def test_commands(kubectl, command, stdout):
    assert kubectl.run(command, "the input").stdout == stdout


@pytest.mark.parametrize(
    ("command", "stderr"),
    [
        ("get pods -n nowhere", "No resources found in nowhere namespace.\n"),
        ("get pods -A -l a=b", "No resources found\n"),
        ("get namespaces", "No resources found\n"),
        ("describe pods -l a=b", "No resources found in default namespace.\n"),
        ("events -n nowhere", "No events found in nowhere namespace.\n"),
        ("get pods -l a=b -o name", ""),
        ("get pod nope --ignore-not-found", ""),
        (
            "get endpoints",
            "Warning: v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice\n"
            "No resources found in default namespace.\n",
        ),
        ("logs web", 'Defaulted container "web" out of: web, log\n'),
        (
            "delete pod web --force",
            "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. "
            "The resource may continue to run on the cluster indefinitely.\n",
        ),
    ],
)
def test_remarks(kubectl, command, stderr):
    result = kubectl.run(command)
    assert (result.stderr, result.rc) == (stderr, 0)


def test_what_is_there_is_shown_before_what_is_not(kubectl):
    result = kubectl.run("get pod web nope neither -o name")
    assert result == Result(
        "pod/web\n",
        'Error from server (NotFound): pods "nope" not found\nError from server (NotFound): pods "neither" not found\n',
        1,
    )


@pytest.mark.parametrize(
    ("flags", "grace", "wait"),
    [
        ("", None, True),
        ("--grace-period=5", 5, True),
        ("--grace-period=0", 1, True),
        ("--now", 1, True),
        ("--timeout=5s", None, 5.0),
        ("--force", 0, False),
        ("--grace-period=0 --force", 0, False),
        ("--wait=false", None, False),
    ],
)
def test_how_a_pod_is_deleted(api, flags, grace, wait):
    Kubectl(api).run(f"delete pod web {flags}")
    waited = [("wait", 600.0 if wait is True else wait)] if wait else []
    assert api.calls == [("delete", "pods", "default", "web", grace), *waited]


def test_all_are_deleted_before_one_is_waited_for(api):
    Kubectl(api).run("delete pod web db")
    assert [call[0] for call in api.calls] == ["delete", "delete", "wait", "wait"]


def test_what_does_not_go_is_said(api):
    api.delete = lambda *args, **options: None
    result = Kubectl(api).run("delete pod web db --timeout=1s")
    assert (result.stdout, result.rc) == ('pod "web" deleted\npod "db" deleted\n', 1)
    assert result.stderr == "".join(
        f"error: timed out waiting for the condition on pods/{name}\n" for name in ("web", "db")
    )


def test_warnings_of_the_server_come_before_errors(api):
    api.warned = ["metadata.name: this is used in the Pod's hostname"]
    result = Kubectl(api).run("get pod nope")
    assert result.stderr == (
        "Warning: metadata.name: this is used in the Pod's hostname\n"
        'Error from server (NotFound): pods "nope" not found\n'
    )


def test_exit_code_of_exec(kubectl):
    assert kubectl.run("exec web -c web -- false") == Result("", "command terminated with exit code 1\n", 1)


def test_stdin_goes_to_the_container_only_when_asked(api):
    Kubectl(api).run("exec web -c web -- sh -c 'a b'", "input")
    assert api.calls == [("exec", "default", "web", "web", ["sh", "-c", "a b"], "")]


def test_scale_asks_the_cluster(api):
    Kubectl(api).run("scale rs/web --replicas 0 --current-replicas=2")
    assert api.calls == [("scale", "replicasets", "default", "web", 0)]
    result = Kubectl(api).run("scale rs/web --replicas 0 --current-replicas=5")
    assert result.stderr == "error: Expected replicas to be 5, was 2\n"


def test_watch_replays_the_changes(api):
    def web(status, second, **more):
        data = pod("web", labels={"app": "web"}, containers=("web", "log"), **more)
        data["status"]["phase"] = status
        return Change(NOW + timedelta(seconds=second), decode_object(Pod, data))

    other = Change(NOW, decode_object(Pod, pod("other")))
    api.changes = [web("Failed", 5), other, Change(web("Succeeded", 70).now, web("Succeeded", 70).object, deleted=True)]
    result = Kubectl(api).run("get pod web -w --request-timeout=1m30s")
    assert result.stdout == (
        "NAME   READY   STATUS    RESTARTS   AGE\n"
        "web    0/2     Running   0          60s\n"
        "web    0/2     Failed    0          65s\n"
        "web    0/2     Succeeded   0          2m10s\n"
    )
    assert api.calls == [("watch", "pods", "default", 90.0)]
    result = Kubectl(api).run("get pods --watch-only --no-headers -l app=web -A")
    assert result.stdout.splitlines()[0] == "default   web   0/2   Failed   0     65s"


def test_watch_prints_headers_with_the_first_row():
    api = FakeApi(changes=[Change(NOW, decode_object(Pod, pod("web")))])
    assert Kubectl(api).run("get pods -w").stdout.startswith("NAME   READY   STATUS    RESTARTS   AGE\nweb ")
    assert Kubectl(FakeApi()).run("get pods -w") == Result()


SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec: {restartPolicy: Always, containers: [{name: web, image: nginx}]}
"""


def test_create_and_apply(api):
    kubectl = Kubectl(api, namespace="play")
    assert kubectl.run("create -f -", SHOP + "---\n" + SHOP.replace("shop", "bar")).stdout == (
        "pod/shop created\npod/bar created\n"
    )
    assert kubectl.run("create -f -", SHOP) == Result(
        "", 'Error from server (AlreadyExists): error when creating "STDIN": pods "shop" already exists\n', 1
    )
    first = kubectl.run("apply -f -", SHOP)
    assert (first.stdout, first.rc) == ("pod/shop configured\n", 0)
    assert first.stderr.startswith("Warning: resource pods/shop is missing the kubectl.kubernetes.io/last-applied-con")
    assert kubectl.run("apply -f -", SHOP) == Result("pod/shop unchanged\n")
    assert kubectl.run("apply -f -", SHOP.replace("nginx", "busybox")) == Result("pod/shop configured\n")
    refused = kubectl.run("apply -f -", SHOP.replace("Always", "Never"))
    assert refused == Result("", 'The Pod "shop" is invalid: spec: Forbidden: pod updates may not change fields\n', 1)
    assert kubectl.run("apply --dry-run=client -f - -o name", SHOP.replace("nginx", "redis")) == Result("pod/shop\n")
    shop = api.get("pods", "play", "shop")
    assert shop.spec.containers[0].image == "busybox"
    assert '"namespace":"play"' in shop.metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]


def test_a_label_that_was_applied_is_removed_and_another_stays(api):
    kubectl = Kubectl(api)
    kubectl.run("apply -f -", SHOP)
    kubectl.run("label pod shop color=red")
    kubectl.run("apply -f -", SHOP.replace("labels: {app: shop}", "labels: {}"))
    assert api.get("pods", "default", "shop").metadata.labels == {"color": "red"}


def test_files(api):
    files = {"shop.yaml": SHOP}

    def read(name):
        if name not in files:
            raise FileNotFoundError(name)
        return files[name]

    kubectl = Kubectl(api, read_file=read)
    assert kubectl.run("apply -f shop.yaml").stdout == "pod/shop created\n"
    assert kubectl.run("get -f shop.yaml -o name").stdout == "pod/shop\n"
    assert kubectl.run("delete -f shop.yaml").stdout == 'pod "shop" deleted\n'
    assert kubectl.run("apply -f shop.yml").stderr == 'error: the path "shop.yml" does not exist\n'


def test_a_list_is_its_items(api):
    items = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [yaml.safe_load(SHOP)]})
    assert Kubectl(api).run("create -f -", items).stdout == "pod/shop created\n"


def test_run_makes_a_pod():
    result = Kubectl(FakeApi()).run(
        "run x --image=busybox --dry-run=client -o yaml --restart=OnFailure --env=A=b --port=80 -l a=b,c=d "
        "--command -- sh -c 'exit 2'"
    )
    made = yaml.safe_load(result.stdout)
    assert made["metadata"] == {"creationTimestamp": None, "labels": {"a": "b", "c": "d"}, "name": "x"}
    assert made["spec"]["restartPolicy"] == "OnFailure"
    assert made["spec"]["containers"] == [
        {
            "command": ["sh", "-c", "exit 2"],
            "env": [{"name": "A", "value": "b"}],
            "image": "busybox",
            "name": "x",
            "ports": [{"containerPort": 80}],
            "resources": {},
        }
    ]


def test_a_result_reads_like_a_terminal():
    result = Kubectl(FakeApi()).run("get podz")
    assert str(result) == 'error: the server doesn\'t have a resource type "podz"\n(Did you mean pods?)\n'
