"""A link holds a scenario at an instant; a foreign one is checked, and bounded, before anything is believed."""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64encode

import pytest

import podlab as pl
from podlab.formats.link import LONGEST, UNPACKED, link_text, parse_link

SHOP = """
apiVersion: v1
kind: Pod
metadata: {name: shop, annotations: {note: "<b>& naïve</b>"}}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: writer, image: busybox, command: [sh, -c, "sleep 5; exit 1"]}
"""


def packed(data: object) -> str:
    return urlsafe_b64encode(zlib.compress(json.dumps(data).encode())).decode().rstrip("=")


def test_what_goes_in_comes_out() -> None:
    story = pl.load(SHOP).but(pl.kill("shop/web", 20, "SIGTERM"), pl.restart_policy("shop", "Never"))
    text = link_text(story, 90, 21.5)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(text) < 1000
    assert parse_link(text) == (story, 90, 21.5)
    assert parse_link(f" https://example.org/course/lab.html#{text}\n") == (story, 90, 21.5)


def test_a_lab_opens_at_the_instant() -> None:
    lab = pl.from_link(link_text(pl.load(SHOP).but(pl.kill("shop/web", 20)), 90, 21.5))
    assert (lab.t, lab.until, len(lab.history)) == (21.5, 90, 1)
    assert pl.from_link().pods == ("shop",)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        pytest.param("abc", "not a link of the lab", id="no link"),
        pytest.param("", "not a link of the lab", id="empty"),
        pytest.param("é" * 9, "not a link of the lab", id="not ASCII"),
        pytest.param("A" * (LONGEST + 1), "letters after #", id="too long"),
        pytest.param(packed("x" * (UNPACKED + 1)), "unpacks to more than", id="a bomb"),
        pytest.param(packed([1]), "not a link of the lab", id="no object"),
        pytest.param(packed({"t": 1}), "not a link of the lab", id="no scenario"),
        pytest.param(packed({"t": "now", "manifests": [], "actions": []}), "its instant t must be", id="no instant"),
        pytest.param(packed({"t": True, "manifests": [], "actions": []}), "its instant t must be", id="a truth"),
        pytest.param(packed({"podlab": 1, "manifests": 3}), "manifests", id="no manifests"),
        pytest.param(link_text(pl.load(SHOP))[:-40], "not a link of the lab", id="cut off"),
    ],
)
def test_a_foreign_text_is_refused_in_a_sentence(link: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_link(link)


def test_what_is_too_large_for_a_link_is_said() -> None:
    import random

    chance = random.Random(1)
    noise = "".join(chance.choice("0123456789abcdef") for _ in range(60_000))
    big = pl.load(SHOP.replace("<b>& naïve</b>", noise))
    with pytest.raises(ValueError, match="save a file"):
        link_text(big)
