"""python3 -m http.server; other Python programs podlab cannot run in a container."""

from __future__ import annotations

from podlab.linux.images.apache import no_interpreter
from podlab.linux.images.registry import Running, program
from podlab.linux.images.servers import files_below, open_port
from podlab.linux.program import Proc


@program("python3")
def python3(proc: Proc) -> Running:
    """`python3 -m http.server [PORT]`; other Python programs podlab cannot run in a container."""
    args = list(proc.argv[1:])
    if args[:2] == ["-m", "http.server"]:
        port = next((int(word) for word in args[2:] if word.isdecimal()), 8000)
        refusal = "OSError: [Errno 98] Address already in use"
        open_port(proc, port, refusal, files_below(proc, proc.cwd.rstrip("/"), "Python", lists=True))
        proc.err(f"Serving HTTP on 0.0.0.0 port {port} (http://0.0.0.0:{port}/) ...")
        while True:
            yield proc.pause()
    return no_interpreter(proc) if args else 0
