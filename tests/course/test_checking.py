"""A manifest looked through before it is run."""

from __future__ import annotations

import pytest

import podlab as pl

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers: [{name: a, image: nginx}]\n"
INGRESS = "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: j}, spec: {defaultBackend: BACKEND}}\n"
INGRESS = INGRESS.replace("BACKEND", "{service: {name: web, port: {number: 80}}}")


def test_a_faulty_manifest_has_a_row_for_each_fault() -> None:
    checked = pl.check(POD.replace("image:", "imag:").replace("web", "Web"))
    assert not checked.ok
    assert checked.title == "3 things are wrong, so this cannot be run"
    assert [row[:2] for row in checked.rows] == [
        ("line 3", "metadata.name"),
        ("line 5", "spec.containers[0].imag"),
        ("line 5", "spec.containers[0].image"),
    ]
    assert [row[3] for row in checked.rows][1] == "Did you mean image?"
    assert "regex" not in checked.text


def test_what_is_kept_but_not_simulated_has_its_line() -> None:
    checked = pl.check(POD + "  runtimeClassName: gvisor\n---\n" + INGRESS)
    assert checked.ok
    assert checked.text.splitlines() == [
        "Nothing is wrong: Pod web, Ingress j. But know this:",
        "where   field                  what",
        "line 6  spec.runtimeClassName  is kept, but not simulated",
        "line 8  kind                   Ingress is kept, but not simulated",
    ]


def test_of_the_form_of_2014_the_old_names_are_told() -> None:
    old = '{"id": "a", "kind": "Pod", "apiVersion": "v1beta1", "desiredState": {"manifest": {"version": "v1beta1",\n'
    old += '"containers": [{"name": "b", "image": "nginx", "privileged": true}]}}}'
    (row,) = pl.check(old).rows
    assert row[:2] == ("line 2", "desiredState.manifest.containers[0].privileged")


def test_an_image_that_podlab_does_not_know_is_named_once() -> None:
    pod = POD.replace("]\n", ", {name: b, image: example/api}, {name: c, image: example/api}]\n")
    (row,) = pl.check(pod).rows
    assert row == ("", "image", "example/api is not known here: a server stands in for it")
    assert pl.check(pl.load(pod).with_image("example/api", lambda proc: 0)).rows == ()


def test_all_is_simulated() -> None:
    assert pl.check(POD).text == "Nothing is wrong, and podlab simulates all of it: Pod web"
    assert pl.check(pl.load(POD)).ok


def test_nothing_runs() -> None:
    checked = pl.check(INGRESS)
    assert not checked.ok
    assert checked.title == "Nothing is wrong, but nothing of this runs in podlab: Ingress j"


@pytest.mark.parametrize(
    ("source", "says"),
    [("nowhere.yaml", "no such file"), ("a: [", "is not YAML"), ("\n", "is empty"), (7, "is not a manifest")],
)
def test_whatever_is_given_a_table_comes_back(source: object, says: str) -> None:
    checked = pl.check(source)
    assert not checked.ok
    assert says in checked.rows[0][2]


def test_of_several_files_each_is_named(tmp_path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(POD.replace("image:", "imag:").replace("web", name))
    checked = pl.check([tmp_path / "a.yaml", tmp_path / "b.yaml"])
    assert [row[0].rpartition("/")[2] for row in checked.rows] == [f"{n}.yaml, line 5" for n in "aabb"]


def test_markup_in_a_manifest_stays_text() -> None:
    assert "<img" not in pl.check(POD.replace("name: web", "name: '<img src=x>'")).html


def test_of_a_scenario_the_objects_are_named() -> None:
    scenario = pl.load(POD + "  runtimeClassName: gvisor\n---\n" + INGRESS)
    assert [row[:2] for row in pl.check(scenario).rows] == [
        ("Pod web", "spec.runtimeClassName"),
        ("Ingress j", "kind"),
    ]
