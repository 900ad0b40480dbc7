"""The container runtime of a node, as the kubelet sees it: sandboxes, containers, signals, exec, calls into pods.

Models the CRI as containerd and runc answer it. Nothing here waits: what takes time is told later through a callback.
Programs run in callbacks of the clock only, so no callback of the caller runs inside one of these calls, but for `done`
of `http_get` and `tcp_connect`, when the answer is known at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lightkube.models.core_v1 import Container as ContainerSpec
from lightkube.models.core_v1 import Pod

from podlab.core.engine.runtime import StartError
from podlab.core.rules.namespaces import hashed, identity
from podlab.linux import http, signals
from podlab.linux.base import SCRATCH
from podlab.linux.clock import Clock
from podlab.linux.container import Container
from podlab.linux.dialing import Line
from podlab.linux.execs import Exec
from podlab.linux.executable import command_line, refusal, resolve
from podlab.linux.files import Files
from podlab.linux.group import Group, PidNamespace
from podlab.linux.image import Image
from podlab.linux.images import catalogue, servers
from podlab.linux.images.described import declared
from podlab.linux.images.stand_in import ending, ends_by_itself, ports_of
from podlab.linux.images.store import Images
from podlab.linux.kernel import KILLED, Kernel
from podlab.linux.logs import LogStream
from podlab.linux.network import NetNamespace, Network
from podlab.linux.process import Process, Program
from podlab.linux.rootfs import container_files, pod_hosts
from podlab.linux.sandbox import Sandbox
from podlab.linux.streams import Null
from podlab.linux.tree import Directory, File
from podlab.linux.volumes import PodVolumes

CREATE_FAILED = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
    "unable to start container process: "
)
START_ERROR = 128
PAUSE_THREADS = 4
FIRST_PID_RANGE = 4_000_000


class Runtime:
    """One per node. `network` connects the runtimes of one cluster; by default a node is alone.

    `on_exit(container)` is called at the instant a main process has ended, with the container's state already changed;
    `on_sandbox_exit(sandbox)` when a pause process was killed (not when `stop_pod_sandbox` ended it).
    """

    def __init__(
        self, clock: Clock, images: Images, node: str = "node-1", *, ip: str = "", network: Network | None = None
    ) -> None:
        self.clock = clock
        self.images = images
        self.node = node
        self.kernel = Kernel(clock, catalogue.lookup)
        self.kernel.host.id = identity("pid", node)
        self.network = network or Network(clock)
        self.host_files = Directory()
        self.host_net = NetNamespace(identity("net", node), ip, self.network)
        self.on_exit: Callable[[Container], None] = lambda container: None
        self.on_sandbox_exit: Callable[[Sandbox], None] = lambda sandbox: None

    # ---- sandboxes

    def make_volumes(self, pod: Pod, data: Mapping[str, Mapping[str, str]]) -> PodVolumes:
        """A pod's volumes; `data` are the files of those that the API fills: volume to path to text."""
        return PodVolumes(pod, data)

    def run_pod_sandbox(self, pod: Pod, *, attempt: int, ip: str, volumes: PodVolumes) -> Sandbox:
        """Start pause: from now on the pod has its network, IPC and UTS namespaces and its IP."""
        now = self.clock.now
        uid = (pod.metadata.uid if pod.metadata else None) or ""
        sandbox = Sandbox(
            pod,
            id=hashed("sandbox", uid, attempt),
            attempt=attempt,
            ip=ip,
            created_at=now,
            volumes=volumes,
            node=self.node,
        )
        spec = sandbox.spec
        if spec.hostNetwork:
            sandbox.net = self.host_net
            sandbox.net.ip = ip
        else:
            sandbox.net = NetNamespace(sandbox.identify("net", "pod"), ip, self.network)
        self.network.join(sandbox.net)
        if spec.hostPID:
            sandbox.pids = self.kernel.host
        elif spec.shareProcessNamespace:
            sandbox.pids = PidNamespace(identity("pid", sandbox.id))
        sandbox.hosts = pod_hosts(sandbox)
        group = Group(
            pids=sandbox.pids or PidNamespace(identity("pid", sandbox.id)),
            files=Files(catalogue.linux(SCRATCH), self.clock, readonly=True),
            net=sandbox.net,
            hostname=sandbox.hostname,
            first_pid=_first_pid(sandbox.id),
            base=SCRATCH,
        )
        group.main = sandbox.pause = self.kernel.start(
            group,
            servers.pause,
            ("/pause",),
            env={},
            cwd="/",
            fds={},
            threads=PAUSE_THREADS,
            on_end=lambda process: self._pause_ended(sandbox),
        )
        return sandbox

    def stop_pod_sandbox(self, sandbox: Sandbox) -> None:
        """Kill whatever still runs in a sandbox, and pause; its network and IP are gone. Harmless when stopped."""
        if sandbox.ready:
            sandbox.ended_at = self.clock.now
        for container in sandbox.containers:
            if container.main is not None:
                self.kernel.exit(container.main, KILLED)
        self.kernel.exit(sandbox.pause, KILLED)
        if not sandbox.spec.hostNetwork:
            self.network.leave(sandbox.net)

    def _pause_ended(self, sandbox: Sandbox) -> None:
        if sandbox.ready:
            sandbox.ended_at = self.clock.now
            self.kernel.tell(self.on_sandbox_exit, sandbox)

    # ---- containers

    def create_container(
        self,
        sandbox: Sandbox,
        pod: Pod,
        spec: ContainerSpec,
        restart_count: int = 0,
        env: Mapping[str, str] | None = None,
        memory_limit: int | None = None,
    ) -> Container:
        """A container, not yet started: its image's files, the volumes it mounts, and its place in the sandbox.

        `pod` is the pod's latest version; `env` are the variables the kubelet gives; `memory_limit` is in bytes.
        """
        sandbox.pod = pod
        id = hashed("container", sandbox.uid, sandbox.attempt, spec.name, restart_count)
        image = self.images.find(spec.image or "")
        message_file = File(mode=0o666, mtime=self.clock.now)
        files, mount_error = self._files(sandbox, spec, image, message_file)
        pids = sandbox.pids or _target_pids(sandbox, spec.name) or PidNamespace(identity("pid", id))
        group = Group(
            pids=pids,
            files=files,
            net=sandbox.net,
            hostname=sandbox.hostname,
            first_pid=_first_pid(id),
            ports=ports_of(spec),
            user=_user(sandbox, spec, image.user),
            memory_limit=memory_limit,
            base=image.base,
            image=spec.image or "",
            version=image.version,
        )
        container = Container(
            sandbox,
            spec,
            id=id,
            restart_count=restart_count,
            created_at=self.clock.now,
            image=image,
            group=group,
            message_file=message_file,
        )
        container.mount_error = mount_error
        given = dict(env or {})
        container.argv = command_line(spec, image, given)
        container.env = {"HOSTNAME": sandbox.hostname, "HOME": "/root", **dict(image.env), **given}
        container.cwd = spec.workingDir or image.workdir
        sandbox.containers = [c for c in sandbox.containers if c.name != spec.name or c.state != "exited"]
        sandbox.containers.append(container)
        return container

    def _files(self, sandbox: Sandbox, spec: ContainerSpec, image: Image, message: File) -> tuple[Files, str | None]:
        """What the container sees; and why it cannot be started where something cannot be mounted, else None."""
        try:
            return container_files(sandbox, spec, image, message, self.host_files, self.kernel), None
        except OSError as problem:
            text = f'error mounting to rootfs at "{problem.filename}": {str(problem.strerror).lower()}: unknown'
            return Files(Directory(image.root), self.clock), f"error during container init: {text}"

    def start_container(self, container: Container) -> None:
        """Start its main process, which makes its first step at this instant, but after this call.

        Errors: `StartError` when it cannot be started; the container has then exited with 128, and never started.
        """
        now = self.clock.now
        group = container.group
        if not container.sandbox.ready:
            text = f'sandbox container "{container.sandbox.id}" is not running'
            container.ended(now, START_ERROR, "StartError", text)
            raise StartError(text)
        if container.mount_error is not None:
            text = CREATE_FAILED + container.mount_error
            container.ended(now, START_ERROR, "StartError", text)
            raise StartError(text)
        try:
            program, argv = self._program(container, container.argv)
        except OSError as problem:
            text = CREATE_FAILED + refusal(container.argv, problem)
            container.ended(now, START_ERROR, "StartError", text)
            raise StartError(text) from None
        container.streams = tuple(LogStream(name, container.log, self.clock, group) for name in ("stdout", "stderr"))
        container.state = "running"
        container.started_at = now
        group.main = self.kernel.start(
            group,
            program,
            argv,
            env=container.env,
            cwd=container.cwd,
            fds={0: Null(), 1: container.streams[0], 2: container.streams[1]},
            threads=group.pids.joins(),
            on_end=lambda process: self._main_ended(container, process),
        )

    def _program(self, container: Container, argv: Sequence[str]) -> tuple[Program, tuple[str, ...]]:
        """What runs for a command line in a container. In an image podlab does not know, any program is its server.

        In a learner's own image any program that is not in it is the learner's.
        """
        image, said = container.spec.image or "", self.images.behavior(container.spec.image or "")
        if said.code is not None:
            return ending(said.code, said.after), tuple(argv)
        server = declared if said.runs or not ends_by_itself(container) else ending(0, 1.0)
        try:
            found = resolve(self.kernel, container.group.files, argv, container.env, container.cwd)
            if container.image.stand_in and argv[0] == container.image.entrypoint[0]:
                container.group.note(f"podlab does not know what is in image {image}: {_what(server)} stands in for it")
                return server, tuple(argv)
            if container.image.stand_in:
                container.group.note(
                    f"podlab does not know what is in image {image}: its own shell and tools stand in for what is there"
                )
            return found
        except OSError as problem:
            missing = isinstance(problem, FileNotFoundError)
            if container.image.main is not None and argv and missing:
                return container.image.main, tuple(argv)
            if not container.image.stand_in or not argv:
                raise
            container.group.note(
                f"podlab does not know what {argv[0]} in image {image} does: {_what(server)} stands in for it"
            )
            return server, tuple(argv)

    def _main_ended(self, container: Container, process: Process) -> None:
        container.ended(self.clock.now, process.exit_status or 0)
        self.kernel.tell(self.on_exit, container)

    # ---- signals and commands from outside

    def signal(self, container: Container, signal: int | str) -> str:
        """A signal from the host to the main process; harmless when it does not run. Returns what became of it."""
        if container.main is None:
            return ""
        return self.kernel.deliver(container.main, signals.number(signal))

    def fill_memory(self, container: Container) -> None:
        """Let the main process take more memory than the container may have; harmless when it does not run."""
        if container.main is not None:
            self.kernel.allocate(container.main, (container.group.memory_limit or 0) + 1)

    def signal_sandbox(self, sandbox: Sandbox, signal: int | str) -> None:
        """A signal from the host to the pause process; harmless when it does not run."""
        self.kernel.deliver(sandbox.pause, signals.number(signal))

    def exec(
        self, container: Container, argv: Sequence[str], done: Callable[[int, str], None], stdin: str | None = ""
    ) -> Exec:
        """Run a command in a container; `done(exit code, its output)` comes later, stdout and stderr in one text.

        `stdin` None: somebody will type, with `Exec.feed`.

        A command that cannot be started has exit code 126 or 127; the text, also in `Exec.error`, says why.
        """
        running = Exec(self.kernel, done, stdin)
        if container.state != "running":
            running.fail(1, f"container is in CONTAINER_{container.state.upper()} state")
            return running
        try:
            program, shown = resolve(self.kernel, container.group.files, argv, container.env, container.cwd)
            running.start(container, program, shown)
        except OSError as problem:
            if container.image.stand_in and isinstance(problem, FileNotFoundError):
                container.group.note(
                    f"podlab does not know {argv[0]} of image {container.spec.image}: taken as done, 0"
                )
                running.end(0)
            else:
                running.refuse(refusal(argv, problem), not_found=isinstance(problem, FileNotFoundError))
        return running

    def http_get(self, target: Sandbox | str, port: int, path: str, done: Callable[[int, str], None]) -> http.Call:
        """GET http://target:port/path from the node: `done(status, body)`, or `done(0, what went wrong)` as Go says.

        What it gives back can be told to `cancel()`.
        """
        ip = target if isinstance(target, str) else target.ip
        path = path if path.startswith("/") else f"/{path}"
        call = http.Call(f"{ip}:{port}", done)
        listener = self.host_net.answering(ip, port)
        if listener is not None and listener.serve is not None and not listener.owner.stopped:
            done(*listener.answer(http.Request.of(path, self.host_net.ip, http.request(f"{ip}:{port}", path))))
        else:
            call.begin(self.host_net.dial(ip, port), http.request(f"{ip}:{port}", path))
        return call

    def connect(self, sandbox: Sandbox, port: int, told: Callable[[str], None], failed: Callable[[str], None]) -> Line:
        """Connect to a port inside a pod: `told(text)` hears what comes, "" at the end; `failed(why)` nothing more."""
        line = Line(f"127.0.0.1:{port}", told, failed)
        line.begin(sandbox.net.dial("127.0.0.1", port))
        return line

    def tcp_connect(self, target: Sandbox | str, port: int, done: Callable[[bool, str], None]) -> http.Call:
        """Open and close a connection; `done(True, "")` or `done(False, what went wrong)` as Go says it."""
        ip = target if isinstance(target, str) else target.ip
        call = http.Call(f"{ip}:{port}", lambda status, text: done(status > 0, text))
        call.begin(self.host_net.dial(ip, port))
        return call


def _what(server: Program) -> str:
    """What stands in, for a note."""
    if server is declared:
        return "a server"
    return "a program that ends with 0 after a second (write `# podlab: runs` behind the image to let it go on)"


def _target_pids(sandbox: Sandbox, name: str) -> PidNamespace | None:
    """The PID namespace of the running container that an ephemeral one is aimed at."""
    ephemeral = next((e for e in sandbox.spec.ephemeralContainers or () if e.name == name), None)
    target = ephemeral.targetContainerName if ephemeral is not None else None
    found = (c.group.pids for c in sandbox.containers if c.name == target and c.state == "running")
    return next(found, None)


def _first_pid(id: str) -> int:
    """Where the host begins to number a container's processes: far from all others, and always the same."""
    return 1000 + int(id[:8], 16) % FIRST_PID_RANGE


def _user(sandbox: Sandbox, spec: ContainerSpec, usual: str) -> str:
    """The user of the container's, or else of the pod's security context; else the image's."""
    own = spec.securityContext.runAsUser if spec.securityContext else None
    pod = sandbox.spec.securityContext.runAsUser if sandbox.spec.securityContext else None
    uid = own if own is not None else pod
    return "root" if uid == 0 else str(uid) if uid else usual or "root"
