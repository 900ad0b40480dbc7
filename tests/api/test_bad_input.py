"""Manifests that are no manifests: one clear error each, soon, and nothing else."""

import time
from pathlib import Path

import pytest
from lightkube.models.core_v1 import Pod

from podlab.api import Fault, ManifestError, load_objects

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: app
    image: nginx:1.27
"""

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
)


def faults_of(source: object) -> tuple[Fault, ...]:
    with pytest.raises(ManifestError) as caught:
        load_objects(source)
    return caught.value.faults


def only(source: object) -> Fault:
    faults = faults_of(source)
    assert len(faults) == 1, faults
    return faults[0]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("a: b: c\n", 1, "is not YAML", id="two colons on one line"),
        pytest.param("apiVersion: v1\nkind: [Pod\n", 2, "is not YAML", id="a bracket left open"),
        pytest.param("kind: 'Pod\n", 1, "is not YAML", id="a quote left open"),
        pytest.param("spec:\n\tcontainers: []\n", 2, "is not YAML", id="a tab as indentation"),
        pytest.param("a: *nobody\n", 1, "names nothing above", id="an alias of nothing"),
        pytest.param("a: !!python/object:os.system x\n", 1, "means nothing here", id="a tag that would run code"),
        pytest.param("? [a, b]\n: c\n", 1, "cannot be a name", id="a list as a name"),
        pytest.param("- a\n- b\n", 1, "is not a Kubernetes object", id="a list of words"),
        pytest.param("just words\n", 1, "is not a Kubernetes object", id="a sentence"),
        pytest.param("", None, "is empty", id="nothing"),
        pytest.param("   \n---\n# only a comment\n", None, "is empty", id="only blanks and comments"),
        pytest.param('{"kind": "Pod",\n "spec" {}}', 2, "is not JSON", id="JSON without a colon"),
        pytest.param('{"kind": "Pod"', 1, "is not JSON", id="JSON that stops"),
        pytest.param("kind: Pod\0", None, "is not text", id="a NUL in the text"),
        pytest.param(BOMB, 5, "is too large", id="an alias bomb"),
        pytest.param("x" * 10_000_000 + "\n", None, "is too large: 10.0 MB", id="ten megabytes with a line break"),
        pytest.param("x" * 10_000_000, None, "is too large: 10.0 MB", id="ten megabytes in one line"),
        pytest.param("[" * 100_000, None, "is nested too deeply", id="nested deeper than any object, YAML"),
        pytest.param('{"a":' * 100_000 + "1" + "}" * 100_000, None, "is nested too deeply", id="the same as JSON"),
    ],
)
def test_what_is_no_manifest(text: str, line: int | None, message: str) -> None:
    began = time.process_time()
    fault = only(text)
    assert time.process_time() - began < 2
    assert message in fault.message
    assert fault.hint
    assert line is None or fault.line == line


@pytest.mark.parametrize(
    ("old", "new", "path", "message", "hint"),
    [
        pytest.param(
            "image:",
            "imagee: nginx\n    image:",
            "spec.containers[0].imagee",
            "unknown field",
            "Did you mean image?",
            id="an unknown field",
        ),
        pytest.param(
            "  containers:",
            "  containers:\n  - {name: app, image: x}",
            "spec.containers[1].name",
            'Duplicate value: "app"',
            "Choose another name",
            id="two containers of one name",
        ),
        pytest.param(
            "image: nginx:1.27",
            "command: sleep 5\n    image: x",
            "spec.containers[0].command",
            'must be a list, not the text "sleep 5"',
            "list",
            id="a text instead of a list",
        ),
        pytest.param(
            "name: web",
            "name: web\n  labels: {on: off}",
            "metadata.labels[true]",
            "must be a text, not the truth value false",
            'put it in quotes: "off"',
            id="a bare word that YAML takes for a truth value",
        ),
        pytest.param(
            "name: web",
            'name: "<script>alert(1)</script>"',
            "metadata.name",
            'Invalid value: "<script>alert(1)</script>"',
            "small letters",
            id="a name with markup in it",
        ),
        pytest.param("kind: Pod", "kind: Pods", "kind", "does not know the kind Pods", "Pod", id="an unknown kind"),
        pytest.param(
            "v1\n", "v2\n", "apiVersion", "there is no Pod in v2", "Write apiVersion: v1", id="another version"
        ),
        pytest.param("kind: Pod\n", "", "kind", "is missing", "Say what this is", id="no kind"),
        pytest.param(
            "    image: nginx:1.27\n", "", "spec.containers[0].image", "Required value", "nginx", id="no image"
        ),
        pytest.param(
            "spec:",
            "spec:\n  restartPolicy: sometimes",
            "spec.restartPolicy",
            "Unsupported value",
            "Always",
            id="a policy",
        ),
    ],
)
def test_what_is_wrong_with_a_pod(old: str, new: str, path: str, message: str, hint: str) -> None:
    text = POD.replace(old, new, 1)
    fault = only(text)
    assert fault.path == path
    assert message in fault.message
    assert hint in fault.hint
    assert fault.line is not None


def test_all_faults_are_listed_at_once_in_the_order_of_the_text() -> None:
    text = POD.replace("name: web", "name: Web").replace("image: nginx:1.27", "tty: maybe\n    imagee: x")
    faults = faults_of(text)
    assert [(fault.line, fault.path) for fault in faults] == [
        (4, "metadata.name"),
        (7, "spec.containers[0].image"),
        (8, "spec.containers[0].tty"),
        (9, "spec.containers[0].imagee"),
    ]


def test_a_wrong_type_is_not_reported_again_as_a_missing_value() -> None:
    faults = faults_of(POD.replace("image: nginx:1.27", "image: [nginx]").replace("name: app", "name: 7"))
    assert [fault.path for fault in faults] == ["spec.containers[0].name", "spec.containers[0].image"]
    assert {fault.kind for fault in faults} == {"wrong type"}


def test_the_error_reads_well() -> None:
    with pytest.raises(ManifestError) as caught:
        load_objects(POD.replace("image:", "imagee:"))
    assert str(caught.value) == (
        "the manifest has 2 faults:\n"
        "  line 7: spec.containers[0].image: Required value\n"
        "      Say which image to run, such as nginx:1.27.\n"
        "  line 8: spec.containers[0].imagee: unknown field\n"
        "      Did you mean image?"
    )


def test_a_notebook_shows_the_message_and_no_traceback() -> None:
    error = ManifestError([Fault("kind", "is missing")])
    assert error._render_traceback_() == ["ManifestError: the manifest has one fault:\n  kind: is missing"]


def test_a_thousand_faults_are_counted_and_the_first_are_shown() -> None:
    containers = "".join(f"\n  - {{name: c{n}, imagee: x, image: z}}" for n in range(1000))
    with pytest.raises(ManifestError) as caught:
        load_objects(POD.replace("  containers:", f"  containers:{containers}"))
    assert len(caught.value.faults) == 1000
    assert len(str(caught.value).splitlines()) < 60
    assert "980 more" in str(caught.value)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda folder: folder / "none.yaml", "no such file", id="no file"),
        pytest.param(lambda folder: folder, "is not a file", id="a folder"),
        pytest.param(lambda folder: Path("/dev/zero"), "is not a file", id="a device that never ends"),
        pytest.param(lambda folder: written(folder, b"\x89PNG\r\n\x1a\n\xff"), "is not text in UTF-8", id="a picture"),
        pytest.param(lambda folder: written(folder, b"a" * 10_000_000), "is too large: 10.0 MB", id="ten megabytes"),
        pytest.param(lambda folder: written(folder, b""), "is empty", id="an empty file"),
        pytest.param(lambda folder: folder / ("x" * 300), "cannot be read", id="a name too long for a file"),
        pytest.param(lambda folder: "a\0b", "cannot be read", id="a NUL in the name"),
    ],
)
def test_what_is_no_file(tmp_path: Path, make: object, message: str) -> None:
    source = make(tmp_path)
    for form in (source, str(source)):
        fault = only(form)
        assert message in fault.message
        assert fault.hint


def written(folder: Path, content: bytes) -> Path:
    path = folder / "pod.yaml"
    path.write_bytes(content)
    return path


def test_a_fault_in_a_file_names_the_file_and_the_line(tmp_path: Path) -> None:
    path = written(tmp_path, POD.replace("image:", "imagee: x\n    image:").encode())
    fault = only(path)
    assert (fault.source, fault.line) == (str(path), 8)
    assert str(fault).startswith(f"{path}, line 8: spec.containers[0].imagee: unknown field")


def test_a_missing_file_suggests_one_that_is_there(tmp_path: Path) -> None:
    written(tmp_path, POD.encode())
    assert only(tmp_path / "pods.yaml").hint == "Did you mean pod.yaml?"


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(42, id="a number"),
        pytest.param(None, id="nothing"),
        pytest.param(b"kind: Pod", id="bytes"),
        pytest.param([42], id="a number in a list"),
        pytest.param(Pod(metadata=object()), id="an object that holds no data"),
    ],
)
def test_what_cannot_be_a_manifest_at_all(source: object) -> None:
    fault = only(source)
    assert fault.hint.startswith("Give YAML or JSON")


def test_data_that_holds_itself() -> None:
    endless: list[object] = []
    endless.append(endless)
    assert only(endless).message == "is nested too deeply"
    items: dict[str, object] = {"apiVersion": "v1", "kind": "List"}
    items["items"] = [items]
    assert only(items).message == "is nested too deeply"


def test_names_that_are_no_texts() -> None:
    faults = faults_of({1: 2, None: 3, "apiVersion": "v1", "kind": "Pod"})
    assert [fault.path for fault in faults[:2]] == ["1", "None"]
    assert {fault.hint for fault in faults[:2]} == {"Field names are texts."}


def test_two_objects_of_one_name() -> None:
    fault = only(f"{POD}---\n{POD}")
    assert (fault.path, fault.message, fault.document) == ("metadata.name", "there is a Pod web already", 1)
    assert fault.line == 13


def test_a_place_in_a_list_is_named() -> None:
    nameless = {"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "a", "image": "b"}]}}
    assert str(only([POD, nameless])).startswith("[1]: metadata.name: Required value")


def test_a_name_of_a_megabyte_is_checked_at_once() -> None:
    began = time.process_time()
    for name in ("a" * 1_000_000 + "!", "a-" * 500_000, "a." * 500_000, "_" * 1_000_000):
        faults_of(POD.replace("web", name).replace("nginx:1.27", name))
    assert time.process_time() - began < 5


def test_many_overlapping_files_of_a_volume_do_not_multiply() -> None:
    items = [{"key": "a", "path": "same"} for _ in range(5000)]
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web"},
        "spec": {
            "containers": [{"name": "a", "image": "b"}],
            "volumes": [{"name": "v", "configMap": {"name": "c", "items": items}}],
        },
    }
    began = time.process_time()
    assert len(load_objects(pod)) == 1
    assert time.process_time() - began < 3
