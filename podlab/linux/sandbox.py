"""A pod's sandbox: the pause process, and the namespaces and the IP it holds for the containers."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from lightkube.models.core_v1 import Pod, PodSpec

from podlab.core.rules.namespaces import HOST, PAUSE, POD, identity, sharing

if TYPE_CHECKING:
    from podlab.linux.group import PidNamespace
    from podlab.linux.network import NetNamespace
    from podlab.linux.process import Process
    from podlab.linux.tree import Directory, File
    from podlab.linux.volumes import PodVolumes


class Sandbox:
    """What exists before any container of a pod, and outlives each of them.

    `ready` is true while its pause process runs. `attempt` counts the sandboxes of a pod from 0.
    """

    def __init__(
        self, pod: Pod, *, id: str, attempt: int, ip: str, created_at: float, volumes: PodVolumes, node: str
    ) -> None:
        self.pod = pod
        self.id = id
        self.attempt = attempt
        self.ip = ip
        self.created_at = created_at
        self.ended_at: float | None = None
        self.volumes = volumes
        self.node = node
        self.containers: list[Any] = []  # of podlab.linux.Container, which know their sandbox
        self.layers: dict[tuple[str, str], Directory] = {}
        self.net: NetNamespace
        self.pids: PidNamespace | None = None
        self.pause: Process
        self.hosts: File

    @property
    def ready(self) -> bool:
        """Whether pause runs."""
        return self.ended_at is None

    @property
    def spec(self) -> PodSpec:
        """The pod's spec."""
        assert self.pod.spec is not None
        return self.pod.spec

    @property
    def uid(self) -> str:
        """The pod's UID."""
        return (self.pod.metadata.uid if self.pod.metadata else None) or ""

    @cached_property
    def hostname(self) -> str:
        """The name in the pod's UTS namespace."""
        if self.spec.hostNetwork:
            return self.node
        name = self.spec.hostname or (self.pod.metadata.name if self.pod.metadata else None) or ""
        return name[:63].rstrip("-.")

    @property
    def sharing(self) -> dict[str, dict[str, str]]:
        """Who shares what; see `namespaces.sharing`."""
        return sharing(self.pod)

    @property
    def namespaces(self) -> dict[str, str]:
        """Pause's namespaces: kind to identity."""
        own = {kind: self.identify(kind, label) for kind, label in self.sharing[PAUSE].items()}
        return {**own, "pid": self.pause.ns.id}

    def identify(self, kind: str, label: str, run: object = "") -> str:
        """The identity of the namespace that `sharing` gives a label. `run` tells a container's runs apart."""
        if label == HOST:
            return identity(kind, self.node)
        if label == POD:
            return identity(kind, self.id)
        return identity(kind, self.id, label, run)

    def hosts_text(self) -> str:
        """The pod's /etc/hosts. Models pkg/kubelet/kubelet_pods.go managedHostsFileContent."""
        spec = self.spec
        own = "" if spec.hostNetwork else f"{self.ip}\t{self._names()}\n"
        aliases = "".join(f"{a.ip}\t{_tabbed(a.hostnames or [])}\n" for a in spec.hostAliases or ())
        header = "# Kubernetes-managed hosts file" + (" (host network).\n" if spec.hostNetwork else ".\n")
        return header + LOCALHOST + own + (f"\n# Entries added by HostAliases.\n{aliases}" if aliases else "")

    def _names(self) -> str:
        if not self.spec.subdomain:
            return self.hostname
        namespace = (self.pod.metadata.namespace if self.pod.metadata else None) or "default"
        return f"{self.hostname}.{self.spec.subdomain}.{namespace}.svc.cluster.local\t{self.hostname}"


LOCALHOST = """127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
"""


def _tabbed(names: list[str]) -> str:
    return "\t".join(names)
