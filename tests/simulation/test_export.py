"""A scenario for a real cluster: the manifest that kubectl takes, and the gestures as commands."""

from __future__ import annotations

import copy
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import podlab as pl
from podlab import actions as interventions
from podlab.api.manifest_text import manifest_text
from podlab.core.engine.action import Action
from podlab.formats.export import exported
from tests.simulation.strategies import pods, scenarios

EVERYDAY = sorted((Path(__file__).parent / "everyday").iterdir())
REORDERED = {"log-sidecar.yaml", "migrate-job.yaml", "api-production.yaml"}
"""What the API must have first stands behind what needs it."""

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx, readinessProbe: {tcpSocket: {port: 80}}, resources: {limits: {memory: 64Mi}}}
"""

THREE = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: prod}
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
    matchExpressions:
    - {key: tier, operator: In, values: [front, edge]}
    - {key: debug, operator: DoesNotExist}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec: {containers: [{name: nginx, image: nginx}]}
"""


def commands(runbook: str) -> list[str]:
    """What the script does once all is set up: its lines without comments and helpers."""
    after = runbook.partition("kubectl apply")[2].splitlines()[1:]
    skip = {"begin=$(date +%s)", "}"}
    return [x for x in after if x.strip() and not x.startswith(("#", "  ", "at()")) and x not in skip]


@pytest.mark.parametrize("path", EVERYDAY, ids=lambda path: path.stem)
def test_an_everyday_manifest_comes_back_the_same(path: Path) -> None:
    scenario = pl.load(path)
    again = pl.load(pl.export(scenario).manifest)
    assert list(again.objects) == exported(scenario.objects)
    if path.name != "dumped.yaml":
        assert sorted(map(repr, again.objects)) == sorted(map(repr, scenario.objects))
    if path.name not in REORDERED | {"dumped.yaml"}:
        assert again.objects == scenario.objects
    assert pl.export(again).manifest == pl.export(scenario).manifest


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(pods())
def test_a_random_pod_comes_back_the_same(manifest: dict[str, object]) -> None:
    scenario = pl.load(manifest)
    assert pl.load(pl.export(scenario).manifest).objects == scenario.objects


ODD = ["y", "on", "0o17", "017", "1_000", "1e3", "0x1F", ".5", "=", "~", "null", "- a", "a: b", "a #b", "2024-01-01"]


@settings(max_examples=300)
@given(st.text(min_size=1) | st.sampled_from(ODD) | st.text("\t ab:#-|>\n\\\"'é\u2028\x85\ufeff\U0001f600", min_size=1))
@example("\tindented\n\tby tabs\n")
@example("ends in blanks  \n  \nand a last line")
@example(" begins with a blank\nand goes on\n")
@example("a\n\n\n")
@example("a\n ")
@example("\n")
def test_any_text_comes_back_the_same(text: str) -> None:
    text = text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace") or "x"
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"file": text, "y": "n"}}
    (written,) = pl.load(config).objects
    (read,) = pl.load(manifest_text([written])).objects
    assert read.data == written.data == {"file": text, "y": "n"}


def test_scripts_stay_legible() -> None:
    script = "if true; then\n\techo yes  \nfi\n"
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"}, "data": {"run.sh": script}}
    assert "  run.sh: |\n    if true; then\n    \techo yes  \n    fi\n" in pl.export(config).manifest


def test_nothing_is_filled_in() -> None:
    assert pl.export("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {containers: [{name: b, image: c}]}}\n") \
        .manifest == """# Written by podlab; comments of the original are not kept.
apiVersion: v1
kind: Pod
metadata:
  name: a
spec:
  containers:
  - name: b
    image: c
"""  # fmt: skip


def test_nothing_that_a_cluster_wrote_is_left() -> None:
    (dumped,) = [path for path in EVERYDAY if path.name == "dumped.yaml"]
    text = pl.export(dumped).manifest
    for word in ("status", "uid", "resourceVersion", "creationTimestamp", "last-applied", "nodeName", "podIP"):
        assert word not in text
    assert "labels:\n    app: web\n" in text


def test_what_a_cluster_chose_is_kept_where_a_person_wrote_it() -> None:
    pod = SHOP.replace("spec:", "spec:\n  nodeName: worker-3")
    assert "nodeName: worker-3" in pl.export(pod).manifest
    spec = "spec: {{clusterIP: {}, ports: [{{port: 80}}]}}"
    service = f"{{{{apiVersion: v1, kind: Service, metadata: {{{{name: a{{}}}}}}, {spec}}}}}\n"
    assert "clusterIP: 10.96.0.7" in pl.export(service.format("", "10.96.0.7")).manifest
    assert "clusterIP" not in pl.export(service.format(", uid: x", "10.96.0.7")).manifest
    assert "clusterIP: None" in pl.export(service.format(", uid: x", "None")).manifest


def test_the_form_of_2014_becomes_todays() -> None:
    (old,) = [path for path in EVERYDAY if path.name == "two-thousand-fourteen.json"]
    text = pl.export(old).manifest
    assert text.splitlines()[1:3] == ["apiVersion: v1", "kind: Pod"]
    assert "v1beta1" not in text
    assert "        cpu: 500m\n" in text


def test_a_policy_of_the_scenario_is_in_the_manifest() -> None:
    scenario = pl.load(SHOP).but(pl.restart_policy("shop", "Never"))
    export = pl.export(scenario)
    assert "  restartPolicy: Never\n" in export.manifest
    assert "# The restartPolicy of pod shop is Never by a step of the scenario.\n" in export.manifest
    assert pl.load(export.manifest).objects == scenario.created()


def test_nodes_are_left_out_and_said_so() -> None:
    named = "{name: big, labels: {disk: ssd}}, spec: {taints: [{key: a, effect: NoSchedule}]}"
    node = f"{{apiVersion: v1, kind: Node, metadata: {named}}}"
    export = pl.export(pl.load([node, SHOP]))
    assert "kind: Node" not in export.manifest
    assert "# Left out: Node big." in export.manifest
    assert 'node_big=big\nkubectl label node "$node_big" --overwrite disk=ssd\n' in export.runbook
    assert 'kubectl taint node "$node_big" a:NoSchedule\n' in export.runbook


def test_what_the_api_needs_first_comes_first() -> None:
    (found,) = [path for path in EVERYDAY if path.name == "log-sidecar.yaml"]
    kinds = [line for line in pl.export(found).manifest.splitlines() if line.startswith("kind:")]
    assert kinds == ["kind: Namespace", "kind: Pod", "kind: ConfigMap"]
    assert "create namespace" not in pl.export(found).runbook
    assert "kubectl create namespace prod\nkubectl apply -f web.yaml\n" in pl.export(THREE).runbook


def test_kubectl_of_a_simulated_cluster_takes_it_unchanged() -> None:
    (found,) = [path for path in EVERYDAY if path.name == "nginx-config.yaml"]
    session = pl.Session()
    done = session.kubectl("apply -f -", stdin=pl.export(found).manifest)
    assert done.stdout.splitlines() == [
        "configmap/nginx-conf created",
        "configmap/pages created",
        "deployment.apps/web created",
        "service/web created",
    ]


def test_a_pod_without_a_name_is_created_not_applied() -> None:
    export = pl.export(SHOP.replace("name: shop", "generateName: shop-"))
    assert "kubectl create -f manifest.yaml\n" in export.runbook
    assert "`kubectl apply` refuses that" in export.manifest


def test_it_says_what_ran_as_a_program_of_the_notebook() -> None:
    def mine(proc):
        yield proc.sleep(5)

    text = pl.export(pl.load(SHOP).with_image("example/own", mine)).manifest
    assert "# In podlab a Python program stood in for example/own.\n" in text


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (pl.Scenario(()), "export: there is nothing to apply"),
        ("{apiVersion: v1, kind: Node, metadata: {name: a}}\n", "export: there is nothing to apply"),
        ("{apiVersion: v1, kind: Pod, metadata: {name: a}, spec: {container: []}}\n", "Did you mean containers?"),
    ],
)
def test_what_cannot_be_exported(source: object, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("?", r"\?")):
        pl.export(source)


def test_it_is_saved_as_two_files(tmp_path: Path) -> None:
    export = pl.export(pl.load(SHOP).but(pl.kill("shop/web", at=20)))
    manifest, script = export.save(tmp_path)
    assert (manifest.name, script.name) == ("shop.yaml", "shop.sh")
    assert pl.load(manifest).objects == pl.load(SHOP).objects
    assert script.read_text(encoding="utf-8") == export.runbook
    assert f"==> shop.yaml <==\n{export.manifest}" in repr(export)


def test_nothing_of_the_learners_is_overwritten_unasked(tmp_path: Path) -> None:
    (tmp_path / "shop.sh").write_text("mine")
    with pytest.raises(ValueError, match=r"folder: there is a file '.*shop.sh' already; .* add overwrite=True"):
        pl.export(SHOP).save(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["shop.sh"]
    assert (tmp_path / "shop.sh").read_text() == "mine"
    pl.export(SHOP).save(tmp_path, overwrite=True)
    assert (tmp_path / "shop.sh").read_text() != "mine"


@pytest.mark.parametrize("name", ["../out", "/etc/out", "..", ".hidden", "a:b", "a\\b", "\0", ""])
def test_the_files_never_leave_the_folder(name: str, tmp_path: Path) -> None:
    pod = copy.deepcopy(pl.load(SHOP).objects[0])
    pod.metadata.name = name
    home = tmp_path / "home"
    home.mkdir()
    written = pl.export(pl.Scenario((pod,))).save(home)
    assert [path.resolve().parent for path in written] == [home.resolve()] * 2
    assert sorted(home.iterdir()) == sorted(written)
    assert not any(path.name.startswith(".") for path in written)


def test_where_it_cannot_be_saved(tmp_path: Path) -> None:
    export = pl.export(SHOP)
    with pytest.raises(ValueError, match=r"folder: there is no folder '.*nowhere'; make it first"):
        export.save(tmp_path / "nowhere")
    (tmp_path / "shop.yaml").mkdir()
    with pytest.raises(ValueError, match=r"folder: .*shop.yaml' cannot be written: "):
        export.save(tmp_path)


RAW_DELETE = "printf %s '{}' | kubectl delete --raw /api/v1/namespaces/default/pods/shop -f -"
GESTURES: list[tuple[Action, list[str]]] = [
    (pl.kill("shop/web", 20), ["kill_main KILL web shop"]),
    (pl.kill("shop/web", 20, "TERM"), ["kill_main TERM web shop"]),
    (pl.kill_sandbox("shop", 20), ["kill_pause shop"]),
    (pl.delete("shop", 20), ["kubectl delete pod shop --wait=false"]),
    (pl.delete("shop", 20, 5), ["kubectl delete pod shop --wait=false --grace-period=5"]),
    (pl.delete("shop", 20, 0), ["kubectl delete pod shop --wait=false --grace-period=0 --force"]),
    (
        pl.set_condition("shop", 20, "example.com/ok"),
        [
            "kubectl patch pod shop --subresource=status -p "
            '\'{"status":{"conditions":[{"type":"example.com/ok","status":"True"}]}}\''
        ],
    ),
    (pl.node_down("node-1", 20), ["on_node \"$node_1\" 'systemctl stop kubelet'"]),
    (pl.node_up("node-1", 20), []),
    (pl.delete_node("node-1", 20), ['kubectl delete node "$node_1"']),
    (pl.drain("node-1", 20), ['kubectl drain "$node_1" --force --ignore-daemonsets --delete-emptydir-data &']),
    (pl.evict("shop", 20), []),
    (pl.fail_probe("shop/web", 20), []),
    (pl.recover_probe("shop/web", 20), []),
    (pl.fill_memory("shop/web", 20), ["kubectl exec shop -c web -- tail /dev/zero"]),
    (pl.scale("web", 20, 4), ["kubectl scale deployment web -n prod --replicas=4"]),
    (pl.typed("kubectl label pod shop a=b", 20), ["kubectl label pod shop a=b"]),
    (pl.typed("label pod shop a=b", 20), ["kubectl label pod shop a=b"]),
    (interventions.requested("DELETE /api/v1/namespaces/default/pods/shop", 20), [RAW_DELETE]),
    (interventions.requested("PATCH /api/v1/namespaces/default/pods/shop", 20, "{}"), []),
]


def test_every_gesture_is_in_the_list() -> None:
    known = {x for x in vars(interventions).values() if isinstance(x, type) and issubclass(x, Action)}
    assert {type(gesture) for gesture, _ in GESTURES} == known - {Action}


@pytest.mark.parametrize(("gesture", "wanted"), GESTURES, ids=lambda value: getattr(value, "verb", ""))
def test_a_gesture_as_a_command(gesture: Action, wanted: list[str]) -> None:
    runbook = pl.export(pl.load([SHOP, THREE]).but(gesture)).runbook
    assert commands(runbook) == ["at 20", *wanted]
    line = runbook.splitlines().index(f"# {gesture.code()}")
    if not wanted:  # then it is said why there is none
        assert runbook.splitlines()[line + 1].startswith("#   ")


def test_a_gesture_that_does_nothing_says_so() -> None:
    runbook = pl.export(pl.load(SHOP).but(pl.kill("nobody/web", at=20), pl.node_up("node-1", at=30))).runbook
    assert "#   did nothing in podlab: there is no pod 'nobody' at this moment" in runbook
    assert "#   did nothing in podlab: the kubelet of 'node-1' runs already" in runbook
    assert commands(runbook) == ["at 20", "at 30"]


def test_pods_of_a_controller_are_looked_up_by_its_selector() -> None:
    scenario = pl.load(THREE)
    made = pl.run(scenario, until=1).pods[1]
    scenario = scenario.but(pl.delete("prod/web[0]", at=5, grace_period=0), pl.kill(f"{made}/nginx", at=9))
    runbook = pl.export(scenario).runbook
    look = "pod=$(pod_of 0 -l 'app=web,tier in (front,edge),!debug' -n prod)"
    assert commands(runbook) == [
        "at 5",
        look,
        'kubectl delete pod "$pod" -n prod --wait=false --grace-period=0 --force',
        "at 9",
        look,  # the first is gone, so the second is now the oldest
        'kill_main KILL nginx "$pod" -n prod',
    ]


def test_two_gestures_of_one_second_wait_once() -> None:
    scenario = pl.load(SHOP).but(pl.kill("shop/web", at=20), pl.kill("shop/web", at=20.2), pl.kill("shop/web", at=31))
    assert [line for line in commands(pl.export(scenario).runbook) if line.startswith("at ")] == ["at 20", "at 31"]


def test_what_was_piped_into_a_command_is_piped_in() -> None:
    config = '{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {a: "begin\nEND\nof text"}}'
    runbook = pl.export(pl.load(SHOP).but(pl.typed("kubectl create -f -", at=20, stdin=config))).runbook
    assert f"kubectl create -f - << 'END_'\n{config}\nEND_\n" in runbook


FAKES = {
    "kubectl": 'echo "kubectl $*" >> "$LOG"\n'
    'case "$*" in *nodeName*) echo "machine-7 1234-uid";; *items*) echo web-x1;; esac\n',
    "docker": 'echo "docker $*" >> "$LOG"\nPATH="$FAKES:$PATH" sh\n',
    "crictl": 'echo "crictl $*" >> "$LOG"\ncase "$1" in ps|pods) echo abc;; *) echo 999999999;; esac\n',
    "systemctl": 'echo "systemctl $*" >> "$LOG"\n',
    "sleep": "exit 0\n",
}


def ran(runbook: str, folder: Path) -> list[str]:
    """What the script calls, in a shell of its own where every tool only writes down how it was called."""
    for name, text in FAKES.items():
        tool = folder / name
        tool.write_text(f"#!/bin/sh\n{text}")
        tool.chmod(0o755)
    log = folder / "log"
    shell = shutil.which("sh")
    assert shell is not None
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "LOG": str(log), "FAKES": str(folder)}
    done = subprocess.run([shell, "-s"], input=runbook, env=environment, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return log.read_text().splitlines()


def test_the_script_runs(tmp_path: Path) -> None:
    scenario = pl.load(THREE).but(
        pl.kill("prod/web[0]/nginx", at=1, signal="SIGTERM"),
        pl.kill_sandbox("prod/web[0]", at=2),
        pl.node_down("node-1", at=3),
        pl.scale("prod/web", at=4, replicas=5),
    )
    called = ran(pl.export(scenario).runbook, tmp_path)
    label = "--label io.kubernetes.pod.uid=1234-uid"
    template = "--output go-template --template {{.info.pid}}"
    assert [line for line in called if not line.startswith("kubectl get")] == [
        "kubectl create namespace prod",
        "kubectl apply -f web.yaml",
        "docker exec -i machine-7 sh",
        f"crictl ps --quiet {label} --label io.kubernetes.container.name=nginx",
        f"crictl inspect {template} abc",
        "docker exec -i machine-7 sh",
        f"crictl pods --quiet --state ready {label}",
        f"crictl inspectp {template} abc",
        "docker exec -i node-1 sh",
        "systemctl stop kubelet",
        "kubectl scale deployment web -n prod --replicas=5",
    ]
    selector = "-l app=web,tier in (front,edge),!debug -n prod"
    by_age = "--sort-by=.metadata.creationTimestamp -o jsonpath={.items[0].metadata.name}"
    assert called[2] == f"kubectl get pods {selector} {by_age}"
    assert called[3].startswith("kubectl get pod web-x1 -n prod -o jsonpath=")


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(scenarios())
def test_every_script_is_right_shell(scenario: pl.Scenario) -> None:
    done = subprocess.run(["sh", "-n"], input=pl.export(scenario).runbook, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_gesture_after_a_month_is_exported_at_once_and_what_was_not_tried_is_said():
    pod = (
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - name: c\n    image: busybox\n"
        "    command: [sh, -c, 'while true; do sleep 1; done']\n"
        "    readinessProbe: {exec: {command: ['true']}, periodSeconds: 1}\n"
    )
    script = str(pl.export(pl.load(pod).but(pl.kill("p/nope", 5), pl.delete("p", 1e6))).runbook)
    assert "#   did nothing in podlab: pod 'p' has no container 'nope'; it has c\n" in script
    tried, _, rest = script.partition("# podlab tried this only up to ")
    assert "at 5\n" in tried
    assert "at 1000000\n# delete('p', at=1000000)\nkubectl delete pod p --wait=false\n" in rest
