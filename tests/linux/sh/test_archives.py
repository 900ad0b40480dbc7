"""tar, gzip and named pipes: what is packed comes out again."""

from __future__ import annotations

import io
import tarfile

import pytest

from tests.linux.sh.shell_box import Box


@pytest.fixture
def box() -> Box:
    made = Box()
    made.files.mkdir("/tmp/w", parents=True)
    return made


@pytest.mark.parametrize(
    ("script", "out"),
    [
        pytest.param("mkdir d; echo 1 >d/a; tar cf - d | tar xmf - -C /tmp; cat /tmp/d/a", "1\n", id="kubectl cp"),
        pytest.param("echo a >a; tar czf x.tgz a; rm a; tar xzf x.tgz; cat a", "a\n", id="gzipped"),
        pytest.param("echo a >a; tar cjf x a; tar tf x", "a\n", id="bzip2 is recognised"),
        pytest.param("mkdir d; ln -s b d/l; tar c d | tar tv | sed 's/.* d/d/'", "d/\nd/l -> b\n", id="link"),
        pytest.param("mkdir -p d/e; echo 1 >d/e/f; tar c d | tar x --strip-components 2; cat f", "1\n", id="strip"),
        pytest.param("echo 1 >a; tar c a | tar xO", "1\n", id="to stdout"),
        pytest.param("printf '\\377\\0\\200' >a; gzip a; gunzip a.gz; od -An -tx1 a", " ff 00 80\n", id="bytes"),
        pytest.param("echo a >a; gzip -c a | zcat; bzip2 -c a | bzcat", "a\na\n", id="pipes"),
        pytest.param("echo a >a; touch -d '2024-01-02 03:04' a; tar c a | tar tv", None, id="time"),
        pytest.param("mkfifo p; (echo x >p) & cat p; rm p; ls", "x\n", id="fifo"),
        pytest.param("mkfifo p; (sleep 5; cat p) & echo late >p; date +%S >t; wait; cat t", "late\n05\n", id="late"),
        pytest.param("mkfifo p; timeout 3 sh -c 'echo x >p'; echo $?", "143\n", id="fifo nobody reads"),
    ],
)
def test_what_is_packed_comes_out(box: Box, script: str, out: str | None) -> None:
    wanted = "-rw-r--r-- root/root         2 2024-01-02 03:04:00 a\n" if out is None else out
    assert box.run(f"cd /tmp/w; {script}", until=100).out == wanted


def test_pythons_tarfile_reads_what_tar_writes(box: Box) -> None:
    box.run("cd /tmp/w; mkdir d; echo hello >d/f; chmod 640 d/f; tar cf /tmp/x.tar d")
    data = box.files.read("/tmp/x.tar").encode("utf-8", "surrogateescape")
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        member = archive.getmember("d/f")
        content = archive.extractfile(member)
        assert content is not None
        assert (content.read(), member.mode, archive.getnames()) == (b"hello\n", 0o640, ["d", "d/f"])


@pytest.mark.parametrize(
    ("script", "err"),
    [
        pytest.param("tar xf no", "tar: can't open 'no': No such file or directory\n", id="no archive"),
        pytest.param("tar cf x no", "tar: no: No such file or directory\n", id="no file"),
        pytest.param("tar cf x", "tar: empty archive\n", id="nothing to pack"),
        pytest.param("echo a >x; tar xf x", "tar: short read\n", id="no tar"),
        pytest.param("echo a >a; tar cf x a; tar xf x b", "tar: b: not found in archive\n", id="no member"),
        pytest.param("echo a | gunzip", "gunzip: invalid magic\n", id="no gzip"),
        pytest.param("gunzip no", "gunzip: no: No such file or directory\n", id="nothing to unpack"),
        pytest.param("mkfifo p; mkfifo p", "mkfifo: p: File exists\n", id="fifo is there"),
    ],
)
def test_refusals(box: Box, script: str, err: str) -> None:
    outcome = box.run(f"cd /tmp/w; {script}")
    assert outcome.err.startswith(err)
    assert outcome.status == 1
