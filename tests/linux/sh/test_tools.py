"""Tools where podlab's world differs from a recorded busybox: time, network, names, processes, memory."""

from __future__ import annotations

import pytest
from shell_box import Box

from podlab.busybox import PROGRAMS
from podlab.busybox.applets import TOOLS
from podlab.linux.program import Proc
from podlab.linux.tree import File

NEW_YEAR = "Thu Jan  1 00:00:00 UTC 2026"
SERVER = "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n"
RESOLVER = "echo nameserver 10.96.0.10 > /etc/resolv.conf; "
ETH0 = "    inet 10.0.0.7/24 brd 10.0.0.255 scope global eth0\n"
LISTENING = "tcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      2/nc\n"
TIMED_OUT = "wget: download timed out\n"


def test_every_tool_is_a_program_of_its_name() -> None:
    assert set(PROGRAMS) == set(TOOLS)
    assert {"sh", "ash", "sleep", "cat", "nc", "wget", "tail", "busybox"} <= set(PROGRAMS)


@pytest.mark.parametrize("name", sorted(set(TOOLS) - {"sh", "ash", "bash"}))
def test_no_tool_breaks_down_on_a_strange_command_line(box: Box, name: str) -> None:
    for rest in ("", "-Q", "--nope", "/nope", "/", "-n", "-n x", "-1 -2", "' ' ''", "+ - @ % -- -"):
        box.run("echo b > f")
        outcome = box.run(f"timeout 3 {name} {rest} < f; exit $?", until=10)
        assert "Traceback" not in outcome.log
        assert outcome.status is not None


@pytest.mark.parametrize(
    ("script", "out"),
    [
        pytest.param("date; sleep 3661; date +%H:%M:%S; date +%s", f"{NEW_YEAR}\n01:01:01\n1767229261\n"),
        pytest.param("hostname; hostname -i; uname -n", "app\n10.0.0.7\napp\n"),
        pytest.param("id; whoami; id -un", "uid=0(root) gid=0(root) groups=0(root)\nroot\nroot\n"),
        pytest.param("sleep 60; uptime", " 00:01:00 up 1 min,  0 users,  load average: 0.00, 0.00, 0.00\n"),
        pytest.param("touch f; ls -l f", "-rw-r--r--    1 root     root             0 Jan  1 00:00 f\n"),
        pytest.param("busybox echo hi; busybox nope; echo $?", "hi\n127\n"),
        pytest.param("cp /bin/busybox /tmp/x.war; ls /tmp; [ -x /tmp/x.war ] && /tmp/x.war echo a", "x.war\na\n"),
        pytest.param("sleep 9 & sleep 9 & pidof sleep; killall sleep; pidof sleep; echo $?", "3 2\n1\n"),
        pytest.param("sleep 9 & ps -o pid,ppid,comm | head -2", "PID   PPID  COMMAND\n    1     0 sh\n"),
        pytest.param("which ls nope; command -v ls; type ls", "/bin/ls\nls\nls is ls\n"),
        pytest.param("time sleep 1.5 2>&1", "real\t0m 1.50s\nuser\t0m 0.00s\nsys\t0m 0.00s\n"),
        pytest.param("echo to the log > /proc/1/fd/1", "to the log\n"),
        pytest.param("echo a | tee /dev/stderr", "a\n"),
        pytest.param("echo a > f; cat /dev/stdin < f; cat /dev/fd/0 < f", "a\na\n"),
        pytest.param(RESOLVER + "nslookup app", SERVER + "** server can't find app: NXDOMAIN\n\n" * 2),
        pytest.param("mktemp -u | wc -c; x=$(mktemp); [ -f $x ] && echo made", "16\nmade\n"),
        pytest.param("ping -c2 app | tail -2 | head -1", "2 packets transmitted, 2 packets received, 0% packet loss\n"),
        pytest.param("ip addr show eth0 | grep inet; ip a show dev lo | grep -c inet", ETH0 + "1\n"),
        pytest.param("ip route | head -1; ifconfig eth0 | grep -c 10.0.0.7", "default via 10.0.0.1 dev eth0 \n1\n"),
        pytest.param("nc -l -p 80 & sleep 1; netstat -tlnp | tail -n +3", LISTENING),
        pytest.param("[[ abc =~ ^a.c$ && -d / ]] && echo yes", "yes\n"),
    ],
    ids=lambda value: value[:40],
)
def test_output(box: Box, script: str, out: str) -> None:
    assert box.run(script, until=5000).out == out


# ---- nc


@pytest.mark.parametrize(
    ("script", "out"),
    [
        pytest.param("nc -l -p 80 > got & sleep 1; echo hi | nc 127.0.0.1 80; wait; cat got", "hi\n", id="to a server"),
        pytest.param(
            "echo pong > m; nc -l -p 80 < m & sleep 1; nc app 80 < /dev/null", "pong\n", id="from a server by name"
        ),
        pytest.param(
            "echo pong > m; while :; do nc -l -p 80 < m; done & sleep 1; for i in a b c; do nc app 80 </dev/null; done",
            "pong\n" * 3,
            id="a server in a loop",
        ),
        pytest.param("nc -l -p 80 & sleep 1; nc -l -p 80; echo $?", "1\n", id="a port that is taken"),
        pytest.param("nc -lk -p 80 -e echo hello & sleep 1; nc app 80; nc app 80", "hello\nhello\n", id="a program"),
        pytest.param(
            "nc -ll -p 80 -e echo hello & sleep 1; nc app 80; nc app 80", "hello\nhello\n", id="again and again"
        ),
        pytest.param(
            "nc -ll -p 80 -e sleep 5 & sleep 1; nc app 80 & nc app 80; date +%S", "06\n", id="two callers at once"
        ),
        pytest.param(
            "nc -l -p 80 -e sh -c 'echo in; echo aside >&2' & sleep 1; nc app 80", "in\n", id="no errors for the caller"
        ),
        pytest.param("nc -l -U /tmp/s > got & sleep 1; echo hi | nc local:/tmp/s; wait; cat got", "hi\n", id="unix"),
        pytest.param("nc -l -p 80 & sleep 1; nc -z 127.0.0.1 80; echo $?; nc -z app 81; echo $?", "0\n1\n", id="look"),
        pytest.param("nc -w 2 10.9.9.9 80; echo $?; date +%S", "1\n02\n", id="nobody there"),
    ],
)
def test_nc(box: Box, script: str, out: str) -> None:
    assert box.run(script).out == out


def test_nc_errors_as_busybox_words_them(box: Box) -> None:
    outcome = box.run("nc -l -p 80 & sleep 1; nc -l -p 80; nc 127.0.0.1 81; nc nobody 1; nc -w 1 10.9.9.9 80; nc app x")
    assert outcome.err == (
        "nc: bind: Address already in use\n"
        "nc: can't connect to remote host (127.0.0.1): Connection refused\n"
        "nc: bad address 'nobody'\n"
        "nc: timed out\n"
        "nc: invalid port 'x'\n"
    )


# ---- http


def server(proc: Proc) -> object:
    pages = {"/": (200, "home\n"), "/a.txt": (200, "text\n"), "/old": (500, "broken\n")}
    proc.listen(8080, serve=lambda path: pages.get(path, (404, "nothing\n")))
    yield proc.pause()


def ask(box: Box, script: str) -> tuple[str, str]:
    box.kernel.start(box.group, server, ["server"], env={}, cwd="/", fds={})
    outcome = box.run(script)
    return outcome.out, outcome.err


@pytest.mark.parametrize(
    ("script", "out", "err"),
    [
        pytest.param("wget -qO- http://127.0.0.1:8080", "home\n", "", id="wget to stdout"),
        pytest.param("wget -q 127.0.0.1:8080/a.txt; cat a.txt", "text\n", "", id="wget to a file"),
        pytest.param("wget -q -O x app:8080; cat x", "home\n", "", id="wget to a named file"),
        pytest.param(
            "wget -O- app:8080",
            "home\n",
            "Connecting to app:8080 (10.0.0.7:8080)\nwriting to stdout\n",
            id="wget tells what it does",
        ),
        pytest.param(
            "wget -qO- app:8080/none; echo $?",
            "1\n",
            "wget: server returned error: HTTP/1.1 404 Not Found\n",
            id="not found",
        ),
        pytest.param("wget -qO- nobody; echo $?", "1\n", "wget: bad address 'nobody'\n", id="an unknown host"),
        pytest.param(
            "wget -qO- app:81; echo $?", "1\n", "wget: can't connect to remote host (10.0.0.7): Connection refused\n"
        ),
        pytest.param("wget --spider -q app:8080 && echo there", "there\n", "", id="spider"),
        pytest.param(
            "sleep 9 | nc -l -p 81 >o& sleep 1; wget -T 2 -qO- app:81; date +%S", "03\n", "wget: download timed out\n"
        ),
        pytest.param("curl -s app:8080; curl -fs app:8080/old; echo $?", "home\n22\n", "", id="curl"),
        pytest.param(
            "curl -s -o /dev/null -w '%{http_code}\\n' app:8080/none; curl nobody; echo $?",
            "404\n6\n",
            "curl: (6) Could not resolve host: nobody\n",
            id="curl codes",
        ),
        pytest.param("mkdir w; echo page > w/index.html; httpd -p 82 -h w; wget -qO- app:82", "page\n", "", id="httpd"),
        pytest.param("printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc app 8080 | tail -1", "home\n", "", id="by hand"),
    ],
)
def test_http(script: str, out: str, err: str) -> None:
    box = Box()
    box.root.add("/bin/curl", File(mode=0o755, program="curl"))
    assert ask(box, script) == (out, err)


# ---- tail, grep


def test_tail_follows_a_file(box: Box) -> None:
    outcome = box.run("for i in 1 2 3; do echo $i >> f; sleep 1; done & sleep 0.5; timeout 4 tail -f -n 1 f")
    assert outcome.out == "1\n2\n3\n"


def test_tail_by_name_follows_a_new_file(box: Box) -> None:
    outcome = box.run("echo a > f; (sleep 1.5; mv f g; echo b > f) & timeout 4 tail -F f")
    assert outcome.out == "a\nb\n"
