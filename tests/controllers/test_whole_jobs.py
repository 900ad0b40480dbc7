"""Jobs with indexes, policies, suspension and a time to live, as a learner types them."""

from __future__ import annotations

import pytest

import podlab as pl
from podlab.controllers.job_policies import in_intervals, intervals

JOB = """\
apiVersion: batch/v1
kind: Job
metadata: {name: j}
spec:
  SPEC
  template:
    spec:
      restartPolicy: Never
      terminationGracePeriodSeconds: 1
      containers:
      - {name: app, image: "busybox:1.36", command: [sh, -c, "COMMAND"]}
"""


def played(spec: str, command: str, seconds: float = 60) -> pl.Session:
    session = pl.Session()
    session.kubectl("apply -f -", stdin=JOB.replace("SPEC", spec).replace("COMMAND", command))
    session.advance(seconds)
    return session


def conditions(session: pl.Session) -> list[str]:
    found = session.kubectl("get job j -o jsonpath={range.status.conditions[*]}{.type}={.status}:{.reason},{end}")
    return str(session.kubectl("get job j -o jsonpath={.status.conditions[*].reason}") or found).split()


def status(session: pl.Session, field: str) -> str:
    return str(session.kubectl(f"get job j -o jsonpath={{.status.{field}}}")).strip()


INDEXED = "completionMode: Indexed\n  completions: 3\n  parallelism: 3"


def test_each_index_has_its_name_host_and_variable() -> None:
    session = played(INDEXED, "echo $JOB_COMPLETION_INDEX on $(hostname)")
    names = str(session.kubectl("get pods -o name")).split()
    assert [name.split("/")[1][:4] for name in names] == ["j-0-", "j-1-", "j-2-"]
    assert [str(session.kubectl(f"logs {name}")) for name in names] == [f"{n} on j-{n}\n" for n in range(3)]
    assert status(session, "completedIndexes") == "0-2"


def test_an_index_that_fails_too_often_fails_the_job_when_all_are_done() -> None:
    session = played(f"{INDEXED}\n  backoffLimitPerIndex: 1", "[ $JOB_COMPLETION_INDEX != 1 ]")
    assert (status(session, "completedIndexes"), status(session, "failedIndexes")) == ("0,2", "1")
    assert conditions(session) == ["FailedIndexes", "FailedIndexes"]


def test_too_many_failed_indexes_end_the_job_at_once() -> None:
    limits = "backoffLimitPerIndex: 0\n  maxFailedIndexes: 0"
    session = played(f"{INDEXED}\n  {limits}", "[ $JOB_COMPLETION_INDEX = 1 ] && exit 1; sleep 3600", 10)
    assert conditions(session)[0] == "MaxFailedIndexesExceeded"


@pytest.mark.parametrize(
    ("action", "code", "reason", "failed"),
    [
        ("FailJob", 42, "PodFailurePolicy", "1"),
        ("Count", 42, "BackoffLimitExceeded", "1"),
        ("FailJob", 7, "BackoffLimitExceeded", "1"),
    ],
)
def test_a_policy_judges_exit_codes(action: str, code: int, reason: str, failed: str) -> None:
    rule = f"{{action: {action}, onExitCodes: {{operator: In, values: [42]}}}}"
    session = played(f"backoffLimit: 0\n  podFailurePolicy: {{rules: [{rule}]}}", f"exit {code}", 20)
    assert conditions(session)[0] == reason
    assert status(session, "failed") == failed


def test_ignored_failures_are_tried_again() -> None:
    rule = "{action: Ignore, onExitCodes: {operator: In, values: [42]}}"
    session = played(f"backoffLimit: 0\n  podFailurePolicy: {{rules: [{rule}]}}", "exit 42", 50)
    assert conditions(session) == []
    assert len(str(session.kubectl("get pods -o name")).split()) == 3


def test_a_success_policy_ends_the_rest() -> None:
    rule = "{rules: [{succeededIndexes: '0'}]}"
    session = played(f"{INDEXED}\n  successPolicy: {rule}", "[ $JOB_COMPLETION_INDEX = 0 ] || sleep 3600", 20)
    assert conditions(session) == ["SuccessPolicy", "SuccessPolicy"]
    assert len(str(session.kubectl("get pods -o name")).split()) == 1


def test_suspended_and_resumed() -> None:
    session = played("suspend: true", "sleep 5", 5)
    assert str(session.kubectl("get pods -o name")) == ""
    assert str(session.kubectl("get job j --no-headers")).split()[1] == "Suspended"
    session.kubectl('patch job j -p \'{"spec":{"suspend":false}}\'')
    session.advance(20)
    assert conditions(session) == ["JobResumed", "CompletionsReached", "CompletionsReached"]


def test_it_goes_with_its_pods_when_its_time_is_over() -> None:
    session = played("ttlSecondsAfterFinished: 10", "true", 8)
    assert len(str(session.kubectl("get pods -o name")).split()) == 1
    session.advance(10)
    assert str(session.kubectl("get jobs,pods -o name")) == ""


def test_its_selector_picks_its_own_pods_only() -> None:
    session = played("completions: 1", "true", 5)
    uid = str(session.kubectl("get job j -o jsonpath={.metadata.uid}"))
    assert len(str(session.kubectl(f"get pods -l batch.kubernetes.io/controller-uid={uid} -o name")).split()) == 1
    assert len(str(session.kubectl("get pods -l job-name=j -o name")).split()) == 1


@pytest.mark.parametrize(("indexes", "text"), [([], ""), ([3], "3"), ([0, 1], "0,1"), ([4, 0, 2, 3], "0,2-4")])
def test_intervals(indexes: list[int], text: str) -> None:
    assert intervals(indexes) == text
    assert [i for i in range(9) if in_intervals(i, text)] == sorted(indexes)
