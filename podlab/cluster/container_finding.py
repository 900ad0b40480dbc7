"""What is to be said of one container of a real pod, by the rules that podlab runs by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from lightkube.models.core_v1 import Container, ContainerStateTerminated, ContainerStatus, Event, Pod, Probe

from podlab.api.parts import TERMINAL_PHASES, is_deleted, name_of, spec_of
from podlab.cluster.advice import CODES, MOUNT, PULL, START, STATUS_UNKNOWN, advise
from podlab.cluster.backoff import SEEN, BackOff, back_off_of
from podlab.cluster.clock import ahead, clock, length
from podlab.cluster.finding import BROKEN, FINE, WAITS, Finding, Wait
from podlab.core.rules.container_state import BETWEEN_RUNS, ENDED, RUNNING, UNKNOWN, standing
from podlab.core.rules.gates import Gates
from podlab.core.rules.phase import decide_phase
from podlab.core.rules.restart import decide_restart, is_sidecar
from podlab.explain.container import restart_step

PLAIN_WAITS = ("ContainerCreating", "PodInitializing")


@dataclass(frozen=True, slots=True)
class OneContainer:
    """One container: its spec and status, and what is around it."""

    pod: Pod
    spec: Container
    status: ContainerStatus | None
    init: bool
    now: datetime
    gates: Gates
    events: tuple[Event, ...] = ()

    @property
    def name(self) -> str:
        """Its name."""
        return self.spec.name

    @property
    def field(self) -> str:
        """Where its status stands in the object."""
        return f"status.{'initContainerStatuses' if self.init else 'containerStatuses'}[{self.name}]"

    def kubectl(self, verb: str, more: str = "") -> str:
        """A kubectl command about it."""
        meta = self.pod.metadata
        namespace = f" -n {meta.namespace}" if meta is not None and meta.namespace not in (None, "default") else ""
        return f"kubectl {verb} {name_of(self.pod)}{namespace} -c {self.name}{more}"

    def told(self, *reasons: str) -> str | None:
        """The message of the latest Event of these reasons about it (or about the pod as a whole)."""
        mine = f"{{{self.name}}}"
        for event in reversed(self.events):
            path = event.involvedObject.fieldPath or ""
            if event.reason in reasons and (mine in path or not path) and event.message:
                return event.message
        return None


def container_finding(c: OneContainer) -> Finding:
    """How the container stands, why, what it waits for, and what is usual."""
    stands, end = standing(c.status)
    about = f"{'sidecar' if is_sidecar(c.spec) and c.init else 'init' if c.init else 'container'} {c.name}"
    if c.status is None or stands == UNKNOWN:
        says = "nothing has been reported of it yet: no kubelet has looked at it"
        return Finding(about, (says,), (f"{c.field}: not there",))
    if stands == RUNNING:
        return _running(c, c.status, about)
    if end is not None and stands in (ENDED, BETWEEN_RUNS):
        return _ended(c, c.status, end, about, stands)
    return _waiting(c, c.status, about)


# One that runs


def _running(c: OneContainer, status: ContainerStatus, about: str) -> Finding:
    state = status.state.running if status.state is not None else None
    since = state.startedAt if state is not None else None
    says = ["it runs" + (f" since {clock(since, c.now)} ({length((c.now - since).total_seconds())})" if since else "")]
    says += _past(c, status)
    decides = [f"{c.field}.state.running"]
    if is_deleted(c.pod):
        says.append("the pod is being deleted, so it has been asked to end (SIGTERM, or its preStop hook runs)")
        return Finding(about, tuple(says), tuple(decides), grade=WAITS)
    if c.init and not is_sidecar(c.spec):
        says.append("the next init container starts when it has ended with 0; nothing but a deadline limits that")
        usual = (f"{c.kubectl('logs')} shows what it waits for",)
        late = since is not None and (c.now - since).total_seconds() > 300
        wait = Wait("init runs", f"init container {c.name} ends", container=c.name)
        unknown = ("how long its program will run",)
        return Finding(about, tuple(says), tuple(decides), usual, unknown, wait, BROKEN if late else WAITS)
    if not status.started and c.spec.startupProbe is not None:
        return _starting(c, about, says, since)
    if not status.ready and c.spec.readinessProbe is not None:
        return _not_ready(c, about, says)
    return Finding(about, tuple(says), (*decides, f"{c.field}.ready {str(bool(status.ready)).lower()}"))


def _past(c: OneContainer, status: ContainerStatus) -> Iterator[str]:
    """What is known of the runs before."""
    last = status.lastState.terminated if status.lastState is not None else None
    if last is not None:
        count = status.restartCount or 0
        when = f" at {clock(last.finishedAt, c.now)}" if last.finishedAt else ""
        yield f"the run before it ended with exit code {last.exitCode} ({last.reason or 'no reason'}){when}" + (
            f"; restarted {count} time{'s' if count > 1 else ''} so far" if count else ""
        )
    elif status.restartCount:
        yield f"restarted {status.restartCount} times so far"


def _starting(c: OneContainer, about: str, says: list[str], since: datetime | None) -> Finding:
    probe = c.spec.startupProbe or Probe()
    each, failures, delay = probe.periodSeconds or 10, probe.failureThreshold or 3, probe.initialDelaySeconds or 0
    says.append("its startup probe has not succeeded yet; until then no other probe is asked, and it is not ready")
    says.append(f"it asks every {each}s, and {failures} failures in a row have it killed")
    wait = None
    if since is not None:
        first = since + timedelta(seconds=delay + each * (failures - 1))
        last = since + timedelta(seconds=delay + each * failures + (probe.timeoutSeconds or 1) + SEEN)
        what = f"the startup probe of {c.name} succeeds, or the container is killed"
        says.append(f"if no answer is good, it is killed between {clock(first, c.now)} and {ahead(last, c.now)}")
        wait = Wait("startup probe", what, None, last, c.name)
    message = c.told("Unhealthy")
    says += [f"the last answer: {message}"] if message else []
    usual = ("give the program more time: failureThreshold × periodSeconds must be longer than it needs to start",)
    unknown = () if message else ("what the probe was answered: the events say it (kubectl describe pod)",)
    return Finding(about, tuple(says), (f"{c.field}.started", _probe(c, "startupProbe")), usual, unknown, wait, WAITS)


def _not_ready(c: OneContainer, about: str, says: list[str]) -> Finding:
    probe = c.spec.readinessProbe or Probe()
    says.append("its readiness probe does not succeed, so it counts as not ready and gets nothing from Services")
    says.append(f"that restarts nothing; it is asked again every {probe.periodSeconds or 10}s, for ever")
    message = c.told("Unhealthy")
    says += [f"the last answer: {message}"] if message else []
    usual = (f"{c.kubectl('logs')}; ask the same question inside: {c.kubectl('exec -it', ' -- sh')}",)
    unknown = () if message else ("what the probe was answered: the events say it (kubectl describe pod)",)
    decides = (f"{c.field}.ready false", _probe(c, "readinessProbe"))
    wait = Wait("readiness", f"the readiness probe of {c.name} succeeds", container=c.name)
    return Finding(about, tuple(says), decides, usual, unknown, wait, BROKEN)


def _probe(c: OneContainer, kind: str) -> str:
    """What a probe asks, without headers and commands, which may hold what is nobody's business."""
    probe = getattr(c.spec, kind)
    where = f"spec.{'initContainers' if c.init else 'containers'}[{c.name}].{kind}"
    if probe.httpGet is not None:
        return f"{where}: httpGet {probe.httpGet.path or '/'} on port {probe.httpGet.port}"
    if probe.tcpSocket is not None:
        return f"{where}: tcpSocket on port {probe.tcpSocket.port}"
    return f"{where}: {'grpc' if probe.grpc is not None else 'exec'}"


# One that has ended


def _ended(c: OneContainer, status: ContainerStatus, end: ContainerStateTerminated, about: str, stands: str) -> Finding:
    says, usual = _how_it_ended(c, end)
    place = "lastState" if stands == BETWEEN_RUNS else "state"
    decides = [f"{c.field}.{place}.terminated.exitCode {end.exitCode}"]
    if is_deleted(c.pod):
        says.append("the pod is being deleted, so it is not started again")
        return Finding(about, tuple(says), (*decides, "metadata.deletionTimestamp"))
    if (c.pod.status and c.pod.status.phase) in ("Succeeded", "Failed"):
        says.append("the pod is finished, so it is not started again")
        return Finding(about, tuple(says), tuple(decides), tuple(usual), grade=BROKEN if end.exitCode else FINE)
    if c.init and not is_sidecar(c.spec) and end.exitCode == 0:
        return Finding(about, ("it has done its work (exit code 0), and the next one may start",), tuple(decides))
    if c.init and is_sidecar(c.spec) and decide_phase(c.pod, gates=c.gates).phase in TERMINAL_PHASES:
        says.append("the containers that it served have ended for good, so it is not started again")
        return Finding(about, tuple(says), (*decides, "the ends of the regular containers"))
    restart = decide_restart(c.spec, spec_of(c.pod), end.exitCode, c.gates)
    step = restart_step(restart)
    says.append(step.says)
    decides.append(step.fact)
    waiting = status.state.waiting if status.state is not None else None
    if waiting is not None and waiting.reason not in ("CrashLoopBackOff", *PLAIN_WAITS, None):
        held = _waiting(c, status, about)
        return Finding(
            about, (*says, *held.says), (*decides, *held.decides), held.usual, held.unknown, held.wait, BROKEN
        )
    if restart.policy == "RestartAllContainers":
        says.append(
            "so all are ended and started again at once, without a back-off; running ones get their grace period"
        )
        wait = Wait("restart all", "every container of the pod is started again")
        return Finding(about, tuple(says), tuple(decides), tuple(usual), (), wait, WAITS)
    if not restart.restart:
        says.append("so it stays as it is")
        return Finding(about, tuple(says), tuple(decides), tuple(usual), grade=BROKEN if end.exitCode else FINE)
    return _between(c, status, end, Finding(about, tuple(says), tuple(decides), tuple(usual)))


def _between(c: OneContainer, status: ContainerStatus, end: ContainerStateTerminated, so_far: Finding) -> Finding:
    """One that is going to be started again: when."""
    says, decides = list(so_far.says), [*so_far.decides, f"{c.field}.restartCount {status.restartCount or 0}"]
    back_off = back_off_of(status, end)
    wait = Wait("back-off", f"container {c.name} is started again", container=c.name)
    if end.finishedAt is not None:
        due, latest = back_off.due(end.finishedAt), back_off.latest(end.finishedAt)
        wait = Wait("back-off" if back_off.seconds else "restart at once", wait.what, due, latest, c.name)
        decides.append(f"{c.field}: finishedAt {clock(end.finishedAt, c.now)}")
    says += _back_off_words(c, back_off, wait)
    unknown = ["whether its next run ends in the same way"]
    if not back_off.told and back_off.seconds:
        unknown.append("whether the kubelet still remembers this back-off (a restart of it forgets all of them)")
    repeated = end.exitCode != 0 or (status.restartCount or 0) > 0
    grade = BROKEN if repeated else WAITS
    return Finding(so_far.about, tuple(says), tuple(decides), so_far.usual, tuple(unknown), wait, grade)


def _back_off_words(c: OneContainer, back_off: BackOff, wait: Wait) -> Iterator[str]:
    if not back_off.seconds:
        yield "no back-off holds it up, so it is started at once, as soon as the kubelet has seen the exit"
    else:
        by = "the kubelet says so" if back_off.told else "worked out from the number of restarts"
        yield f"its back-off is {length(back_off.seconds)}, counted from the end of the run ({by})"
    if wait.earliest is not None and wait.latest is not None:
        if wait.latest < c.now:
            yield (
                f"the next try was due at {ahead(wait.earliest, c.now)}: what you gave is older than that, "
                "or the kubelet of its node does not work"
            )
        elif back_off.seconds:
            yield f"next try not before {ahead(wait.earliest, c.now)}, as a rule by {clock(wait.latest, c.now)}"


def _how_it_ended(c: OneContainer, end: ContainerStateTerminated) -> tuple[list[str], list[str]]:
    """The end of a run in words, and what is usual to do about it."""
    when = f" at {ahead(end.finishedAt, c.now)}" if end.finishedAt is not None else ""
    ran = ""
    if end.startedAt is not None and end.finishedAt is not None and end.startedAt.year > 1970:
        ran = f", after {length((end.finishedAt - end.startedAt).total_seconds())}"
    reason = f" ({end.reason})" if end.reason not in (None, "Error", "Completed") else ""
    says = [f"its run ended with exit code {end.exitCode}{reason}{when}{ran}"]
    standing_now = c.status is not None and c.status.state is not None and c.status.state.terminated is not None
    logs = c.kubectl("logs", "" if standing_now else " --previous")
    if end.reason == "OOMKilled":
        limits = (c.spec.resources.limits if c.spec.resources is not None else None) or {}
        says.append(f"it took more memory than it may have (limit: {limits.get('memory', 'none of its own')})")
        return says, ["raise resources.limits.memory, or find out why it grows: kubectl top pod --containers"]
    if end.reason in ("StartError", "ContainerCannotRun", "RunContainerError") or end.exitCode == 128:
        advice = advise(START, end.message)
        says.append(f"its program could not be started{f': {advice.means}' if advice else ''}")
        says += [end.message] if end.message else []
        return says, [advice.usual if advice else "look at command, args and the image's entrypoint"]
    if end.reason == "ContainerStatusUnknown":
        return [*says, STATUS_UNKNOWN], ["look at the node: kubectl describe node"]
    if end.exitCode in CODES:
        means, usual = CODES[end.exitCode]
        return [*says, means], [usual, logs]
    if end.exitCode == 0:
        return says, [] if c.init else ["a program that is meant to go on must not end: look at its command"]
    if end.message:
        says.append(f"its termination message: {end.message.strip()}")
    return [*says, "the program itself ended with an error"], [f"{logs} shows what it said last"]


# One that has never run


def _waiting(c: OneContainer, status: ContainerStatus, about: str) -> Finding:
    waiting = status.state.waiting if status.state is not None else None
    reason, message = (waiting.reason, waiting.message) if waiting is not None else (None, None)
    decides = (f"{c.field}.state.waiting.reason {reason or 'not given'}",)
    if reason in PLAIN_WAITS or reason is None:
        return _not_begun(c, about, reason, decides)
    if reason in ("ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError"):
        return _no_image(c, about, reason, message)
    says, usual = _REASONS.get(reason, (f"it waits: {reason}", f"{c.kubectl('describe pod').partition(' -c')[0]}"))
    full = (says, *((f"the kubelet says: {message}",) if message else ()))
    if reason in ("RunContainerError", "CreateContainerError") and (advice := advise(START, message)):
        full, usual = (*full, advice.means), advice.usual
    wait = Wait("config", f"container {c.name} can be started", container=c.name)
    return Finding(about, full, decides, (usual,), (), wait, BROKEN)


_REASONS = {
    "InvalidImageName": ("the image's name is none", "correct spec.containers[].image (lower case, no blanks)"),
    "ErrImageNeverPull": (
        "the image is not on the node, and imagePullPolicy Never forbids to pull it",
        "load the image onto the node (kind load docker-image, minikube image load), or change imagePullPolicy",
    ),
    "CreateContainerConfigError": (
        "its configuration cannot be put together: a ConfigMap, a Secret or a key in one is missing, or runAsNonRoot "
        "is broken; the kubelet tries again every 10 to 15 s",
        "create what the message names; the pod goes on by itself",
    ),
    "CreateContainerError": ("the runtime could not make the container", "the message names what the runtime refused"),
    "RunContainerError": ("its program could not be started", "look at command, args and the image's entrypoint"),
    "PostStartHookError": (
        "its postStart hook failed, so it was killed",
        "run the hook's command by hand in the container; a hook must end with 0",
    ),
    "RestartingAllContainers": ("a rule restarts all containers of the pod", "see the container that ended first"),
    "CrashLoopBackOff": ("it waits for its next start", "look at the log of the run before: kubectl logs --previous"),
}


def _not_begun(c: OneContainer, about: str, reason: str | None, decides: tuple[str, ...]) -> Finding:
    """ContainerCreating and PodInitializing: what comes before it."""
    before = _first_undone(c)
    if reason == "PodInitializing" and before is not None:
        first = f"it has not been started: init container {before} comes first"
        return Finding(about, (first,), decides, wait=Wait("init", f"init container {before} is done"), grade=FINE)
    if reason == "PodInitializing":
        next_ = "the init containers are done, so it is started next (its image may have to be pulled first)"
        return Finding(about, (next_,), decides, wait=Wait("start", f"{c.name} starts", c.now, container=c.name))
    says = ["it is being made: sandbox and network, volumes, image, in this order"]
    trouble = c.told("FailedMount", "FailedAttachVolume", "FailedCreatePodSandBox", "NetworkNotReady")
    wait = Wait("creating", f"container {c.name} is created", container=c.name)
    if trouble is None:
        usual = ("if it stays so for more than a minute, the events say why: kubectl describe pod",)
        unknown = () if c.events else ("which of these it is at: no events were given",)
        return Finding(about, tuple(says), decides, usual, unknown, wait, WAITS)
    says.append(f"the events say: {trouble}")
    advice = advise(MOUNT, trouble) if "olume" in trouble else None
    says += [advice.means] if advice else []
    usual = (advice.usual if advice else "this is between the node and its network or storage: look at its plug-in",)
    return Finding(about, tuple(says), decides, usual, (), wait, BROKEN)


def _first_undone(c: OneContainer) -> str | None:
    """The first init container that is neither done nor, as a sidecar, started."""
    status = c.pod.status
    known = {s.name: s for s in (status.initContainerStatuses if status is not None else None) or ()}
    for spec in spec_of(c.pod).initContainers or ():
        if spec.name == c.name:
            return None
        found = known.get(spec.name)
        ended = found.state.terminated if found is not None and found.state is not None else None
        sidecar_up = is_sidecar(spec) and found is not None and bool(found.started)
        if not sidecar_up and (ended is None or ended.exitCode != 0):
            return spec.name
    return None


def _no_image(c: OneContainer, about: str, reason: str, message: str | None) -> Finding:
    event = None if "ErrImagePull:" in (message or "") else c.told("Failed")
    known = " ".join(text for text in (message, event) if text)
    advice = advise(PULL, known)
    says = [f"its image {c.spec.image or '(no name)'} could not be pulled"]
    says += [advice.means] if advice else []
    says += [f"the kubelet says: {message or event}"] if message or event else []
    says.append(
        "it is tried again and again: 10 s after the first failure, then doubled up to 5 min; no policy ends that"
    )
    unknown = ["when the next try comes: the status does not keep when the last one was"]
    if advice is None:
        unknown.append("why the pull failed: the event Failed says it (kubectl describe pod)")
    usual = advice.usual if advice else "kubectl describe pod: the event Failed names the cause"
    decides = (f"{c.field}.state.waiting.reason {reason}", f"spec.containers[{c.name}].image")
    wait = Wait("image pull", f"the image of {c.name} is pulled", container=c.name)
    return Finding(about, tuple(says), decides, (usual,), tuple(unknown), wait, BROKEN)
