"""One pod on one node: the worker that brings reality to what the pod's spec asks for, sync after sync.

A worker does one thing at a time. A sync reports the status, asks the pure rules what to do (`compute_pod_actions`),
does it and plans the next look. Once the pod is finished or deleted the worker ends it: containers, then the sandbox,
then the final status. Nothing is decided here; waiting and doing is all.
Models pkg/kubelet/pod_workers.go and Kubelet.SyncPod, SyncTerminatingPod, SyncTerminatedPod in pkg/kubelet/kubelet.go.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from lightkube.models.core_v1 import Pod, PodCondition, PodStatus

from podlab.api.parts import TERMINAL_PHASES, is_deleted
from podlab.core.engine import task
from podlab.core.engine.container_run import Record
from podlab.core.engine.loop import Timer
from podlab.core.engine.pod_state import PodState
from podlab.core.engine.pod_status import DEADLINE_MESSAGE, generate_status, with_readiness, with_sandbox_ready
from podlab.core.engine.ports import PodContext
from podlab.core.engine.start import SyncError, start_container
from podlab.core.engine.stop import kill_all, kill_container
from podlab.core.engine.task import Steps
from podlab.core.rules.backoff import HOUSEKEEPING_PERIOD
from podlab.core.rules.sync import PodActions, compute_pod_actions

BACK_OFF_PERIOD = 10.0  # seconds until a sync that failed is tried again
RESYNC = 60.0  # seconds; no wait is planned to be longer
ROUNDS = 10  # syncs in a row before others get their turn
OVER = ("gone", "abandoned")  # stages in which a worker does nothing any more


class PodWorker(PodState):
    """The kubelet's worker for one pod."""

    def __init__(self, node: PodContext, pod: Pod) -> None:
        super().__init__(node, pod)
        self.prober = node.prober(self)
        self.phase_generated: str | None = None
        self._busy = False
        self._again = 0
        self._rounds = 0
        self._alarm: Timer | None = None
        self._syncs = 0

    def successor(self, pod: Pod) -> PodWorker:
        """The worker of a kubelet that has started again: it finds the containers, but back-offs and probes are new."""
        new = PodWorker(self.node, pod)
        new.records, new.sandboxes, new.volumes = self.records, self.sandboxes, self.volumes
        new.start_time, new.deadline_passed = self.start_time, self.deadline_passed
        new.restart_counts = self.restart_counts
        new.see_all()
        self.stage = "abandoned"
        self.prober.stop()
        self._set_alarm(None)
        return new

    # Waking up

    def wake(self) -> None:
        """Something has changed: look at the pod as soon as the worker is free."""
        if self.stage in OVER or self.node.down:
            return
        if self._busy:
            self._again = max(self._again, 1)
            return
        self._busy = True
        self._set_alarm(None)
        self.loop.call_at(self.loop.now, self._begin)

    def pod_changed(self, pod: Pod) -> None:
        """The API server has a new version of the pod."""
        self.take(pod)
        if is_deleted(pod) and self.stage == "sync":
            self.stop("the pod is being deleted")
        self.wake()

    def stop(self, why: str) -> None:
        """End the pod: no more syncs; whatever waits in one is let go."""
        if self.stage == "sync":
            self.stage = "terminating"
            self.stop_requested.set(why)
            self.wake()

    def _begin(self) -> None:
        """Work until there is nothing more to do at once. What a sync changed is seen and told right after it."""
        if self.node.down or self.stage in OVER:
            return
        steps = {"sync": self._sync, "terminating": self._terminate, "terminated": self._clean_up}[self.stage]()
        task.start(self.loop, steps).when_set(self._ended)

    def _ended(self, _: object) -> None:
        if self._again and self.stage not in OVER:
            self._again -= 1
            self._rounds += 1
            if self._rounds < ROUNDS:
                self._begin()
            else:
                self._rounds = 0
                self.loop.call_at(self.loop.now, self._begin)
        else:
            self._busy = False
            self._again = self._rounds = 0

    def _set_alarm(self, delay: float | None) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self.loop.call_at(self.loop.now + delay, self.wake) if delay is not None else None

    # One sync

    def _sync(self) -> Steps:
        if self.stage != "sync":
            return
        self._syncs += 1
        self.ended_in_sync = []
        if self.loop.now > self.crash_backoff.forget_after:  # before that no back-off can be old enough to be swept
            sweep = self.loop.now - self.loop.now % HOUSEKEEPING_PERIOD
            self.crash_backoff.gc(sweep)
            self.pull_backoff.gc(sweep)
        self.publish(generate_status(self, terminal=False))
        if self.phase_generated in TERMINAL_PHASES:
            self.stop(f"the pod is finished: {self.phase_generated}")
            return
        errors: list[SyncError] = []
        if self.volumes is None:
            self.volumes = yield from self.node.mount_volumes(self)
        if self.volumes is not None:
            self.prober.add_pod()
            yield from self._act(self._decide(), errors)
        if self.stage != "sync":
            self.wake()
            return
        if errors:
            self._set_alarm(self._next_try(errors))
            if self.node.timing.look > 0:
                # A sync that failed does not ask for a look: what it changed is seen when the next ones come round.
                first = self.loop.now + self.node.until_next_look()
                for n in range(self._again):
                    self.loop.call_at(first + n * self.node.timing.look, self.wake)
                self._again = 0

    def _decide(self) -> PodActions:
        return compute_pod_actions(
            self.pod,
            self.observed_sandboxes(),
            self.observed(),
            restart_all=self.restarting_all(),
            restarts=self.rules.restarts,
        )

    def _act(self, actions: PodActions, errors: list[SyncError]) -> Steps:
        """Carry out one sync's decision. Models kuberuntime_manager.go SyncPod."""
        changed = False
        if actions.kill_pod:
            if actions.create_sandbox and self.sandboxes:
                self.event("Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
            changed = self.sandbox is not None
            yield from kill_all(self)
            yield from self.stop_sandbox()
            if actions.create_sandbox:  # or what they did in the old sandbox would count as done: purgeInitContainers
                for init_spec in self.init_specs:
                    self.records.pop(init_spec.name, None)
        else:
            for name, reason, message in actions.containers_to_kill:
                record = self.newest(name)
                if record is not None:
                    yield from kill_container(self, record, message, reason)
            for name, kill in actions.containers_to_reset:
                record = self.newest(name)
                if record is not None and kill and record.alive:
                    record.reset = True
                    yield from kill_container(self, record, "killing", "")
            for name, _ in actions.containers_to_reset:
                changed = self.records.pop(name, None) is not None or changed
                self.removed.add(name)
        if self.stage == "sync" and actions.create_sandbox:
            yield from self._make_sandbox(actions.attempt)
            changed = True
        starts = [(self.init_specs[i], True) for i in actions.init_containers_to_start]
        starts += [(self.specs[i], False) for i in actions.containers_to_start]
        for spec, init in starts:
            if self.stage != "sync":
                break
            error = yield from start_container(self, spec, init=init)
            changed = changed or error is None or error.made
            if error is None:
                self.reasons.pop(spec.name, None)
                continue
            errors.append(error)
            self.reasons[spec.name] = (error.reason, error.message)
            if init and spec.restartPolicy != "Always":
                break
        for record in self.ended_in_sync:
            record.see()
        self._again = max(self._again, changed + bool(self.ended_in_sync))

    def _next_try(self, errors: Sequence[SyncError]) -> float:
        """How long to sleep after a sync that could not do everything."""
        waits = [e.expires for e in errors]
        now = self.loop.now
        known = [w for w in waits if w is not None]
        delay = min(min(known) - now, RESYNC) if len(known) == len(waits) else BACK_OFF_PERIOD
        return self.node.timing.waited(max(delay, 0.0), now, self.uid, self._syncs)

    def _make_sandbox(self, attempt: int) -> Steps:
        yield self.node.timing.sandbox
        if self.stage != "sync":
            return
        self.sandboxes.insert(0, self.node.make_sandbox(self, attempt, self.volumes))
        self.publish(with_sandbox_ready(self.status, self.node.now()))

    def stop_sandbox(self) -> Steps:
        """Stop the newest sandbox, if it still runs."""
        if self.sandboxes:
            sandbox = self.sandboxes[0]
            if sandbox.ready:
                yield self.node.timing.stop
                self.node.stop_sandbox(sandbox)

    # The end

    def _terminate(self) -> Steps:
        """Kill everything, then say how the pod ended. Models SyncTerminatingPod."""
        self.publish(generate_status(self, terminal=False))
        self.prober.stop_liveness_and_startup()
        yield from kill_all(self)
        self.prober.stop()
        yield from self.stop_sandbox()
        yield self.node.until_next_look()
        if self.stage != "terminating":
            return
        self.see_all()
        self.stage = "terminated"
        self.publish(generate_status(self, terminal=True))
        self._again = 1

    def _clean_up(self) -> Steps:
        """Unmount and forget the pod; an object that is being deleted may go now. Models SyncTerminatedPod."""
        yield self.node.timing.cleanup
        if self.stage != "terminated":
            return
        self.stage = "gone"
        self.node.pod_gone(self.pod)

    # Seeing and saying

    def deadline(self) -> None:
        """activeDeadlineSeconds have passed."""
        if self.stage == "sync" and not self.node.down:
            self.deadline_passed = True
            self.event("Normal", "DeadlineExceeded", DEADLINE_MESSAGE)
            self.wake()

    def set_condition(self, condition: PodCondition) -> None:
        """A condition written from outside."""
        kept = [c for c in self.status.conditions or () if c.type != condition.type]
        self.publish(msgspec.structs.replace(self.status, conditions=[*kept, condition]))
        self.wake()

    def probe_changed(self, record: Record) -> None:
        """A readiness or startup probe has a new result: tell at once."""
        if self.stage != "gone" and self.status.containerStatuses:
            self.publish(with_readiness(self))

    def container_exited(self, record: Record) -> None:
        """The kubelet has looked and found that a run is over."""
        if self.node.down or record.seen:
            return
        record.see()
        self.prober.container_ended(record)
        self.wake()

    def publish(self, status: PodStatus) -> None:
        """Tell the API server, if anything has changed.

        As long as containers may still run, a pod does not become Succeeded or Failed; and it never comes back from
        there. Models pkg/kubelet/status/status_manager.go mergePodStatus.
        """
        if self.stage in OVER:
            return
        self.phase_generated = status.phase
        old = self.status.phase
        if status.phase in TERMINAL_PHASES and old not in TERMINAL_PHASES and self.stage != "terminated":
            status.phase, status.reason, status.message = old, self.status.reason, self.status.message
        if status != self.status:
            self.status = status
            self.node.report(self.uid, status)
        self.prober.status_published()
