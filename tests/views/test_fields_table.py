"""`pl.fields` and `pl.both_forms` in a notebook: the same facts as HTML and as text."""

from __future__ import annotations

import re
from html import unescape

import pytest

import podlab as pl

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop, annotations: {note: "<img src=x onerror=alert(1)>"}}
spec:
  hostAliases: [{ip: 10.0.0.1, hostnames: [db]}]
  volumes: [{name: data, emptyDir: {}}]
  containers:
  - {name: web, image: nginx, command: [sh, -c, "echo '<b>'; sleep 600"]}
"""


def cells(html: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    return [[unescape(re.sub("<[^>]*>", "", cell)) for cell in re.findall(r"<t[dh].*?</t[dh]>", r, re.S)] for r in rows]


def shown(value: object) -> dict[str, str]:
    bundle: dict[str, str] = value._repr_mimebundle_()  # type: ignore[attr-defined]
    return bundle


def test_the_html_has_the_lines_of_the_text() -> None:
    bundle = shown(pl.fields(SHOP))
    table = [[" ".join(cell.split()) for cell in row if cell.strip()] for row in cells(bundle["text/html"])]
    lines = bundle["text/plain"].split("\n\n")[0].splitlines()
    assert [" ".join(row) for row in table] == [" ".join(line.split()) for line in lines]
    assert ["hostAliases", "machine", "network", "lines of the /etc/hosts that its programs share"] in table
    assert ["emptyDir", "{}"] in table


def test_fields_can_be_walked_through_and_cut_off() -> None:
    tree = pl.fields(SHOP, depth=1)
    assert "hostAliases" not in tree.text
    assert "spec.hostAliases" in [node.path for node in tree]
    assert repr(tree).startswith("Pod: machine, identity\n")
    with pytest.raises(ValueError, match="depth: must be a number of levels, 1 or more, not 0"):
        pl.fields(SHOP, depth=0)


def test_all_fields_stop_at_those_of_metadata_and_spec() -> None:
    every = pl.fields()
    assert "  hostAliases " in every.text
    assert "hostnames" not in every.text
    assert len(cells(every.html)) < 80


def test_a_huge_manifest_is_cut() -> None:
    env = ", ".join(f"{{name: E{i}}}" for i in range(400))
    many = pl.fields(SHOP.replace("image: nginx", f"image: nginx, env: [{env}]"))
    assert re.search(r"… and \d+ fields more", many.text)
    assert len(cells(many.html)) == 201


def test_each_column_of_both_forms_is_a_manifest() -> None:
    forms = pl.both_forms(SHOP)
    head, columns = cells(shown(forms)["text/html"])
    assert head == ["v1beta1, 2014", "v1, today"]
    for column, form in zip(columns, (forms.old, forms.new), strict=True):
        assert [line for line in column.splitlines() if line.strip()] == form.splitlines()
    assert "Not to be said in 2014: spec.hostAliases[0].ip, spec.hostAliases[0].hostnames" in forms.html
    assert "spec.hostAliases[0].ip" in shown(forms)["text/plain"]


@pytest.mark.parametrize("value", [pl.fields(SHOP), pl.both_forms(SHOP)], ids=["fields", "both forms"])
def test_what_a_manifest_says_is_escaped(value: object) -> None:
    html = shown(value)["text/html"]
    assert "<img" not in html
    assert "<b>" not in html
