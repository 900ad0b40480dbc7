"""Helpers of images: what asks a server whether it is there."""

from __future__ import annotations

from podlab.linux.images.registry import Running, program
from podlab.linux.process import Program
from podlab.linux.program import Proc


def asks(port: int, alive: str, dead: str, code: int) -> Program:
    """A client that asks whether the server of this container is there."""

    def ask(proc: Proc) -> Running:
        try:
            connection = yield proc.connect("127.0.0.1", port)
        except OSError:
            proc.err(dead)
            return code
        connection.close()
        if alive:
            proc.print(alive)
        return 0

    return ask


program("rabbitmq-diagnostics")(
    asks(5672, "Ping succeeded", "Error: unable to perform an operation on node 'rabbit@localhost'.", 69)
)
program("healthcheck.sh")(asks(3306, "", "healthcheck connect failed", 1))
