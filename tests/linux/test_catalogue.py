"""The catalogue of images: complete, found by its names, and told in the documentation."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from podlab.api.image import parse
from podlab.linux.files import Files
from podlab.linux.images import catalogue
from podlab.linux.images.recipes import did_you_mean, recipes, version
from podlab.linux.images.store import Images

PROJECT = Path(__file__).parents[2]


def test_the_page_of_images_is_written_from_the_catalogue():
    command = [sys.executable, str(PROJECT / "tools" / "image_table.py"), "--check"]
    assert (
        subprocess.run(command, capture_output=True, text=True, check=False).stdout == "docs/images.md is up to date\n"
    )


def test_there_are_at_least_sixty_images():
    assert len(recipes()) >= 60


@pytest.mark.parametrize("name", sorted(recipes()))
def test_every_image_has_its_programs_and_can_start(name):
    recipe = recipes()[name]
    missing = [program for program in recipe.programs.values() if catalogue.lookup(program) is None]
    assert missing == []
    for tag in ("latest", "alpine", "slim"):
        image = Images().find(f"{name}:{tag}")
        line = (*image.entrypoint, *image.command)
        first = line[0] if line else ""
        files = Files(image.root, None)
        folders = dict(image.env)["PATH"].split(":")
        places = [first] if "/" in first else [f"{folder}/{first}" for folder in folders]
        if first.startswith("."):
            places = [f"{image.workdir}/{first}"]
        if first in ("bash", "/bin/bash", "zsh") and not image.base.gnu:
            continue  # a Linux that another tag than its own can name has no bash
        assert first == "" or any(files.exists(place) for place in places), (name, tag, first)


@pytest.mark.parametrize(
    ("image", "recipe"),
    [
        pytest.param("nginx", "nginx", id="an official one"),
        pytest.param("docker.io/library/nginx:1.27", "nginx", id="in full"),
        pytest.param("registry.k8s.io/nginx-slim:0.24", "nginx", id="a copy under another name"),
        pytest.param("grafana/grafana:11", "grafana/grafana", id="by its path"),
        pytest.param("quay.io/prometheus/prometheus", "prom/prometheus", id="in another registry"),
        pytest.param("harbor.example.com/proxy/redis:7", "redis", id="a company's mirror"),
        pytest.param("registry.example.com/samples/gb-frontend", "", id="a name that is official nowhere"),
        pytest.param("example/app", "", id="unknown"),
    ],
)
def test_images_are_found_by_their_names(image, recipe):
    assert Images().find(image).name == recipe


@pytest.mark.parametrize(
    ("image", "meant"),
    [
        ("ngnix", "nginx"),
        ("nginx", None),
        ("ngins", "nginx"),
        ("busybx", "busybox"),
        ("postgress", "postgres"),
        ("pyhton:3.12", "python"),
        ("example/ngnix", None),
        ("example.com/ngnix", None),
        ("counter", None),
        ("app", None),
    ],
)
def test_a_misspelt_official_image_is_seen(image, meant):
    assert did_you_mean(parse(image)) == meant
    assert (Images().missing_message(image) is None) == (meant is None)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("latest", "1.29.1"), ("1.29", "1.29.1"), ("1.27", "1.27.0"), ("1.27.3-alpine", "1.27.3"), ("stable", "1.29.1")],
)
def test_a_tag_says_which_version(tag, expected):
    assert version(recipes()["nginx"], tag) == expected


def test_a_program_of_the_learners_is_never_refused():
    images = Images().with_image("ngnix", lambda proc: 0)
    assert images.missing_message("ngnix") is None
    assert images.remark("ngnix") is None
