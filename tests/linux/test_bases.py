"""What an image is based on: its name and its tag say so, and its tools, shell and os-release follow."""

from __future__ import annotations

import pytest

from podlab.linux.files import Files
from podlab.linux.images.bases import named
from podlab.linux.images.store import Images
from tests.linux.sh.shell_box import Box


@pytest.mark.parametrize(
    ("image", "kind", "version", "busybox", "shell"),
    [
        pytest.param("busybox", "busybox", "1.37", (1, 37), "ash", id="busybox"),
        pytest.param("busybox:1.28", "busybox", "1.28", (1, 28), "ash", id="its version"),
        pytest.param("busybox:1.36.1-musl", "busybox", "1.36.1", (1, 36), "ash", id="with a C library"),
        pytest.param("busybox:glibc", "busybox", "1.37", (1, 37), "ash", id="with nothing but one"),
        pytest.param("alpine:3.16", "alpine", "3.16", (1, 35), "ash", id="alpine has its own busybox"),
        pytest.param("alpine:3.20.3", "alpine", "3.20.3", (1, 36), "ash", id="... in every patch"),
        pytest.param("nginx:1.27-alpine", "alpine", "3.22", (1, 37), "ash", id="a tag names the base"),
        pytest.param("nginx:1.27-alpine3.19-slim", "alpine", "3.19", (1, 36), "ash", id="and its version"),
        pytest.param("nginx", "debian", "12", None, "dash", id="else it is the usual one"),
        pytest.param("python:3.12-slim-bullseye", "debian", "11", None, "dash", id="a name of Debian's"),
        pytest.param("debian:buster-slim", "debian", "10", None, "dash", id="its own image"),
        pytest.param("ubuntu:jammy", "ubuntu", "22.04", None, "dash", id="a name of Ubuntu's"),
        pytest.param("ubuntu:18.04", "ubuntu", "18.04", None, "dash", id="a number of Ubuntu's"),
        pytest.param("centos:centos7", "centos", "7", None, "bash", id="a number behind the name"),
        pytest.param("registry.k8s.io/pause:3.10", "scratch", "", None, "", id="nothing at all"),
        pytest.param("example.com/team/app:2-alpine", "alpine", "3.22", (1, 37), "ash", id="an unknown image"),
    ],
)
def test_name_and_tag_say_what_an_image_is_based_on(image, kind, version, busybox, shell):
    base = Images().find(image).base
    name = base.kind if base.kind != "redhat" else base.name
    assert (name, base.version, base.busybox, base.shell) == (kind, version, busybox, shell)


@pytest.mark.parametrize(
    ("image", "there", "missing"),
    [
        pytest.param("busybox", "ps wget nslookup nc", "bash curl apk apt", id="busybox"),
        pytest.param("alpine", "ps wget nslookup", "bash curl apt", id="alpine"),
        pytest.param("debian:12", "bash cat grep sed timeout", "ps curl wget ping nc vi top free", id="a bare Debian"),
        pytest.param("ubuntu", "bash ps free", "curl wget ping nc", id="a bare Ubuntu"),
        pytest.param("nginx", "bash curl", "ps wget ping", id="nginx brings curl"),
        pytest.param("nginx:alpine", "ps wget", "bash", id="nginx on alpine"),
        pytest.param("node:20", "curl wget ps", "ping", id="what builds software"),
        pytest.param("node:20-slim", "bash", "curl wget ps", id="what does not"),
        pytest.param("registry.k8s.io/pause", "", "sh cat", id="nothing at all"),
    ],
)
def test_a_base_has_its_tools_and_no_others(image, there, missing):
    files = Files(Images().find(image).root, None)

    def has(tool):
        return any(files.exists(f"{folder}/{tool}") for folder in ("/bin", "/usr/bin", "/usr/local/bin"))

    assert [tool for tool in there.split() if not has(tool)] == []
    assert [tool for tool in missing.split() if has(tool)] == []


@pytest.mark.parametrize(
    ("base", "line"),
    [
        ("alpine 3.20", 'PRETTY_NAME="Alpine Linux v3.20"'),
        ("debian 12", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"'),
        ("ubuntu 22.04", "VERSION_CODENAME=jammy"),
        ("rocky", 'ID="rocky"'),
        ("fedora 42", "VERSION_ID=42"),
    ],
)
def test_os_release_says_which_linux_it_is(base, line):
    assert line in Box(base=base).run("cat /etc/os-release").out.splitlines()


def test_a_program_sees_what_its_container_is_based_on():
    box = Box(base="debian 12")
    seen = []
    box.kernel.start(box.group, lambda proc: seen.append(proc.base), ["look"], env={}, cwd="/", fds={})
    box.loop.run_until(1)
    assert seen == [named("debian 12")]
    assert seen[0].gnu
    assert not named("alpine").gnu


def test_debians_tools_are_programs_of_their_own():
    box = Box(base="debian 12")
    box.files.mkdir("/tmp/w")
    outcome = box.run("PATH=/usr/bin; command -v cat; ls -d /bin/cat; ps")
    assert (outcome.out, outcome.err) == ("/usr/bin/cat\n/bin/cat\n", "sh: 1: ps: not found\n")
