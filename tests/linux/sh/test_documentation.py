"""Commands as the Kubernetes documentation and its readers write them into manifests."""

from __future__ import annotations

import pytest
from shell_box import Box


@pytest.mark.parametrize(
    ("script", "seconds", "log", "status"),
    [
        pytest.param(
            "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600", 700, "", 0, id="liveness with a file"
        ),
        pytest.param("echo Hello from the postStart handler > /usr/share/message", 1, "", 0, id="postStart"),
        pytest.param("while true; do echo hello; sleep 10;done", 25, "hello\n" * 3, None, id="hello for ever"),
        pytest.param("sleep 10 && echo Sleep expired > /dev/termination-log", 20, "", 0, id="termination message"),
        pytest.param("for i in 9 8 7 ; do echo $i ; done", 1, "9\n8\n7\n", 0, id="a job that counts"),
        pytest.param(
            "until nslookup nothing-here; do echo waiting for myservice; sleep 2; done 2>&1 | grep -c waiting",
            5,
            "",
            None,
            id="an init container that waits",
        ),
        pytest.param(
            "date; echo Hello from the Kubernetes cluster",
            1,
            "Thu Jan  1 00:00:00 UTC 2026\nHello from the Kubernetes cluster\n",
            0,
            id="a cron job",
        ),
        pytest.param(
            'i=0;\nwhile true;\ndo\n  echo "$i: $(date)" >> /var/log/1.log;\n'
            '  echo "$(date) INFO $i" >> /var/log/2.log;\n  i=$((i+1));\n  sleep 1;\ndone',
            3,
            "",
            None,
            id="a counter with two logs",
        ),
        pytest.param(
            'echo "Hello world! I\'m going to exit with 42 to simulate a software bug." && sleep 30 && exit 42',
            40,
            "Hello world! I'm going to exit with 42 to simulate a software bug.\n",
            42,
            id="a job that fails",
        ),
        pytest.param(
            "if [[ -e /etc/podinfo/labels ]]; then echo -en '\\n\\n'; cat /etc/podinfo/labels; fi; echo -en '\\n'",
            1,
            "\n",
            0,
            id="downward API files",
        ),
        pytest.param("trap : TERM INT; sleep infinity & wait", 50, "", None, id="waiting for a signal"),
        pytest.param("tail -f /dev/null", 5000, "", None, id="tail of nothing"),
        pytest.param("while sleep 3600; do :; done", 9000, "", None, id="while sleep"),
        pytest.param(
            "sleep 1; echo 'logging' >> /opt/logs.txt & tail -F /opt/logs.txt",
            5,
            "tail: can't open '/opt/logs.txt': No such file or directory\nlogging\n",
            None,
            id="a log that is not there yet",
        ),
        pytest.param("set -e\nset -x\necho one\nfalse\necho two", 1, "+ echo one\none\n+ false\n", 1, id="set -ex"),
        pytest.param(
            '#!/bin/sh\nset -eu\nfor dir in /data /cache; do\n  mkdir -p "$dir"\n  chmod 777 "$dir"\ndone\n'
            "cat > /data/config.yaml <<EOF\nname: ${NAME:-pod}\nhost: $(hostname)\nEOF\ncat /data/config.yaml",
            1,
            "name: pod\nhost: app\n",
            0,
            id="a script that writes a configuration",
        ),
        pytest.param(
            "n=$(shuf -i 1-6 -n 1); [ $n -ge 1 ] && [ $n -le 6 ] && echo ok", 1, "ok\n", 0, id="a throw of the dice"
        ),
        pytest.param(
            "RETRIES=3; until [ $RETRIES -eq 0 ] || nc -z 127.0.0.1 5432; do RETRIES=$((RETRIES-1)); sleep 1; done; "
            'echo "gave up after $((3-RETRIES))"',
            9,
            "nc: can't connect to remote host (127.0.0.1): Connection refused\n" * 3 + "gave up after 3\n",
            0,
            id="waiting for a database",
        ),
    ],
)
def test_documented_commands(box: Box, script: str, seconds: float, log: str, status: int | None) -> None:
    for folder in ("/opt", "/usr/share"):
        box.root.make(folder)
    outcome = box.run(script, until=seconds)
    assert (outcome.log, outcome.status) == (log, status)


def test_one_container_writes_what_another_reads() -> None:
    box = Box()
    box.root.make("/html")
    box.start("sh", "-c", "while true; do date >> /html/index.html; sleep 1; done")
    box.loop.run_until(2.5)
    reader = box.start("sh", "-c", "wc -l < /html/index.html; tail -n+1 -f /html/index.html")
    box.loop.run_until(4.2)
    assert "".join(reader[3]).splitlines() == ["3", *(f"Thu Jan  1 00:00:0{second} UTC 2026" for second in range(4))]


def test_a_sidecar_streams_a_log() -> None:
    box = Box()
    box.root.make("/var/log")
    box.start("sh", "-c", 'i=0; while true; do echo "$i" >> /var/log/1.log; i=$((i+1)); sleep 1; done')
    box.loop.run_until(0.5)
    _, out, _, _ = box.start("tail", "-n+1", "-F", "/var/log/1.log")
    box.loop.run_until(3)
    assert "".join(out) == "0\n1\n2\n"


def test_a_file_probe() -> None:
    box = Box()
    box.start("sh", "-c", "sleep 2; touch /tmp/ready; sleep 2; rm /tmp/ready; sleep 600")
    seen = []
    for moment in (1, 3, 5):
        box.loop.run_until(moment)
        process, _, _, log = box.start("cat", "/tmp/ready")
        box.loop.run_until(moment + 0.5)
        seen.append((process.exit_status, "".join(log)))
    missing = "cat: can't open '/tmp/ready': No such file or directory\n"
    assert seen == [(1, missing), (0, ""), (1, missing)]
