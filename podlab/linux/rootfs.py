"""A container's files: its image below, then what is mounted into it, and its own changes on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import VolumeMount

from podlab.linux.executable import PROGRAM_FOLDERS
from podlab.linux.files import Files
from podlab.linux.procfs import ProcDirectory
from podlab.linux.sysfs import sys_tree
from podlab.linux.tree import Directory, File, Node, Window
from podlab.linux.volumes import SERVICE_ACCOUNT

if TYPE_CHECKING:
    from podlab.linux.image import Image
    from podlab.linux.kernel import Kernel
    from podlab.linux.sandbox import Sandbox

MESSAGE_PATH = "/dev/termination-log"
RESOLV_CONF = "search {0}.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"


def pod_hosts(sandbox: Sandbox) -> File:
    """The pod's /etc/hosts: one file, seen by all its containers."""
    return File(sandbox.hosts_text(), mtime=sandbox.created_at)


def container_files(
    sandbox: Sandbox,
    spec: ContainerSpec,
    image: Image,
    message_file: File,
    host: Directory,
    kernel: Kernel,
) -> Files:
    """What a new run of a container sees. Mounts are made once per container; each run has its own changes."""
    made_of = spec.name, spec.image or ""  # the image of a running pod may change
    layer = sandbox.layers.get(made_of)
    if layer is None:
        layer = sandbox.layers[made_of] = _with_mounts(sandbox, spec, image, host, kernel)
    security = spec.securityContext
    readonly = bool(security and security.readOnlyRootFilesystem)
    covered = isinstance(layer, Window)  # a volume is mounted at "/": what is written there is written into it
    known = None if covered or layer.changes(PROGRAM_FOLDERS) else image.known
    files = Files(layer if covered else Directory(layer), kernel.clock, readonly, known)
    files.mount(spec.terminationMessagePath or MESSAGE_PATH, message_file)
    return files


def _with_mounts(sandbox: Sandbox, spec: ContainerSpec, image: Image, host: Directory, kernel: Kernel) -> Directory:
    layer = Directory(image.root)
    files = Files(layer, kernel.clock)
    meta = sandbox.pod.metadata
    namespace = (meta.namespace if meta else None) or "default"
    mounts = sorted(spec.volumeMounts or (), key=lambda m: m.mountPath.strip("/").count("/"))
    for mount in mounts:
        if not mount.mountPath.strip("/"):
            _mount(files, sandbox, mount, host)
    files.mount("/proc", ProcDirectory(kernel))
    files.mount("/sys", sys_tree(kernel, _cpus(spec, "limits"), _cpus(spec, "requests") or 0.0), readonly=True)
    files.mount("/etc/hosts", sandbox.hosts)
    files.mount("/etc/hostname", File(sandbox.hostname + "\n"))
    files.mount("/etc/resolv.conf", File(RESOLV_CONF.format(namespace)))
    if sandbox.spec.automountServiceAccountToken is not False:
        files.mount(SERVICE_ACCOUNT, sandbox.volumes.service_account, readonly=True)
    for mount in mounts:
        if mount.mountPath.strip("/"):
            _mount(files, sandbox, mount, host)
    workdir = spec.workingDir or image.workdir
    if not files.exists(workdir):
        files.mkdir(workdir, parents=True)
    return files.root


def _mount(files: Files, sandbox: Sandbox, mount: VolumeMount, host: Directory) -> None:
    readonly = bool(mount.readOnly) or sandbox.volumes.read_only(mount.name)
    files.mount(mount.mountPath, _mounted(sandbox, mount, host), readonly=readonly)


def _mounted(sandbox: Sandbox, mount: VolumeMount, host: Directory) -> Node:
    """The volume, or the part of it that `subPath` names (made as a directory when it is missing)."""
    node: Node = sandbox.volumes.node(mount.name, host)
    for part in (mount.subPath or "").split("/"):
        if part and isinstance(node, Directory):
            node = node.own(part) or node.make(part)
    return node


def _cpus(spec: ContainerSpec, kind: str) -> float | None:
    """A container's CPU limit or request, in CPUs; None without one, or with one that cannot be read."""
    wanted = getattr(spec.resources, kind, None) or {}
    text = str(wanted.get("cpu", ""))
    try:
        return float(text[:-1]) / 1000 if text.endswith("m") else float(text)
    except ValueError:
        return None
