"""The kubelet's rules against the answers of the real ones: phase, conditions, one sync's actions, back-off."""

import itertools
import json
from fractions import Fraction

from lightkube.models.core_v1 import ContainerStatus, Pod, PodCondition
from lightkube.models.meta_v1 import ObjectMeta

from podlab.api.decode import decode_object
from podlab.core.rules import (
    DEFAULT_GATES,
    GATES_BEFORE_1_35,
    Backoff,
    RuntimeContainer,
    SandboxState,
    compute_pod_actions,
    containers_ready_condition,
    crash_message,
    decide_phase,
    get_phase,
    initialized_condition,
    ready_condition,
    ready_to_start_condition,
)
from podlab.core.rules.backoff import HOUSEKEEPING_PERIOD
from podlab.explain import explain


def agree(asked, answers):
    wrong = [(case, answer) for case, answer in zip(asked, answers, strict=True) if answer != case["out"]]
    assert asked
    assert not wrong, f"{len(wrong)} of {len(asked)} differ, the first: {wrong[0]}"


def kubelet_knows(podIsTerminal, podHasInitialized, pod):
    return {"pod_is_terminal": podIsTerminal, "pod_has_initialized": podHasInitialized}


def test_phase(reference_cases):
    asked = reference_cases("phase")
    answers = []
    for case in asked:
        pod, known = decode_object(Pod, case["in"]["pod"]), kubelet_knows(**case["in"])
        now, before = get_phase(pod, **known), get_phase(pod, **known, gates=GATES_BEFORE_1_35)
        answers.append({"phase": now} if now == before else {"phase": now, "phaseGatesOff": before})
    agree(asked, answers)


def test_every_phase_is_explained(reference_cases):
    """The explanation ends with the phase that Kubernetes gives, and every step has a sentence, a fact and a rule."""
    for case in reference_cases("phase"):
        pod, known = decode_object(Pod, case["in"]["pod"]), kubelet_knows(**case["in"])
        now = explain(decide_phase(pod, **known))
        before = explain(decide_phase(pod, **known, gates=GATES_BEFORE_1_35))
        assert now.conclusion == case["out"]["phase"]
        assert before.conclusion == case["out"].get("phaseGatesOff", now.conclusion)
        assert all(step.says and step.fact and step.rule for step in now.steps + before.steps)
        assert f"the pod is {now.conclusion}: " in now.steps[-1].says


def test_conditions(reference_cases):
    def answer(pod, phase, statuses, conditions, oldConditions, sandboxes):
        spec = decode_object(Pod, pod).spec
        if statuses is not None:
            statuses = [decode_object(ContainerStatus, status) for status in statuses]
        current = [decode_object(PodCondition, condition) for condition in conditions]
        old = [decode_object(PodCondition, condition) for condition in oldConditions]
        answers = [
            ready_condition(spec, statuses, phase, current),
            containers_ready_condition(spec, statuses, phase),
            initialized_condition(spec, statuses, phase, old),
            ready_to_start_condition(spec, [SandboxState(**sandbox) for sandbox in sandboxes]),
        ]
        for condition in answers:
            assert explain(condition).conclusion == f"{condition.type} {condition.status}"
        shown = ("status", "reason", "message")
        return {c.type: {name: getattr(c, name) for name in shown if getattr(c, name)} for c in answers}

    asked = reference_cases("conditions")
    agree(asked, [answer(**case["in"]) for case in asked])


def test_actions(reference_cases):
    def record(name, state, exitCode=0, definitionChanged=False, liveness=None, startup=None):
        return RuntimeContainer(name, state, exitCode, definitionChanged, liveness, startup)

    def answer(pod, sandboxes, runtimeContainers, restartAllContainers=False):
        actions = compute_pod_actions(
            decode_object(Pod, pod),
            [SandboxState(**sandbox) for sandbox in sandboxes],
            [record(**container) for container in runtimeContainers],
            restart_all=restartAllContainers,
        )
        does = actions.kill_pod or actions.containers_to_reset or actions.containers_to_kill
        starts = (
            actions.init_containers_to_start or actions.containers_to_start or actions.ephemeral_containers_to_start
        )
        assert (explain(actions).conclusion == "nothing") == (not does and not starts)
        always = {
            "killPod": actions.kill_pod,
            "createSandbox": actions.create_sandbox,
            "attempt": actions.attempt,
            "initContainersToStart": actions.init_containers_to_start,
            "containersToStart": actions.containers_to_start,
            "containersToKill": [kill._asdict() for kill in actions.containers_to_kill],
        }
        sometimes = {
            "ephemeralContainersToStart": actions.ephemeral_containers_to_start,
            "containersToReset": [reset._asdict() for reset in actions.containers_to_reset],
        }
        return always | {name: value for name, value in sometimes.items() if value}

    asked = reference_cases("actions")
    agree(asked, [answer(**case["in"]) for case in asked])


POD = Pod(metadata=ObjectMeta(name="p", namespace="default", uid="u"))
"""The pod of the back-off stories; its container is `c`."""


def crashes(initialS, maxS, runS, gc=False, resyncS=0, killedByProbe=False, killTakesS=0):
    """A container whose k-th run lasts `runS[k]`, under a kubelet that looks again exactly when a back-off is over.

    Go counts in whole nanoseconds; fractions keep the sums here as exact.
    """
    backoff = Backoff(initialS, maxS)
    out = {"startTimesS": [0], "exitTimesS": [], "delaysS": [], "firstBackoffMessages": [], "backoffAtKillSync": []}
    now, previous_exit = 0, None
    for run in runS:
        now += Fraction(str(run))
        message, granted = "", False

        def ask(finished_at, now):
            nonlocal message
            decision = backoff.may_restart("c", finished_at, now)
            if not decision.granted and not message:
                message = crash_message(decision.duration, POD, "c")
            return decision

        if killedByProbe:
            now += killTakesS
            granted = ask(previous_exit, now).granted
            out["backoffAtKillSync"].append(not granted)
        exit_at = previous_exit = now
        while not granted:
            if gc:
                backoff.gc(now // HOUSEKEEPING_PERIOD * HOUSEKEEPING_PERIOD)
            decision = ask(exit_at, now)
            granted = decision.granted
            if not granted:
                now = min(decision.until, now + resyncS) if gc else decision.until
        out["exitTimesS"].append(exit_at)
        out["startTimesS"].append(now)
        out["delaysS"].append(now - exit_at)
        out["firstBackoffMessages"].append(message)
    for times in (out["startTimesS"], out["exitTimesS"], out["delaysS"]):
        times[:] = map(float, times)
    return out


def failing_pulls(initialS, maxS, imagePull, syncAtS=None, pulls=None):
    """An image that can never be pulled, wanted at every sync."""
    backoff = Backoff(initialS, maxS)
    syncs, pulled_at = [], []
    for t in syncAtS or itertools.count():
        now = Fraction(str(t))
        refused = backoff.is_in_back_off_since_update("image", now)
        if not refused:
            backoff.next("image", now, now)
            pulled_at.append(t)
        reason = "ImagePullBackOff" if refused else "ErrImagePull"
        syncs.append({"t": t, "reason": reason, "backoffS": backoff.get("image")})
        if len(pulled_at) == pulls:
            return {"pullTimesS": pulled_at}
    return {"syncs": syncs}


def test_backoff(reference_cases):
    asked = reference_cases("backoff")
    story = {"containerRestart": crashes, "probeKill": crashes, "imagePull": failing_pulls}
    agree(asked, [story[case["list"]](**case["in"]) for case in asked])


def test_backoff_constants(reference_files):
    """Without arguments a Backoff is the kubelet's, for crashes and for image pulls."""
    for path in reference_files("backoff"):
        constants = json.loads(path.read_text())["constants"]
        backoff = Backoff()
        crash = ("crashLoopInitialS", "crashLoopMaxS", "crashLoopResetIfRanLongerThanS")
        pull = ("imagePullInitialS", "imagePullMaxS", "imagePullResetS")
        for names in crash, pull:
            assert (backoff.initial, backoff.maximum, backoff.forget_after) == tuple(constants[n] for n in names)
        assert constants["crashLoopGCAfterS"] == backoff.forget_after
        assert constants["housekeepingPeriodS"] == HOUSEKEEPING_PERIOD


def test_feature_gates(reference_cases):
    (known,) = reference_cases("feature_gates")
    assert DEFAULT_GATES.container_restart_rules == ("enabled=true" in known["ContainerRestartRules"])
    assert DEFAULT_GATES.restart_all_containers == ("enabled=true" in known["RestartAllContainersOnContainerExits"])
