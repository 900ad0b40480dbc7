"""`podlab serve`: the Kubernetes API over HTTPS on the loopback interface, in front of a Session."""

from podlab.serve.pace import Speed
from podlab.serve.server import Server, serve

__all__ = ["Server", "Speed", "serve"]
