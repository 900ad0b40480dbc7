"""Pods reach the internet unless the world says otherwise; podlab's is a stand-in, and says so."""

from __future__ import annotations

import pytest
from one_node import Cluster, box


def asked(command, *, offline=False, image="alpine"):
    cluster = Cluster()
    cluster.runtime.network.offline = offline
    (container,) = cluster.pod(box(image, command=["sleep", "1000"]))
    cluster.loop.run_until(1)
    return (*cluster.exec(container, "sh", "-c", command), container.group.notes)


def test_a_public_name_answers_and_a_note_says_what_it_is():
    code, said, notes = asked("wget -qO- http://www.google.com/")
    assert (code, "podlab's internet" in said) == (0, True)
    assert notes == ["podlab's internet is a stand-in: it answers every request with one page"]


@pytest.mark.parametrize("name", ["nobody", "web.shop", "api.example.com", "db.prod.svc"])
def test_other_names_are_not_public(name):
    assert asked(f"wget -qO- http://{name}/")[:2] == (1, f"wget: bad address '{name}'\n")


def test_offline_nothing_of_it_is_there():
    assert asked("wget -qO- http://www.google.com/", offline=True)[:2] == (1, "wget: bad address 'www.google.com'\n")


@pytest.mark.parametrize(
    ("image", "command", "then"),
    [
        pytest.param("alpine", "apk add --no-cache curl", "curl", id="apk"),
        pytest.param("debian", "apt-get update >/dev/null && apt-get install -y curl", "curl", id="apt"),
        pytest.param("ubuntu", "apt update >/dev/null && apt install -y iputils-ping", "ping", id="apt on Ubuntu"),
    ],
)
def test_a_package_brings_its_program_where_podlab_has_it(image, command, then):
    code, said, _ = asked(f"{command} >/dev/null && command -v {then}", image=image)
    assert (code, said) == (0, f"/usr/bin/{then}\n")
    assert asked(f"{command} >/dev/null && command -v {then}", image=image, offline=True)[0] != 0


def test_apt_knows_no_package_before_its_update():
    assert asked("apt-get install -y curl", image="debian")[0] == 100


def test_a_package_that_podlab_has_not_is_told():
    code, _, notes = asked("apk add jq")
    assert (code, notes) == (0, ["podlab has no program of the package jq: installing it changes nothing"])


def test_git_clones_a_folder():
    code, said, notes = asked("cd /tmp && git clone https://github.com/a/b.git; ls b", image="node:20")
    assert (code, said) == (0, "Cloning into 'b'...\nREADME.md\n")
    assert notes == ["podlab fetches nothing: b holds only a README, not what is in https://github.com/a/b.git"]
