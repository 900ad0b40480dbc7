"""Images: names in full, names that are none, which are there and which cannot be had."""

from __future__ import annotations

import pytest

from podlab.api.image import InvalidReferenceError, parse
from podlab.linux.images.store import Images

FORMAT = "invalid reference format"
ID = "0" * 64


@pytest.mark.parametrize(
    ("name", "full"),
    [
        pytest.param("busybox", "docker.io/library/busybox:latest", id="a bare name"),
        pytest.param("busybox:1.36", "docker.io/library/busybox:1.36", id="with a tag"),
        pytest.param("docker.io/library/busybox:1.36", "docker.io/library/busybox:1.36", id="in full"),
        pytest.param("index.docker.io/busybox", "docker.io/library/busybox:latest", id="the hub's old name"),
        pytest.param("dockerfile/redis", "docker.io/dockerfile/redis:latest", id="somebody's"),
        pytest.param("localhost/x", "localhost/x:latest", id="localhost is a registry"),
        pytest.param("127.0.0.1:5999/nope:1", "127.0.0.1:5999/nope:1", id="a registry with a port"),
        pytest.param("registry.k8s.io/e2e-test-images/agnhost:2.40", None, id="a long name"),
        pytest.param("Reg.io/a", "Reg.io/a:latest", id="a registry may have capitals"),
        pytest.param(f"a@sha256:{ID}", f"docker.io/library/a@sha256:{ID}", id="a digest needs no tag"),
        pytest.param(f"a:1@sha256:{ID}", f"docker.io/library/a:1@sha256:{ID}", id="tag and digest"),
        pytest.param("a__b--c.d", "docker.io/library/a__b--c.d:latest", id="separators"),
    ],
)
def test_names_in_full(name, full):
    assert str(parse(name)) == (full or name)
    assert str(parse(full or name)) == (full or name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        pytest.param(
            "Bad//Name:tag",
            f"{FORMAT}: repository name (/Name) must be lowercase",
            id="the recorded one",
        ),
        pytest.param("BusyBox", f"{FORMAT}: repository name (library/BusyBox) must be lowercase", id="capitals"),
        pytest.param("", FORMAT, id="empty"),
        pytest.param("a b", FORMAT, id="a blank"),
        pytest.param("a:", FORMAT, id="no tag after the colon"),
        pytest.param("a..b", FORMAT, id="two dots"),
        pytest.param("-a", FORMAT, id="begins with a dash"),
        pytest.param(f"a:{'x' * 129}", FORMAT, id="tag too long"),
        pytest.param("a@sha256:12", FORMAT, id="digest too short"),
        pytest.param(f"a@sha256:{'0' * 40}", "invalid checksum digest length", id="digest of another length"),
        pytest.param(f"a@sha256:{'A' * 64}", "invalid checksum digest format", id="digest with capitals"),
        pytest.param(f"a@md5:{'0' * 32}", "unsupported digest algorithm", id="no algorithm of the registry's"),
        pytest.param("a" * 256, "repository name must not be more than 255 characters", id="name too long"),
        pytest.param(ID, f"invalid repository name ({ID}), cannot specify 64-byte hexadecimal strings", id="an id"),
    ],
)
def test_names_that_are_none(name, why):
    with pytest.raises(InvalidReferenceError) as problem:
        parse(name)
    assert str(problem.value) == why
    assert Images().name_fault(name) == (
        f'Failed to apply default image tag "{name}": couldn\'t parse image name "{name}": {why}'
    )


def test_present_and_missing_are_compared_in_full():
    images = Images.of(["busybox:1.36"], ["nope"])
    assert images.is_present("docker.io/library/busybox:1.36")
    assert not images.is_present("busybox")
    assert images.missing_message("docker.io/library/nope:latest") is not None
    assert images.missing_message("nope:2") is None
    more = images.with_present("busybox").with_missing("nope:2")
    assert more.is_present("busybox")
    assert more.missing_message("nope:2") is not None
    assert not images.is_present("busybox"), "a value does not change"


@pytest.mark.parametrize(
    ("image", "message"),
    [
        pytest.param(
            "127.0.0.1:5999/nope:1",
            'failed to pull and unpack image "127.0.0.1:5999/nope:1": '
            'failed to resolve reference "127.0.0.1:5999/nope:1": failed to do request: '
            'Head "http://127.0.0.1:5999/v2/nope/manifests/1": '
            "dial tcp 127.0.0.1:5999: connect: connection refused",
            id="the recorded one: the registry refuses the connection",
        ),
        pytest.param("nope:1", "pull access denied, repository does not exist", id="the hub knows no such image"),
        pytest.param("nginx:1.72", "docker.io/library/nginx:1.72: not found", id="the hub has no such tag"),
        pytest.param("nginx:1.72", "rpc error: code = NotFound desc = failed to pull", id="... and a code is kept"),
        pytest.param(
            "registry.k8s.io/nope:1", "registry.k8s.io/nope:1: not found", id="a registry knows no such image"
        ),
    ],
)
def test_how_a_missing_image_fails(image, message):
    assert message in (Images.of((), [image]).missing_message(image) or "")


def program(proc):
    return 0


def test_a_learners_image_is_present_and_found_by_any_tag_unless_it_has_one():
    images = Images().with_image("counter", program).with_image("timer:2", program)
    assert images.program("counter:1") is images.program("docker.io/library/counter") is program
    assert images.is_present("counter")
    assert images.program("timer:2") is program
    assert images.program("timer") is None
    assert images.program("other/counter") is None


@pytest.mark.parametrize(
    ("name", "what", "kind"),
    [
        pytest.param("Counter", program, ValueError, id="a name that is none"),
        pytest.param("counter", "program", TypeError, id="a program that is none"),
    ],
)
def test_a_learners_image_is_checked_when_it_is_given(name, what, kind):
    with pytest.raises(kind):
        Images().with_image(name, what)


def test_sizes_are_made_up_but_stay():
    images = Images()
    assert images.size("busybox") == images.size("docker.io/library/busybox:latest") != images.size("busybox:1")
    assert images.size("busybox") < images.size("alpine") < images.size("nginx") / 10
