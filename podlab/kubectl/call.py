"""One call of a kubectl command: what it was given, the cluster it speaks to, and what it prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from podlab.kubectl.command import Command
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.flags import Parsed
from podlab.kubectl.store import Api

DRY_RUNS = ("none", "server", "client")


@dataclass(frozen=True, repr=False)
class Result:
    """What a command printed, its exit code, and, after a mistake, what was probably meant (kubectl prints no such).

    A cell that ends with a Result shows what a terminal would show.
    """

    stdout: str = ""
    stderr: str = ""
    rc: int = 0
    hint: str = ""

    def __str__(self) -> str:
        hint = f"({self.hint})\n" if self.hint else ""
        return self.stdout + self.stderr + hint

    def __repr__(self) -> str:
        return str(self).rstrip("\n")


@dataclass
class Call:
    """The state of a running command. `fail` remembers an error and goes on; the command then ends with exit code 1."""

    api: Api
    command: Command
    parsed: Parsed
    stdin: str
    default_namespace: str
    read_file: Callable[[str], str]
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    failures: list[KubectlError] = field(default_factory=list)

    @property
    def flags(self) -> Mapping[str, Any]:
        """The flags by name."""
        return self.parsed.flags

    @property
    def args(self) -> tuple[str, ...]:
        """The arguments that are no flags."""
        return self.parsed.args

    @property
    def namespace(self) -> str:
        """The namespace to work in."""
        return self.flags["namespace"] or self.default_namespace

    @property
    def everywhere(self) -> bool:
        """Whether all namespaces are meant."""
        return bool(self.flags.get("all-namespaces"))

    @property
    def dry_run(self) -> bool:
        """Whether nothing must be changed. Raises KubectlError for a kind of dry run that does not exist."""
        kind = self.flags["dry-run"]
        if kind not in DRY_RUNS:
            raise KubectlError(
                f'error: Invalid dry-run value ({kind}). Must be "none", "server", or "client".',
                hint="Use --dry-run=client to see what would be sent.",
            )
        return bool(kind != "none")

    @property
    def dry_note(self) -> str:
        """What is added to ``pod/web created``."""
        return {"server": " (server dry run)", "client": " (dry run)"}.get(self.flags["dry-run"], "")

    def out(self, text: str) -> None:
        """Print to stdout."""
        self.stdout.append(text)

    def err(self, text: str) -> None:
        """Print a line to stderr."""
        self.stderr.append(text + "\n")

    def fail(self, error: KubectlError) -> None:
        """Remember an error."""
        self.failures.append(error)

    def usage_error(self, message: str) -> KubectlError:
        """The arguments are wrong."""
        return KubectlError(f"error: {message}\nSee 'kubectl {self.command.name} -h' for help and examples")
