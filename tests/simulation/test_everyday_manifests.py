"""Manifests as one finds them at work: what becomes of them, and what podlab says it leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

import podlab as pl

FOLDER = Path(__file__).parent / "everyday"

ROWS = [
    ("api-production.yaml", {20: ["1/1 Running 0"] * 3}),
    ("backup-cronjob.yaml", {2: ["1/1 Running 0"] * 2, 10: ["0/1 Completed 0", "1/1 Running 0"]}),
    ("dumped.yaml", {20: ["0/1 Pending 0"]}),
    ("flask.yaml", {20: ["2/2 Running 0"] * 2}),
    ("guestbook.yaml", {20: ["1/1 Running 0"] * 4}),
    ("istio-like.yaml", {1: ["1/3 Init:1/2 0"], 20: ["3/3 Running 0"]}),
    ("log-sidecar.yaml", {20: ["3/3 Running 0"]}),
    ("migrate-job.yaml", {5: ["1/1 Running 0"], 20: ["0/1 Completed 0"]}),
    ("nginx-config.yaml", {20: ["1/1 Running 0"] * 2}),
    ("postgres-statefulset.yaml", {20: ["1/1 Running 0"] * 2}),
    ("redis.yaml", {20: ["1/1 Running 0"]}),
    ("two-thousand-fourteen.json", {20: ["1/1 Running 0"]}),
    ("wordpress.yaml", {1: ["0/1 Running 0", "1/1 Running 0"], 20: ["1/1 Running 0"] * 2}),
]

NOT_SIMULATED = [
    (
        "api-production.yaml",
        """
Deployment prod/api               spec.template.spec.containers[0].securityContext.capabilities
Deployment prod/api               spec.template.spec.imagePullSecrets
Deployment prod/api               spec.template.spec.securityContext.seccompProfile
Deployment prod/api               spec.template.spec.serviceAccountName
Deployment prod/api               spec.template.spec.volumes[0].emptyDir.sizeLimit
HorizontalPodAutoscaler prod/api  all of it
ServiceAccount prod/api           all of it
NetworkPolicy prod/api            all of it
""",
    ),
    (
        "backup-cronjob.yaml",
        "\nDaemonSet monitoring/node-exporter  spec.template.spec.containers[0].volumeMounts[0].mountPropagation\n",
    ),
    ("flask.yaml", "\npodlab simulates all that these manifests say.\n"),
    (
        "guestbook.yaml",
        """
Service frontend   spec.type
Ingress guestbook  all of it
""",
    ),
    (
        "wordpress.yaml",
        """
PersistentVolumeClaim mysql-data       all of it
Service wordpress                      spec.type
PersistentVolumeClaim wordpress-files  all of it
""",
    ),
]


@pytest.mark.parametrize(("name", "rows"), [pytest.param(*row, id=row[0]) for row in ROWS])
def test_rows(name: str, rows: dict[float, list[str]]) -> None:
    trace = pl.run(FOLDER / name, until=30)
    for t, expected in rows.items():
        shown = [line for line in trace.at(t).get().splitlines() if not line.startswith(("NAME", "No "))]
        cells = [line.split() for line in shown]
        assert [" ".join(row[-4:-1]) for row in cells] == expected, t


@pytest.mark.parametrize(("name", "expected"), NOT_SIMULATED, ids=[name for name, _ in NOT_SIMULATED])
def test_what_is_not_simulated_is_listed(name: str, expected: str) -> None:
    assert pl.load(FOLDER / name).not_simulated == expected.lstrip("\n")


def test_every_manifest_is_used() -> None:
    assert {row[0] for row in ROWS} == {path.name for path in FOLDER.iterdir()}


def test_what_is_not_simulated_is_in_the_notes_too() -> None:
    notes = pl.run(FOLDER / "guestbook.yaml", until=1).notes
    assert "guestbook: the Ingress is kept, but podlab does not simulate it" in notes
    image = "registry.example.com/samples/gb-frontend:v5"
    assert any(f"podlab does not know what is in image {image}: a server stands in for it" in note for note in notes)


def test_a_pod_bound_to_a_node_that_is_not_there_says_so() -> None:
    (note,) = [note for note in pl.run(FOLDER / "dumped.yaml", until=1).notes if "nodeName" in note]
    assert note == (
        "web: spec.nodeName is worker-3, but the nodes here are node-1; leave spec.nodeName out, or make the node: "
        '.with_world(nodes=("worker-3",))'
    )
    there = pl.load(FOLDER / "dumped.yaml").with_world(nodes=("worker-3",))
    trace = pl.run(there, until=1)
    assert [note for note in trace.notes if "nodeName" in note] == []


def test_options_alone_are_for_the_server_of_the_image() -> None:
    (cache,) = [run for run in pl.run(FOLDER / "istio-like.yaml", until=30).runs if run.container == "cache"]
    assert (cache.n, cache.end) == (0, None)


@pytest.mark.parametrize("kept", ["", "StatefulSet", "Ingress"])
def test_mistakes_in_kinds_that_are_not_simulated_are_found(kept: str) -> None:
    name, old, new, message = {
        "": ("backup-cronjob.yaml", "schedule:", "schedul:", "line 6: spec.schedul: unknown field"),
        "StatefulSet": (
            "postgres-statefulset.yaml",
            "matchLabels: {app: postgres}",
            "matchLabels: {app: mysql}",
            "line 17: spec.template.metadata.labels: Invalid value",
        ),
        "Ingress": ("guestbook.yaml", "number: 80", 'number: "80"', "must be a whole number"),
    }[kept]
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text.count(old) == 1
    with pytest.raises(pl.ManifestError) as refused:
        pl.load(text.replace(old, new))
    assert message in str(refused.value)
    assert len(refused.value.faults) == (1 if kept else 2)  # the schedule is missing too


@pytest.mark.parametrize(
    ("version", "kind", "hint"),
    [
        ("extensions/v1beta1", "Ingress", "Write apiVersion: networking.k8s.io/v1."),
        ("apps/v1beta2", "StatefulSet", "Write apiVersion: apps/v1."),
        ("policy/v1beta1", "PodDisruptionBudget", "Write apiVersion: policy/v1."),
        ("apps/v1", "Statefulset", "Did you mean StatefulSet?"),
        ("cert-manager.io/v1", "Certificate", "It does nothing to a pod in podlab: leave this document out."),
        ("v1", "Meeting", "podlab runs ConfigMap"),
    ],
)
def test_a_kind_or_version_that_is_not_read(version: str, kind: str, hint: str) -> None:
    with pytest.raises(pl.ManifestError) as refused:
        pl.load({"apiVersion": version, "kind": kind, "metadata": {"name": "a"}})
    assert hint in str(refused.value)


def test_names_of_roles_may_have_colons() -> None:
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "system:a"}}
    assert pl.load(role | {"rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["pods"]}]}).objects
    with pytest.raises(pl.ManifestError, match="may not contain '/'"):
        pl.load(role | {"metadata": {"name": "a/b"}})


def test_pods_of_a_deployment_have_numbers() -> None:
    shop = pl.load(FOLDER / "nginx-config.yaml")
    first, second = pl.run(shop, until=1).pods
    trace = pl.run(shop.but(pl.kill("web[0]/nginx", at=5), pl.delete("web[1]", at=6)), until=60)
    assert [g.note for g in trace.gestures] == [None, None]
    assert [(r.pod, r.exit_code) for r in trace.runs if r.end is not None] == [(first, 137), (second, 0)]
    third = trace.pods[2]
    trace = pl.run(shop.but(pl.delete("web[1]", at=6), pl.delete("web[2]", at=20)), until=60)
    assert third in trace.pods
    assert third not in trace.end.pods


def test_an_owner_in_another_namespace_is_named_with_it() -> None:
    api = pl.load(FOLDER / "api-production.yaml")
    steps = pl.delete("prod/api[0]", at=20), pl.scale("prod/api", at=30, replicas=5), pl.delete("api[0]", at=40)
    trace = pl.run(api.but(*steps), until=100)
    assert [g.note for g in trace.gestures] == [None, None, "there is no pod 'api[0]' at this moment"]
    assert len(trace.end.pods) == 5


def test_an_image_of_ones_own_runs_whatever_command_the_manifest_has() -> None:
    def mine(proc):
        proc.print(*proc.argv)
        yield proc.sleep(5)
        return 3

    pod = """
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  restartPolicy: Never
  securityContext: {runAsNonRoot: true}
  containers:
  - {name: app, image: "example/api:1.4", command: [/app/server, --port=8080]}
  - {name: shell, image: "example/api:1.4", command: [sh, -c, "echo yes"]}
"""
    trace = pl.run(pl.load(pod).with_image("example/api", mine), until=10)
    assert [(line.container, line.text) for line in trace.logs] == [
        ("app", "/app/server --port=8080"),
        ("shell", "yes"),
    ]
    assert [(run.container, run.exit_code) for run in trace.runs] == [("app", 3), ("shell", 0)]
    assert trace.notes == ()
