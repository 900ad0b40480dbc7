"""What only the owner of this server has: a certificate made at its start, a random token, and the kubeconfig.

trustme makes certificates for tests and local use, with cryptography's primitives.
"""

from __future__ import annotations

import json
import os
import secrets
import ssl
import tempfile
from pathlib import Path

import trustme

HOST = "127.0.0.1"


class Credentials:
    """A certificate authority, a server certificate for the loopback interface, and a token; all of them new."""

    def __init__(self) -> None:
        self._authority = trustme.CA(organization_name="podlab")
        self._server = self._authority.issue_cert(HOST, "localhost", "::1", organization_name="podlab")
        self.token = secrets.token_urlsafe(32)

    @property
    def authority(self) -> str:
        """The certificate of the authority, as PEM text."""
        return self._authority.cert_pem.bytes().decode("ascii")

    def context(self) -> ssl.SSLContext:
        """What a server needs to speak TLS."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self._server.configure_cert(context)
        return context

    def accepts(self, authorization: str) -> bool:
        """Whether an Authorization header holds the token. Takes equally long for every wrong one."""
        kind, _, given = authorization.partition(" ")
        return kind.lower() == "bearer" and secrets.compare_digest(given.strip().encode(), self.token.encode())

    def kubeconfig(self, url: str, namespace: str = "default") -> str:
        """The text of a kubeconfig. JSON is YAML, and cannot be misread."""
        import base64

        data = base64.b64encode(self.authority.encode()).decode()
        return json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "podlab", "cluster": {"server": url, "certificate-authority-data": data}}],
                "users": [{"name": "podlab", "user": {"token": self.token}}],
                "contexts": [
                    {"name": "podlab", "context": {"cluster": "podlab", "user": "podlab", "namespace": namespace}}
                ],
                "current-context": "podlab",
            },
            indent=1,
        )


def write_private(text: str, path: Path | None = None) -> Path:
    """Write a file that only its owner can read. Without a path: into a new directory of its own."""
    if path is None:
        path = Path(tempfile.mkdtemp(prefix="podlab-")) / "kubeconfig"
    there = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(there, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)
    return path
