import json
import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from kubectl_fake import FakeApi, pod

from podlab.kubectl.cli import Kubectl
from podlab.kubectl.goformat import go_json, go_quote, go_syntax, go_text
from podlab.kubectl.goyaml import emitted, go_yaml


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("true", '"true"', id="a truth value in quotes"),
        pytest.param("yes", '"yes"', id="an old truth value in quotes"),
        pytest.param("n", '"n"', id="a letter that meant no"),
        pytest.param("10", '"10"', id="a number in quotes"),
        pytest.param("1e3", '"1e3"', id="a number in another form"),
        pytest.param("2026-01-01T00:00:00Z", '"2026-01-01T00:00:00Z"', id="a time in quotes"),
        pytest.param("", '""', id="empty"),
        pytest.param("null", '"null"', id="null as a text"),
        pytest.param("node-1", "node-1", id="plain"),
        pytest.param("a: b", "'a: b'", id="a colon"),
        pytest.param("- a", "'- a'", id="a dash"),
        pytest.param("a\nb\n", "|\n  a\n  b", id="lines"),
        pytest.param("a\nb", "|-\n  a\n  b", id="lines without an end"),
        pytest.param(None, "null", id="nothing"),
        pytest.param(True, "true", id="a truth value"),
        pytest.param({}, "{}", id="an empty object"),
        pytest.param([], "[]", id="an empty list"),
        pytest.param(["a", {"b": 1, "c": 2}], "\n- a\n- b: 1\n  c: 2", id="a list is not indented"),
    ],
)
def test_yaml(value, text):
    assert go_yaml({"k": value}) == f"k: {text}\n" if text[0] != "\n" else f"k:{text}\n"


def test_yaml_keys_are_in_the_order_of_go():
    keys = ["a10", "a2", "b", "B", "a.b", "a/b", "ab", "1"]
    assert list(yaml.safe_load(go_yaml(dict.fromkeys(keys, "x")))) == ["1", "B", "a.b", "a/b", "a2", "a10", "ab", "b"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(string.printable, max_size=20),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab1.", max_size=4), inner, max_size=3),
        max_leaves=8,
    )
)
def test_yaml_says_what_it_was_given(data):
    assert yaml.safe_load(go_yaml({"data": data})) == {"data": data}


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(0, 1e6) | st.text(max_size=20) | st.text("a \n.-#:'", max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
        max_leaves=12,
    )
)
def test_the_quick_writer_writes_what_the_emitter_writes(data):
    assert go_yaml(data) == emitted(data)


def test_go_texts():
    value = {"b": [1, "x", None, True], "a": {"c": 1.5}}
    assert go_text(value) == "map[a:map[c:1.5] b:[1 x <nil> true]]"
    assert go_syntax(value) == (
        'map[string]interface {}{"a":map[string]interface {}{"c":1.5}, '
        '"b":[]interface {}{1, "x", interface {}(nil), true}}'
    )
    assert go_quote('a"\n\x01é') == r'"a\"\n\x01é"'
    assert go_json({"b": "<&>", "a": 1}) == r'{"a":1,"b":"\u003c\u0026\u003e"}'


KUBECTL = Kubectl(FakeApi(pod("web", labels={"app": "shop"}), pod("db", labels={"app": "db"})))


@pytest.mark.parametrize(
    ("command", "stdout"),
    [
        ("get pods -o name", "pod/db\npod/web\n"),
        ("get pods -o jsonpath={.items[*].metadata.name}", "db web"),
        ("get pod web -o jsonpath={.status.phase}", "Running"),
        ("get pods -o jsonpath-as-json={.items[0].metadata.labels}", '[\n    {\n        "app": "db"\n    }\n]\n'),
        ("get pods -o custom-columns=N:.metadata.name,P:status.phase", "N     P\ndb    Running\nweb   Running\n"),
        ("get pod web -o custom-columns=L:.metadata.labels --no-headers", "map[app:shop]\n"),
        (
            "get pod web -o custom-columns=X:.spec.nothing,I:{.spec.containers[*].image}",
            "X        I\n<none>   busybox\n",
        ),
    ],
)
def test_outputs(command, stdout):
    assert KUBECTL.run(command).stdout == stdout


def test_several_objects_are_a_list():
    data = json.loads(KUBECTL.run("get pods -o json").stdout)
    assert (data["kind"], data["apiVersion"], len(data["items"])) == ("List", "v1", 2)
    assert data["metadata"] == {"resourceVersion": ""}
    assert yaml.safe_load(KUBECTL.run("get pods -o yaml").stdout) == data
    assert json.loads(KUBECTL.run("get pods -l app=nope -o json").stdout)["items"] == []


def test_what_go_never_leaves_out():
    data = json.loads(KUBECTL.run("get pod web -o json").stdout)
    assert data["spec"]["containers"][0]["resources"] == {}
    assert data["metadata"]["creationTimestamp"] == "2025-12-31T23:59:00Z"


@pytest.mark.parametrize(
    ("output", "stderr"),
    [
        (
            "jsonpath={.items[5]}",
            'error: error executing jsonpath "{.items[5]}": Error executing template: array index out of bounds: index '
            "5, length 0. Printing more information for debugging the template:\n\ttemplate was:\n\t\t{.items[5]}\n\t"
            'object given to jsonpath engine was:\n\t\tmap[string]interface {}{"apiVersion":"v1", "items":[]interface '
            '{}{}, "kind":"List", "metadata":map[string]interface {}{"resourceVersion":""}}\n\n',
        ),
        ("jsonpath={.items", "error: error parsing jsonpath {.items, unclosed action\n"),
        ("jsonpath", "error: template format specified but no template given\n"),
        ("custom-columns=", "error: custom-columns format specified but no custom columns given\n"),
        ("custom-columns=A", "error: unexpected custom-columns spec: A, expected <header>:<json-path-expr>\n"),
        (
            "custom-columns=A:{x}y",
            "error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or "
            "'{.name1.name2}'\n",
        ),
        (
            "yml",
            'error: unable to match a printer suitable for the output format "yml", allowed formats are: '
            "custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,jsonpath-as-json,"
            "jsonpath-file,name,template,templatefile,wide,yaml\n",
        ),
        ("go-template={{.x}}", "error: podlab's kubectl has no -o go-template\n"),
    ],
)
def test_mistakes(output, stderr):
    result = Kubectl(FakeApi()).run(["get", "pods", "-o", output])
    assert (result.stdout, result.stderr, result.rc) == ("", stderr, 1)
