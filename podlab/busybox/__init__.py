"""The tiny shell and busybox's small tools, as programs of podlab: what a container's `command` runs, in virtual time.

`PROGRAMS` maps a tool's name ("sh", "sleep", "nc" …) to its program.

Why a parser of our own. Compared were bashlex 0.18, libdash 0.5, tree-sitter-bash 0.25 and a grammar for lark 1.3.
bashlex is GPL, the last release is of 2023, and it refuses `case` and `$((…))`, which every other manifest has.
libdash is dash's own parser: it agrees with ash, but it reads only files, keeps its state in C globals (a second
`initialize` hung), says no more than `ParseError`, and needs a compiler where there is no wheel. tree-sitter-bash is
fast and MIT, but it is made for editors: it accepts `done; done`, gives no error texts, takes `$((…))` in a
here-document for a command, and brings two binary wheels. With lark the grammar would be readable, but a shell's words
cannot be cut without it: what a character means depends on quotes, on whether a command may begin here, on
here-documents still to come, and on `$(…)` inside words; all of that would be callbacks beside the grammar. So
`lexer` and `parser` are a recursive descent of one method for each rule of the POSIX grammar, 700 lines without a
dependency, 15 to 60 µs for a usual `command`, and with ash's own words for errors.
"""

from podlab.busybox import builtins_jobs, builtins_limits, builtins_vars, main, tools
from podlab.busybox import tools_date as date
from podlab.busybox import tools_http as http
from podlab.busybox import tools_ifaces as ifaces
from podlab.busybox import tools_net as net
from podlab.busybox import tools_process as process
from podlab.busybox import tools_system as system
from podlab.busybox.applets import TOOLS
from podlab.busybox.ast import ShellSyntaxError
from podlab.busybox.parser import parse
from podlab.linux.process import Program

THEMES = (
    *(builtins_jobs, builtins_limits, builtins_vars, main, *tools.MODULES),
    *(date, http, ifaces, net, process, system),
)
"""The modules that register builtins and tools when they are imported."""

PROGRAMS: dict[str, Program] = {name: tool.program for name, tool in TOOLS.items()}

__all__ = ["PROGRAMS", "ShellSyntaxError", "parse"]
