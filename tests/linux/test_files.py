"""Files in memory: paths, links, layers, mounts, and the system's own errors."""

from __future__ import annotations

import errno

import pytest

from podlab.core.engine.loop import Loop
from podlab.linux.files import Files
from podlab.linux.tree import Directory, File, tree


@pytest.fixture
def files() -> Files:
    image = tree({"etc/hosts": "hosts", "bin/sh": File("#!", 0o755), "dir/file": "text"})
    return Files(Directory(image), Loop())


@pytest.mark.parametrize(
    ("call", "code"),
    [
        pytest.param(lambda f: f.read("/no"), errno.ENOENT, id="read what is not there"),
        pytest.param(lambda f: f.read("/dir"), errno.EISDIR, id="read a directory"),
        pytest.param(lambda f: f.read("/etc/hosts/x"), errno.ENOTDIR, id="through a file"),
        pytest.param(lambda f: f.write("/no/x", ""), errno.ENOENT, id="write into no directory"),
        pytest.param(lambda f: f.write("/dir", ""), errno.EISDIR, id="write a directory"),
        pytest.param(lambda f: f.mkdir("/dir"), errno.EEXIST, id="make what is there"),
        pytest.param(lambda f: f.mkdir("/a/b"), errno.ENOENT, id="make without the one above"),
        pytest.param(lambda f: f.remove("/no"), errno.ENOENT, id="remove nothing"),
        pytest.param(lambda f: f.remove("/dir"), errno.EISDIR, id="remove a directory"),
        pytest.param(lambda f: f.rmdir("/dir"), errno.ENOTEMPTY, id="remove a full directory"),
        pytest.param(lambda f: f.rmdir("/etc/hosts"), errno.ENOTDIR, id="rmdir a file"),
        pytest.param(lambda f: f.listdir("/etc/hosts"), errno.ENOTDIR, id="list a file"),
        pytest.param(lambda f: f.symlink("x", "/dir"), errno.EEXIST, id="link over what is there"),
        pytest.param(lambda f: f.rename("/dir", "/dir/in"), errno.EINVAL, id="move into itself"),
        pytest.param(lambda f: f.write("/big", "x" * ((64 << 20) + 1)), errno.ENOSPC, id="no space left"),
    ],
)
def test_errors_are_the_systems(files, call, code):
    with pytest.raises(OSError) as problem:  # noqa: PT011 - the code is what is checked
        call(files)
    assert problem.value.errno == code


def test_changes_stay_in_the_upper_layer(files):
    other = Files(Directory(files.root.lower), Loop())
    files.write("/etc/hosts", "mine")
    files.write("/dir/file", " more", append=True)
    files.remove("/bin/sh")
    files.mkdir("/dir/new")
    files.chmod("/dir/file", 0o700)
    assert (files.read("/etc/hosts"), files.read("/dir/file")) == ("mine", "text more")
    assert (files.listdir("/bin"), files.listdir("/dir")) == ([], ["file", "new"])
    assert (other.read("/etc/hosts"), other.read("/dir/file")) == ("hosts", "text")
    assert (other.listdir("/bin"), other.listdir("/dir")) == (["sh"], ["file"])
    assert other.find("/dir/file").mode == 0o644


def test_a_removed_file_can_be_made_again(files):
    files.remove("/dir/file")
    assert not files.exists("/dir/file")
    files.write("/dir/file", "new")
    assert files.read("/dir/file") == "new"


def test_a_volume_is_the_same_wherever_it_is_mounted(files):
    other = Files(Directory(), Loop())
    volume = Directory()
    files.mount("/v", volume)
    other.mount("/w/deep", volume)
    files.write("/v/f", "data")
    assert other.read("/w/deep/f") == "data"
    other.remove("/w/deep/f")
    assert files.listdir("/v") == []
    with pytest.raises(OSError, match="busy"):
        files.rmdir("/v")


def test_a_read_only_mount_can_only_be_read(files):
    files.mount("/c", tree({"key": "value"}), readonly=True)
    assert files.read("/c/key") == "value"
    for call in (lambda: files.write("/c/key", ""), lambda: files.remove("/c/key"), lambda: files.mkdir("/c/d")):
        with pytest.raises(OSError, match="Read-only file system"):
            call()


def test_a_read_only_root_leaves_its_volumes_writable(files):
    frozen = Files(files.root, Loop(), readonly=True)
    frozen.mount("/v", Directory())
    frozen.write("/v/f", "x")
    with pytest.raises(OSError, match="Read-only file system"):
        frozen.write("/f", "x")


def test_a_mount_inside_a_volume_is_seen_by_one_container_only(files):
    other = Files(Directory(), Loop())
    volume = Directory()
    for where in (files, other):
        where.mount("/data", volume)
    files.mount("/data/conf/deep", tree({"key": "value"}), readonly=True)
    assert files.read("/data/conf/deep/key") == "value"
    assert other.listdir("/data/conf/deep") == []
    files.write("/data/conf/x", "shared")
    assert other.read("/data/conf/x") == "shared"
    with pytest.raises(OSError, match="Read-only file system"):
        files.write("/data/conf/deep/y", "")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        pytest.param("/link", "hosts", id="to a file"),
        pytest.param("/folder/hosts", "hosts", id="to a directory"),
        pytest.param("/etc/up", "text", id="relative, upwards"),
        pytest.param("/folder/../etc/./hosts", "hosts", id="with dots"),
    ],
)
def test_symbolic_links(files, path, text):
    files.symlink("/etc/hosts", "/link")
    files.symlink("etc", "/folder")
    files.symlink("../dir/file", "/etc/up")
    assert files.read(path) == text


def test_a_link_to_itself_is_an_error(files):
    files.symlink("/loop", "/loop")
    with pytest.raises(OSError, match="Too many levels"):
        files.read("/loop")


def test_writing_through_a_dangling_link_makes_its_target(files):
    files.symlink("made", "/dir/link")
    files.write("/dir/link", "x")
    assert files.read("/dir/made") == "x"


def test_a_copy_of_a_program_is_a_program_until_it_is_written_to(files):
    files.root.add("bin/tool", File(mode=0o755, program="tool"))
    files.copy("/bin/tool", "/dir/copy")
    assert (files.find("/dir/copy").program, files.find("/dir/copy").mode) == ("tool", 0o755)
    files.write("/dir/copy", "x", append=True)
    assert files.find("/dir/copy").program is None


def test_rename_replaces(files):
    files.write("/a", "new")
    files.rename("/a", "/dir/file")
    assert (files.read("/dir/file"), files.exists("/a")) == ("new", False)
    files.rename("/dir", "/moved")
    assert files.read("/moved/file") == "new"


def test_size_is_in_bytes(files):
    files.write("/u", "é€")
    assert files.find("/u").size == 5
