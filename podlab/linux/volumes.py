"""A pod's volumes: trees that are made once, outlive containers and sandboxes, and go with the pod."""

from __future__ import annotations

from collections.abc import Mapping

from lightkube.models.core_v1 import Pod, Volume

from podlab.linux.tree import Directory, File, Node, tree

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"


class PodVolumes:
    """The volumes of one pod, by name.

    `data` has the files of configMap, secret, downwardAPI and projected volumes: volume name to relative path to text.
    An emptyDir begins empty. A hostPath is a directory of the node, a claim one of the node by the claim's name.
    """

    def __init__(self, pod: Pod, data: Mapping[str, Mapping[str, str]] | None = None) -> None:
        self._data = dict(data or {})
        self._made: dict[str, Node] = {}
        self._volumes: dict[str, Volume] = {v.name: v for v in (pod.spec.volumes if pod.spec else None) or ()}
        meta = pod.metadata
        self._namespace = (meta.namespace if meta else None) or "default"
        self._account: Directory | None = None

    def node(self, name: str, host: Directory) -> Node:
        """The tree of a volume; `host` is the node's root directory. Errors: `KeyError` for an unknown name."""
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._make(self._volumes[name], host)
        return made

    def read_only(self, name: str) -> bool:
        """Whether containers can never write to it."""
        volume = self._volumes[name]
        return bool(volume.configMap or volume.secret or volume.downwardAPI or volume.projected)

    def update(self, name: str, files: Mapping[str, str], now: float) -> None:
        """The ConfigMap or Secret behind a volume has changed: its files change under the containers' eyes."""
        self._data[name] = files
        made = self._made.get(name)
        if isinstance(made, Directory):
            for old in made.names():
                made.drop(old, now)
            for path, text in files.items():
                made.add(path, File(text, mtime=now))

    @property
    def service_account(self) -> Directory:
        """What every container finds under /var/run/secrets/kubernetes.io/serviceaccount."""
        if self._account is None:
            names = {"namespace": self._namespace, "token": "made-up-token", "ca.crt": "made-up certificate\n"}
            self._account = tree(names)
        return self._account

    def _make(self, volume: Volume, host: Directory) -> Node:
        if volume.hostPath is not None:
            return _host_path(host, volume.hostPath.path, volume.hostPath.type or "")
        claim = volume.persistentVolumeClaim
        if claim is not None:
            return host.make(f"var/lib/kubelet/claims/{self._namespace}/{claim.claimName}")
        made = tree(self._data.get(volume.name, {}))
        if volume.emptyDir is not None:
            made.mode = 0o777
        return made


def _host_path(host: Directory, path: str, kind: str) -> Node:
    """The node of the host at a path; missing, it is made: a file for type File…, else a directory."""
    here: Node | None = host
    for part in path.split("/"):
        if part:
            here = here.own(part) if isinstance(here, Directory) else None
    if here is None and kind.startswith("File"):
        here = File()
        host.add(path, here)
    return here if here is not None else host.make(path)
