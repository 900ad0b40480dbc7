"""python -c, node -e and perl -e: in virtual time, in the container, and honest about what they have not."""

from __future__ import annotations

import pytest
from one_node import Cluster, box, lines


def ran(image, *command, until=5.0, **fields):
    cluster = Cluster()
    (container,) = cluster.start(cluster.sandbox(box(image, command=list(command))), **fields)
    cluster.loop.run_until(until)
    return cluster, container


@pytest.mark.parametrize(
    ("program", "said", "code"),
    [
        pytest.param("print('hi', 1 + 1)", ["hi 2"], 0, id="print"),
        pytest.param("import sys; print('x'); sys.exit(3)", ["x"], 3, id="exit"),
        pytest.param("import sys; sys.exit('no')", ["no"], 1, id="exit with a text"),
        pytest.param("for i in range(3): print(i * i)", ["0", "1", "4"], 0, id="a loop"),
        pytest.param("print(sum(i for i in range(5) if i % 2), [1, 2][::-1])", ["4 [2, 1]"], 0, id="comprehensions"),
        pytest.param(
            "def f(n):\n  return 1 if n < 2 else n * f(n - 1)\nprint(f'{f(5):04d}')", ["0120"], 0, id="functions"
        ),
        pytest.param("try:\n  1 / 0\nexcept ZeroDivisionError as e:\n  print(e)", ["division by zero"], 0, id="try"),
        pytest.param("import os\nprint(os.environ.get('A'), os.getenv('B', 'c'))", ["1 c"], 0, id="environment"),
        pytest.param(
            "with open('/tmp/f', 'w') as f:\n  f.write('x')\nprint(open('/tmp/f').read())", ["x"], 0, id="files"
        ),
        pytest.param(
            "1 / 0",
            [
                "Traceback (most recent call last):",
                '  File "<string>", line 1, in <module>',
                "ZeroDivisionError: division by zero",
            ],
            1,
            id="a traceback",
        ),
        pytest.param("import flask", None, 1, id="a module that is in no Python image"),
        pytest.param("x = 'a' * 10 ** 10", None, 1, id="more memory than there is"),
        pytest.param("x = 9 ** 9 ** 9", None, 1, id="a number without end"),
        pytest.param("list(range(10 ** 12))", None, 1, id="a list without end"),
        pytest.param("().__class__.__bases__", None, 1, id="what lies behind Python"),
        pytest.param("'{0.__class__}'.format(1)", None, 1, id="the same in a format"),
        pytest.param("import subprocess", None, 1, id="a module that podlab has not"),
    ],
)
def test_python(program, said, code):
    _, container = ran("python:3.12", "python", "-c", program, env={"A": "1"})
    assert container.exit_code == code
    assert said is None or lines(container) == said


def test_python_sleeps_in_virtual_time_and_keeps_back_what_it_prints():
    _, container = ran("python", "python3", "-c", "import time\nprint('a')\ntime.sleep(3)\nprint('b')")
    assert [(at, text) for at, _, text in container.log] == [(3.0, "a"), (3.0, "b")]
    _, container = ran("python", "python3", "-u", "-c", "import time\nprint('a')\ntime.sleep(3)\nprint('b')")
    assert [(at, text) for at, _, text in container.log] == [(0.0, "a"), (3.0, "b")]


def test_python_hears_sigterm():
    program = (
        "import signal, sys, time\nsignal.signal(signal.SIGTERM, lambda s, f: sys.exit(7))\nwhile True: time.sleep(1)"
    )
    cluster, container = ran("python", "python", "-c", program)
    cluster.runtime.signal(container, 15)
    cluster.loop.run_until(10)
    assert container.exit_code == 7


def test_pythons_own_server():
    program = (
        "from http.server import *\n"
        "class H(BaseHTTPRequestHandler):\n"
        "  def do_GET(self):\n"
        "    self.send_response(200)\n    self.end_headers()\n    self.wfile.write(b'at ' + self.path.encode())\n"
        "HTTPServer(('', 8080), H).serve_forever()"
    ).replace("import *", "import HTTPServer, BaseHTTPRequestHandler")
    cluster, container = ran("python", "python", "-c", program)
    assert cluster.get(container, 8080, "/x") == (200, "at /x")


def test_a_busy_loop_does_not_hang():
    assert ran("python", "python", "-c", "while True: pass")[1].state == "running"
    assert ran("node", "node", "-e", "while (true) {}")[1].state == "running"


@pytest.mark.parametrize(
    ("program", "said", "code"),
    [
        pytest.param("console.log(1)", ["1"], 0, id="console.log"),
        pytest.param(
            "console.log(`a${1 + 1}`, 'b' + 3, [1, 'x'], {k: 2})", ["a2 b3 [ 1, 'x' ] { k: 2 }"], 0, id="values"
        ),
        pytest.param("console.log(process.env.A); process.exit(3)", ["1"], 3, id="process"),
        pytest.param("for (let i = 0; i < 3; i++) { if (i === 1) continue; console.log(i) }", ["0", "2"], 0, id="for"),
        pytest.param(
            "const f = (a, b) => a * b; console.log([1, 2].map(x => f(x, 2)).join('-'))", ["2-4"], 0, id="arrows"
        ),
        pytest.param("try { throw new Error('no') } catch (e) { console.log('caught') }", ["caught"], 0, id="try"),
        pytest.param(
            "(async () => { await new Promise(r => setTimeout(r, 2000)); console.log('late') })()",
            ["late"],
            0,
            id="await",
        ),
        pytest.param("console.log(x)", None, 1, id="no such name"),
        pytest.param("import('x')", None, 1, id="what podlab has not"),
    ],
)
def test_node(program, said, code):
    _, container = ran("node:20", "node", "-e", program, env={"A": "1"})
    assert container.exit_code == code
    assert said is None or lines(container) == said


def test_nodes_timers_and_servers():
    program = "let n = 0; setInterval(() => console.log('tick', n++), 1000)"
    assert lines(ran("node", "node", "-e", program, until=2.5)[1]) == ["tick 0", "tick 1"]
    program = "require('http').createServer((req, res) => { res.writeHead(201); res.end('at ' + req.url) }).listen(80)"
    cluster, container = ran("node", "node", "-e", program)
    assert cluster.get(container, 80, "/x") == (201, "at /x")


@pytest.mark.parametrize(
    ("program", "said", "code"),
    [
        ('print "a\\n"; sleep 2; exit 3', ["a"], 3),
        ('for (1..2) { print "$_\\n"; }', ["1", "2"], 0),
        ('die "no"', ["no at -e line 1."], 255),
        ("print bpi(5)", ["3.1416"], 0),
        ("my %h = (1, 2);", ["podlab: cannot run perl -e my %h = (1, 2);"], 1),
    ],
)
def test_perl(program, said, code):
    _, container = ran("perl", "perl", "-e", program)
    assert (lines(container), container.exit_code) == (said, code)
