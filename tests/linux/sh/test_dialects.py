"""dash and bash where an image has them. What is right was seen in dash 0.5.12 and bash 5.2 (Debian 12)."""

from __future__ import annotations

import pytest
from shell_box import Box

DASH = [
    ('echo -e "a\\tb"', "-e a\tb\n", "", 0),
    ("nosuchcmd; echo $?", "127\n", "dash: 1: nosuchcmd: not found\n", 0),
    ("[[ a = a ]] && echo yes; echo $?", "127\n", "dash: 1: [[: not found\n", 0),
    ("x=abc; echo ${x:1:1}; echo after", "", "dash: 1: Bad substitution\n", 2),
    ("a=(1 2); echo $a", "", 'dash: 1: Syntax error: "(" unexpected\n', 2),
    ("cat < nofile; echo $?", "2\n", "dash: 1: cannot open nofile: No such file\n", 0),
    ("echo x > /nodir/f; echo $?", "2\n", "dash: 1: cannot create /nodir/f: Directory nonexistent\n", 0),
    (". ./nofile; echo after", "", "dash: 1: .: cannot open ./nofile: No such file\n", 2),
    ("set -u; echo $x; echo no", "", "dash: 1: x: parameter not set\n", 2),
    ("echo $((1/0)); echo no", "", 'dash: 1: arithmetic expression: division by zero: "1/0"\n', 2),
    ("if true; then echo a", "", 'dash: 1: Syntax error: end of file unexpected (expecting "fi")\n', 2),
    ("source ./x; echo $?", "127\n", "dash: 1: source: not found\n", 0),
    ("function f { echo a; }; f", "", 'dash: 1: Syntax error: "}" unexpected\n', 2),
    ("echo {1..3} $RANDOM.", "{1..3} .\n", "", 0),
    ("cat <<< abc", "", "dash: 1: Syntax error: redirection unexpected\n", 2),
    ("set -o pipefail; echo $?", "", "dash: 1: set: Illegal option -o pipefail\n", 2),
    ("trap 'echo T; exit' TERM; kill $$", "T\n", "", 0),
]


def run(box: Box, shell: str, script: str) -> tuple[str, str, int | None]:
    box.root.make("/tmp/w")
    process, out, err, _ = box.start(shell, "-c", script)
    process.cwd = "/tmp/w"
    box.loop.run_until(20)
    return "".join(out), "".join(err), process.exit_status


@pytest.mark.parametrize(("script", "out", "err", "status"), DASH, ids=[case[0][:30] for case in DASH])
def test_dash(box: Box, script: str, out: str, err: str, status: int) -> None:
    assert run(box, "dash", script) == (out, err, status)
