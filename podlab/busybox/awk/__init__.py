"""`awk`, as busybox has it: a whole one, in virtual time.

`lexer` and `parser` make a `tree` of a program, `interpreter` runs it; `values` are numbers and strings, `fields` the
record, `files` what it reads, writes and pipes, `functions` what is built in.

An own one, since none of the libraries runs here: goawk and frawk are no Python, pyawk and awkpy translate to Python
that blocks at every read and every command. Models busybox editors/awk.c.
"""

from podlab.busybox.awk.interpreter import Interpreter
from podlab.busybox.awk.parser import parse

__all__ = ["Interpreter", "parse"]
