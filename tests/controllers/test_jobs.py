"""The Job controller's plan: how many pods, when, and when it gives up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lightkube.models.batch_v1 import Job
from lightkube.models.core_v1 import Pod

from podlab.api import decode_object
from podlab.controllers.job import JobRecord, job_back_off, plan_job

START = datetime(2026, 1, 1, tzinfo=UTC)


def job(policy="Never", **spec) -> Job:
    spec["template"] = {"spec": {"restartPolicy": policy, "containers": [{"name": "work"}]}}
    return decode_object(Job, {"metadata": {"name": "sum"}, "spec": spec})


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def pod(uid: str, phase="Running", *, ended: float | None = None, restarts=0, deleted: float | None = None) -> Pod:
    state = {"running": {}}
    if ended is not None:
        state = {"terminated": {"exitCode": int(phase == "Failed"), "finishedAt": at(ended).isoformat()}}
    status = {
        "name": "work",
        "image": "busybox",
        "imageID": "",
        "ready": False,
        "restartCount": restarts,
        "state": state,
    }
    metadata = {"name": uid, "uid": uid, "creationTimestamp": START.isoformat()}
    if deleted is not None:
        metadata |= {"deletionTimestamp": at(deleted + 30).isoformat(), "deletionGracePeriodSeconds": 30}
    return decode_object(Pod, {"metadata": metadata, "status": {"phase": phase, "containerStatuses": [status]}})


def kinds(plan) -> list[str]:
    return [condition.type for condition in plan.record.conditions]


@pytest.mark.parametrize(
    ("spec", "made"),
    [
        pytest.param({}, 1, id="nothing said: one pod"),
        pytest.param({"completions": 5, "parallelism": 2}, 2, id="as many as may run at once"),
        pytest.param({"completions": 2, "parallelism": 5}, 2, id="never more than are needed"),
        pytest.param({"parallelism": 3}, 3, id="only parallelism: that many"),
        pytest.param({"completions": 2}, 1, id="only completions: one after the other"),
        pytest.param({"parallelism": 0}, 0, id="none may run"),
    ],
)
def test_how_many_pods_a_new_job_makes(spec, made):
    plan = plan_job(job(**spec), [], JobRecord(), START)
    assert (plan.create, plan.delete, plan.status.active) == (made, (), made)
    assert plan.status.startTime == START


def test_the_back_off_of_failed_pods():
    assert [job_back_off(n) for n in range(9)] == [0, 10, 20, 40, 80, 160, 320, 600, 600]


def test_never_a_new_pod_for_each_failure_until_the_limit():
    """With backoffLimit 2 three pods fail; each is made 10 s, then 20 s after the end of the one before."""
    controlled, record, pods, t = job(backoffLimit=2), JobRecord(), [], 0.0
    created = []
    for number in range(3):
        plan = plan_job(controlled, pods, record, at(t))
        if plan.again is not None:
            assert plan.create == 0
            t += plan.again
            plan = plan_job(controlled, pods, plan.record, at(t))
        assert plan.create == 1
        created.append(t)
        t += 5
        pods.append(pod(f"p{number}", "Failed", ended=t))
        record = plan.record
    assert created == [0, 5 + 10, 20 + 20]
    plan = plan_job(controlled, pods, record, at(t))
    assert (plan.create, plan.again) == (0, None)
    assert kinds(plan) == ["FailureTarget", "Failed"]
    last = plan.record.conditions[-1]
    assert (last.reason, last.message) == ("BackoffLimitExceeded", "Job has reached the specified backoff limit")
    assert (plan.status.failed, plan.status.succeeded, plan.status.completionTime) == (3, 0, None)
    again = plan_job(controlled, pods, plan.record, at(t + 1000))
    assert (again.record, again.create, again.delete) == (plan.record, 0, ())


@pytest.mark.parametrize(
    ("limit", "restarts", "ends"),
    [
        pytest.param(0, 0, False, id="limit 0: no restart yet"),
        pytest.param(0, 1, True, id="limit 0: one restart"),
        pytest.param(2, 1, False, id="below the limit"),
        pytest.param(2, 2, True, id="at the limit: one earlier than under Never"),
    ],
)
def test_onfailure_the_same_pod_restarts_and_is_deleted_at_the_limit(limit, restarts, ends):
    controlled, running = job("OnFailure", backoffLimit=limit), pod("p0", restarts=restarts)
    plan = plan_job(controlled, [running], JobRecord(), at(60))
    assert plan.delete == (("p0",) if ends else ())
    assert plan.create == 0
    if not ends:
        return
    assert kinds(plan) == ["FailureTarget"], "not finished while the pod is still there"
    assert (plan.status.active, plan.status.terminating, plan.status.failed) == (0, 1, 1)
    going = pod("p0", restarts=restarts, deleted=60)
    waiting = plan_job(controlled, [going], plan.record, at(70))
    assert (kinds(waiting), waiting.status.failed) == (["FailureTarget"], 1)
    done = plan_job(controlled, [], waiting.record, at(90))
    assert (kinds(done), done.status.failed) == (["FailureTarget", "Failed"], 1)


def test_restarts_do_not_count_under_never():
    assert not plan_job(job(backoffLimit=0), [pod("p0", restarts=3)], JobRecord(), START).delete


def test_complete_after_enough_successes():
    controlled = job(completions=3, parallelism=2)
    first = plan_job(controlled, [pod("a", "Succeeded", ended=3), pod("b")], JobRecord(), at(3))
    assert (first.create, first.status.succeeded) == (1, 1)
    pods = [pod("a", "Succeeded", ended=3), pod("b", "Succeeded", ended=4), pod("c")]
    second = plan_job(controlled, pods, first.record, at(4))
    assert (second.create, second.status.succeeded, kinds(second)) == (0, 2, [])
    pods[2] = pod("c", "Succeeded", ended=6)
    done = plan_job(controlled, pods, second.record, at(6))
    assert kinds(done) == ["SuccessCriteriaMet", "Complete"]
    assert done.record.conditions[-1].reason == "CompletionsReached"
    assert (done.status.succeeded, done.status.completionTime) == (3, at(6))


def test_without_completions_one_success_is_enough_but_the_others_run_to_their_end():
    controlled = job(parallelism=2)
    plan = plan_job(controlled, [pod("a", "Succeeded", ended=3), pod("b")], JobRecord(), at(3))
    assert (plan.create, plan.delete, kinds(plan)) == (0, (), [])
    pods = [pod("a", "Succeeded", ended=3), pod("b", "Failed", ended=5)]
    done = plan_job(controlled, pods, plan.record, at(5))
    assert kinds(done) == ["SuccessCriteriaMet", "Complete"]


def test_a_success_ends_the_back_off():
    controlled = job(completions=2, parallelism=2)
    plan = plan_job(controlled, [pod("a", "Failed", ended=5), pod("b")], JobRecord(), at(5))
    assert (plan.create, plan.again) == (0, 10)
    pods = [pod("a", "Failed", ended=5), pod("b", "Succeeded", ended=6)]
    plan = plan_job(controlled, pods, plan.record, at(6))
    assert (plan.create, plan.record.failures) == (1, 0)


def test_failures_after_a_success_seen_in_the_same_look_count():
    pods = [pod("a", "Failed", ended=1), pod("b", "Succeeded", ended=2), pod("c", "Failed", ended=4)]
    plan = plan_job(job(completions=3, parallelism=3), pods, JobRecord(), at(4))
    assert (plan.record.failures, plan.record.last_failure) == (1, at(4))
    assert (plan.status.failed, plan.again) == (2, 10)


def test_several_failures_at_once_all_lengthen_the_back_off():
    pods = [pod("a", "Failed", ended=1), pod("b", "Failed", ended=2), pod("c", "Failed", ended=2)]
    plan = plan_job(job(parallelism=3), pods, JobRecord(), at(2))
    assert (plan.again, plan.record.failures) == (40, 3)


def test_a_deleted_pod_counts_as_failed_at_once_and_is_replaced_after_the_back_off():
    plan = plan_job(job(), [pod("a", deleted=20)], JobRecord(), at(20))
    assert (plan.status.failed, plan.status.terminating, plan.again) == (1, 1, 10)
    gone = plan_job(job(), [], plan.record, at(30))
    assert (gone.status.failed, gone.create) == (1, 1)


def test_with_podreplacementpolicy_failed_a_deleted_pod_is_awaited():
    controlled = job(podReplacementPolicy="Failed")
    plan = plan_job(controlled, [pod("a", deleted=20)], JobRecord(), at(20))
    assert (plan.status.failed, plan.create, plan.again) == (0, 0, None)
    ended = pod("a", "Failed", ended=25, deleted=20)
    assert plan_job(controlled, [ended], plan.record, at(25)).status.failed == 1


def test_the_deadline_of_the_job():
    controlled = job(activeDeadlineSeconds=30)
    plan = plan_job(controlled, [], JobRecord(), START)
    assert (plan.create, plan.again) == (1, 30)
    plan = plan_job(controlled, [pod("a")], plan.record, at(30))
    assert plan.delete == ("a",)
    assert plan.record.conditions[0].reason == "DeadlineExceeded"


def test_surplus_pods_are_deleted_and_are_no_failures():
    plan = plan_job(job(parallelism=1), [pod("a"), pod("b")], JobRecord(), START)
    assert len(plan.delete) == 1
    going = [pod("a", deleted=0), pod("b")] if plan.delete == ("a",) else [pod("a"), pod("b", deleted=0)]
    assert plan_job(job(parallelism=1), going, plan.record, at(1)).status.failed == 0


@given(
    codes=st.lists(st.booleans(), max_size=12),
    completions=st.integers(1, 4),
    parallelism=st.integers(1, 4),
    limit=st.integers(0, 4),
)
def test_it_always_ends_with_the_numbers_it_promises(codes, completions, parallelism, limit):
    """Pods that run 5 s and end as drawn, then all succeed: never too many at once, never past the limit unnoticed."""
    controlled = job(completions=completions, parallelism=parallelism, backoffLimit=limit)
    record, pods, t, drawn = JobRecord(), [], 0.0, iter(codes)
    for _ in range(60):
        plan = plan_job(controlled, pods, record, at(t))
        record = plan.record
        running = [p for p in pods if p.status.phase == "Running" and p.metadata.uid not in plan.delete]
        assert len(running) + plan.create <= parallelism
        pods = [p for p in pods if p.metadata.uid not in plan.delete]
        pods += [pod(f"p{len(record.counted)}-{t}-{i}") for i in range(plan.create)]
        if record.finished:
            break
        t += 5 if any(p.status.phase == "Running" for p in pods) else plan.again or 1
        pods = [
            pod(p.metadata.uid, "Succeeded" if next(drawn, True) else "Failed", ended=t)
            if p.status.phase == "Running"
            else p
            for p in pods
        ]
    assert record.finished
    last = record.conditions[-1].type
    assert (last == "Complete") == (record.succeeded >= completions and record.failed <= limit)
    assert (last == "Failed") == (record.failed > limit)
