"""Whose each field of a Pod is, none forgotten; and the form of 2014 beside today's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lightkube.models.core_v1 import Container, ContainerPort, EphemeralContainer, Pod, PodSpec
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api import decode_object, encode, load_objects
from podlab.api.field_types import LATER_FIELDS
from podlab.course.exhibits.field_owners import INSIDE, MACHINE, OWNERS, PROGRAM
from podlab.course.exhibits.fields import fields
from podlab.course.exhibits.fields_text import description, fields_text, forms_text
from podlab.course.exhibits.forms import both_forms
from podlab.kubectl.fielddocs import field_docs

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop, labels: {app: shop}}
spec:
  restartPolicy: OnFailure
  nodeSelector: {disk: ssd}
  volumes: [{name: data, emptyDir: {}}]
  containers:
  - name: web
    image: nginx:1.27
    command: [sh, -c, "sleep 5; exit 1"]
    args: ["5"]
    env: [{name: A, value: "yes"}]
    imagePullPolicy: IfNotPresent
    ports: [{containerPort: 80, hostPort: 8080}]
    resources: {limits: {cpu: 500m, memory: 64Mi}}
    volumeMounts: [{name: data, mountPath: /data}]
    securityContext: {privileged: true}
  - name: log
    image: busybox
"""
LATER = """
  initContainers: [{name: first, image: busybox}]
  hostAliases: [{ip: 10.0.0.1, hostnames: [db]}]
"""


def named(source) -> dict:
    return {node.path: node for node in fields(source)}


def fields_of(model) -> set[str]:
    return {name for name in model.__struct_encode_fields__ if f"{model.__name__}.{name}" not in LATER_FIELDS}


@pytest.mark.parametrize("model", [Pod, ObjectMeta, PodSpec, EphemeralContainer])
def test_no_field_is_forgotten_and_none_is_made_up(model):
    assert set(OWNERS[model.__name__]) == fields_of(model)


def test_no_field_of_a_container_is_forgotten():
    assert set(OWNERS["Container"]) - {"targetContainerName"} == fields_of(Container)
    assert set(INSIDE["ContainerPort"]) < fields_of(ContainerPort)


def test_every_owner_says_whose_and_why():
    owners = [owner for table in (*OWNERS.values(), *INSIDE.values()) for owner in table.values()]
    assert {owner.whose for owner in owners} == {MACHINE, PROGRAM}
    assert all(0 < len(owner.why) <= 60 for owner in owners)


@pytest.mark.parametrize(
    ("path", "whose", "part"),
    [
        pytest.param("metadata.name", MACHINE, "identity", id="the machine's name"),
        pytest.param("spec.restartPolicy", MACHINE, "lifetime", id="one policy for all"),
        pytest.param("spec.volumes", MACHINE, "storage", id="disks"),
        pytest.param("spec.volumes[0].emptyDir", MACHINE, "storage", id="inside: as what is around it"),
        pytest.param("spec.containers[0].image", PROGRAM, "image", id="each brings its own files"),
        pytest.param("spec.containers[0].env[0].value", PROGRAM, "environment", id="a program's variable"),
        pytest.param("spec.containers[0].ports[0].containerPort", PROGRAM, "ports", id="where it listens"),
        pytest.param("spec.containers[0].ports[0].hostPort", MACHINE, "network", id="but the node's port"),
    ],
)
def test_whose_a_field_is(path, whose, part):
    owner = named(SHOP)[path].owner
    assert (owner.whose, owner.part) == (whose, part)


def test_the_tree_has_the_values_of_the_manifest():
    tree = named(SHOP)
    assert tree["spec.containers[0].command"].value == ["sh", "-c", "sleep 5; exit 1"]
    assert tree["metadata.labels"].value == {"app": "shop"}
    assert tree["spec.containers[1].name"].value == "log"
    assert "spec.hostNetwork" not in tree


def test_the_tree_of_all_fields_is_generated_from_the_types():
    tree = {node.path: node for node in fields()}
    assert {f"spec.{name}" for name in OWNERS["PodSpec"]} <= set(tree)
    assert tree["spec.containers[].livenessProbe.httpGet.port"].owner.part == "health"
    assert tree["spec.volumes[].ephemeral.volumeClaimTemplate.metadata.name"].owner.part == "storage"
    assert not any(node.path.startswith("status.") for node in tree.values())
    unnamed = [n.path for n in tree.values() if n.path and n.name not in field_docs(n.of)]
    assert not unnamed, "every field has the API's own documentation"


def test_the_2014_form_is_read_too():
    old = both_forms(SHOP).old
    assert named(old)["spec.containers[0].command"].value == ["sh", "-c", "sleep 5; exit 1"]


@pytest.mark.parametrize("reader", [fields, both_forms])
def test_anything_else_than_one_pod_is_refused(reader):
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n"
    with pytest.raises(ValueError, match="the manifest should be one Pod, not ConfigMap"):
        reader(config)
    with pytest.raises(ValueError, match="the manifest should be one Pod, not Pod, ConfigMap"):
        reader(f"{SHOP}---\n{config}")


def test_both_forms_line_by_line():
    pairs = [(line.old.strip(), line.new.strip()) for line in both_forms(SHOP).lines]
    for pair in [
        ("apiVersion: v1beta1", "apiVersion: v1"),
        ("id: shop", "name: shop"),
        ("onFailure: {}", "restartPolicy: OnFailure"),
        ("emptyDir: {}", "emptyDir: {}"),
        ('entrypoint: [sh, -c, "sleep 5; exit 1"]', 'command: [sh, -c, "sleep 5; exit 1"]'),
        ('command: ["5"]', 'args: ["5"]'),
        ('value: "yes"', 'value: "yes"'),
        ("imagePullPolicy: PullIfNotPresent", "imagePullPolicy: IfNotPresent"),
        ("cpu: 500", "cpu: 500m"),
        ("memory: 67108864", "memory: 64Mi"),
        ("privileged: true", "privileged: true"),
        ("version: v1beta1", ""),
    ]:
        assert pair in pairs


def test_both_columns_are_manifests_of_the_same_pod():
    forms = both_forms(SHOP)
    (today,), (old,) = load_objects(forms.new), load_objects(forms.old)
    assert today == load_objects(SHOP)[0]
    limits = old.spec.containers[0].resources.limits
    assert (limits.pop("memory"), today.spec.containers[0].resources.limits.pop("memory")) == ("67108864", "64Mi")
    assert old == today
    assert forms.missing == ()
    assert both_forms(forms.old).old == forms.old


def test_what_2014_could_not_say_is_listed():
    forms = both_forms(SHOP + LATER)
    assert forms.missing == (
        "spec.hostAliases[0].ip",
        "spec.hostAliases[0].hostnames",
        "spec.initContainers[0].name",
        "spec.initContainers[0].image",
    )
    assert forms.old == both_forms(SHOP).old
    assert load_objects(forms.new) == load_objects(SHOP + LATER)


@pytest.mark.parametrize(
    "spec",
    [
        pytest.param({"containers": []}, id="no containers"),
        pytest.param({"containers": [{"name": "c", "envFrom": [{}]}]}, id="an empty element"),
        pytest.param({"containers": [{"name": "c", "resources": {}, "securityContext": {}}]}, id="empty objects"),
        pytest.param({"containers": [{"name": "c", "resources": {"limits": {}}}]}, id="no limits"),
        pytest.param({"containers": [{"name": "c", "resources": {"limits": {"cpu": "0.5m"}}}]}, id="half a milli"),
        pytest.param({"containers": [{"name": "c", "args": [":0", "-", "?", "a, b", "null", ""]}]}, id="odd words"),
        pytest.param({"containers": [{"name": "c"}], "restartPolicy": "Sometimes"}, id="an unknown policy"),
        pytest.param({"containers": [{"name": "c"}], "volumes": [{"name": "v", "emptyDir": {}}]}, id="a volume"),
    ],
)
def test_today_s_column_is_the_pod(spec):
    pod = decode_object(Pod, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": spec})
    forms = both_forms(pod)
    assert load_objects(forms.new, validate=False) == [pod]
    load_objects(forms.old, validate=False)


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=12)


@given(args=st.lists(TEXTS, max_size=4), value=TEXTS, note=TEXTS)
def test_any_text_survives(args, value, note):
    container = {"name": "c", "image": "i", "args": args, "env": [{"name": "E", "value": value}]}
    pod = decode_object(
        Pod,
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "p", "annotations": {"n/a": note, note: "x"}},
            "spec": {"containers": [container]},
        },
    )
    forms = both_forms(pod)
    for text in (forms.new, forms.old):
        (read,) = load_objects(text, validate=False)
        assert encode(read) == encode(pod)


def test_the_text_of_the_tree():
    text = fields_text(fields(SHOP))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "restartPolicy OnFailure machine lifetime whether its programs are started again when they end" in lines
    assert "hostPort 8080 machine network a port of the node, for one machine only" in lines
    assert "machine: 8 fields (identity 4, network 1, scheduling 1, lifetime 1, storage 1)" in lines
    assert max(map(len, text.splitlines())) <= 130
    assert max(map(len, fields_text(fields()).splitlines())) <= 130


def test_the_text_down_to_a_depth_with_the_api_s_words():
    text = fields_text(fields(SHOP), depth=2, descriptions=True)
    assert "“Restart policy for all containers within the pod.”" in text
    assert "nginx" not in text
    assert description(named(SHOP)["spec.containers[0]"]) == ""


def test_the_text_of_both_forms():
    text = forms_text(both_forms(SHOP + LATER))
    assert "id: shop" in text
    assert "not to be said in 2014:\n  spec.hostAliases[0].ip" in text
    long = forms_text(both_forms(SHOP.replace("exit 1", "exit 1; " * 20)))
    assert max(map(len, long.splitlines())) <= 130
    assert "…" in long
