"""kubectl in a notebook: `%load_ext podlab`, then `%kubectl get pods`, `%%kubectl apply -f -`, `%advance 30`.

The commands go to the session of `podlab.use`, or to a new and empty one. Between two commands no time passes.
"""

from __future__ import annotations

import sys
from typing import Any

from podlab.simulation.session import current


def kubectl(line: str, cell: str | None = None) -> None:
    """Run a kubectl command in the current session; what is below `%%kubectl` in the cell is piped in.

    Examples: `%kubectl get pods -o wide`, `%kubectl get pods --watch --request-timeout=30s`, `%%kubectl apply -f -`.
    """
    result = current().kubectl(line, cell or "")
    sys.stdout.write(result.stdout)
    sys.stdout.flush()  # before stderr, as in a terminal
    wrong = result.stderr + (f"({result.hint})\n" if result.hint else "")
    if wrong:  # in the browser's Python, to write nothing shows an empty box of errors
        sys.stderr.write(wrong)


def advance(line: str) -> None:
    """Let time pass in the current session: `%advance 30`, in seconds."""
    session = current()
    try:
        session.advance(float(line))
    except ValueError as error:
        text = str(error) if str(error).startswith("advance:") else f"advance: give seconds, as in 30, not {line!r}"
        sys.stderr.write(f"%{text}\n")
    else:
        sys.stdout.write(f"t = {session.now:g} s\n")


def register(ipython: Any) -> None:
    """Make the magics known to an IPython shell. Braces and dollars are left alone: jsonpath is full of them."""
    from IPython.core.magic import no_var_expand  # here, so that the functions can be used without IPython

    ipython.register_magic_function(no_var_expand(kubectl), "line_cell", "kubectl")
    ipython.register_magic_function(advance, "line", "advance")
