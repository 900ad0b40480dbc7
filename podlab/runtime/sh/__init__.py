"""The tiny shell and busybox's small tools, as programs of podlab: what a container's `command` runs, in virtual time.

`PROGRAMS` maps a tool's name ("sh", "sleep", "nc" …) to its program.
"""

from podlab.runtime.process import Program
from podlab.runtime.sh import builtins_jobs, builtins_vars, main
from podlab.runtime.sh import tools_columns as columns
from podlab.runtime.sh import tools_date as date
from podlab.runtime.sh import tools_ends as ends
from podlab.runtime.sh import tools_files as files
from podlab.runtime.sh import tools_find as find
from podlab.runtime.sh import tools_grep as grep
from podlab.runtime.sh import tools_http as http
from podlab.runtime.sh import tools_ls as ls
from podlab.runtime.sh import tools_net as net
from podlab.runtime.sh import tools_process as process
from podlab.runtime.sh import tools_sed as sed
from podlab.runtime.sh import tools_system as system
from podlab.runtime.sh import tools_text as text
from podlab.runtime.sh.applets import TOOLS
from podlab.runtime.sh.ast import ShellSyntaxError
from podlab.runtime.sh.parser import parse

THEMES = (
    *(builtins_jobs, builtins_vars, main),
    *(columns, date, ends, files, find, grep, http, ls, net, process, sed, system, text),
)
"""The modules that register builtins and tools when they are imported."""

PROGRAMS: dict[str, Program] = {name: tool.program for name, tool in TOOLS.items()}

__all__ = ["PROGRAMS", "ShellSyntaxError", "parse"]
