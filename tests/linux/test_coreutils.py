"""Images with GNU's tools: their words for what goes wrong, their exit codes, procps' tables."""

from __future__ import annotations

import pytest

from tests.linux.sh.shell_box import Box

# Recorded in a container of debian:12.
RECORDED = [
    ("cat nofile", "cat: nofile: No such file or directory", 1),
    ("ls nofile", "ls: cannot access 'nofile': No such file or directory", 2),
    ("rm nofile", "rm: cannot remove 'nofile': No such file or directory", 1),
    ("cp nofile x", "cp: cannot stat 'nofile': No such file or directory", 1),
    ("mkdir /a/b", "mkdir: cannot create directory '/a/b': No such file or directory", 1),
    ("head nofile", "head: cannot open 'nofile' for reading: No such file or directory", 1),
    ("sleep abc", "sleep: invalid time interval 'abc'\nTry 'sleep --help' for more information.", 1),
    ("date -d nonsense", "date: invalid date 'nonsense'", 1),
    ("chmod 600 nofile", "chmod: cannot access 'nofile': No such file or directory", 1),
    ("grep x nofile", "grep: nofile: No such file or directory", 2),
    ("sed p nofile", "sed: can't read nofile: No such file or directory", 2),
    ("wc -l nofile", "wc: nofile: No such file or directory", 1),
]


@pytest.mark.parametrize(("script", "said", "status"), RECORDED, ids=[row[0] for row in RECORDED])
def test_debian_words_it_as_coreutils_do(script, said, status):
    outcome = Box(base="debian 12").run(f"{script}; exit $?")
    assert (outcome.err, outcome.status) == (said + "\n", status)


@pytest.mark.parametrize(
    ("base", "status"),
    [("debian 12", 124), ("ubuntu 24.04", 124), ("fedora", 124), ("busybox 1.35", 143), ("alpine 3.20", 143)],
)
def test_timeout_says_by_base_that_the_time_was_over(base, status):
    box = Box(base=base)
    assert box.run("timeout 1 sleep 5; echo $?").out == f"{status}\n"
    assert box.run("timeout 5 false; echo $?").out == "1\n"


def test_what_a_tool_starts_keeps_its_own_words():
    box = Box(base="debian 12")
    assert box.run("env cat nofile 2>&1 | cat; echo nofile | xargs ls").err == (
        "ls: cannot access 'nofile': No such file or directory\n"
    )


@pytest.mark.parametrize(
    ("command", "titles"),
    [
        pytest.param("ps", "PID TTY TIME CMD", id="ps"),
        pytest.param("ps -ef", "UID PID PPID C STIME TTY TIME CMD", id="ps -ef"),
        pytest.param("ps aux", "USER PID %CPU %MEM VSZ RSS TTY STAT START TIME COMMAND", id="ps aux"),
    ],
)
def test_ps_of_procps(command, titles):
    lines = Box(base="ubuntu 24.04").run(f"{command}; true").out.splitlines()
    assert lines[0].split() == titles.split()
    assert [line.split()[-1] for line in lines[1:]][-1] in ("ps", "-ef", "aux")


def test_busybox_keeps_its_own_words():
    assert Box().run("cat nofile").err == "cat: can't open 'nofile': No such file or directory\n"
