"""Is a container started again after it has exited?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubelet_pods import a_container
from lightkube.models.core_v1 import ContainerRestartRule, PodSpec

from podlab.core.rules import Gates, decide_restart

PLAIN = a_container()


def own(policy, *rules):
    return a_container("app", policy, rules)


@pytest.mark.parametrize(
    ("restart", "policy", "exit_code"),
    [
        (True, "Always", 0),
        (True, "Always", 1),
        (False, "OnFailure", 0),
        (True, "OnFailure", 1),
        (True, "OnFailure", -1),
        (False, "Never", 0),
        (False, "Never", 137),
        (True, None, 0),
    ],
)
def test_the_pods_policy(restart, policy, exit_code):
    decision = decide_restart(PLAIN, PodSpec(containers=[PLAIN], restartPolicy=policy), exit_code)
    assert (decision.restart, decision.decided_by) == (restart, "pod")


@pytest.mark.parametrize(
    ("restart", "decided_by", "container", "exit_code"),
    [
        pytest.param(True, "container", own("Always"), 0, id="own Always"),
        pytest.param(False, "container", own("OnFailure"), 0, id="own OnFailure, success"),
        pytest.param(True, "rule", own("Never", ("Restart", "In", [3, 42])), 42, id="In, listed"),
        pytest.param(False, "container", own("Never", ("Restart", "In", [3])), 42, id="In, not listed"),
        pytest.param(True, "rule", own("Never", ("Restart", "NotIn", [0])), 42, id="NotIn, not listed"),
        pytest.param(False, "container", own("Never", ("Restart", "NotIn", [0])), 0, id="NotIn, listed"),
        pytest.param(False, "container", own("Never", ("Restart", "In", [])), 1, id="In, empty list"),
        pytest.param(False, "pod", own(None, ("Restart", "In", [1])), 1, id="rules need an own policy"),
    ],
)
def test_the_containers_own_policy_and_rules_in_a_never_pod(restart, decided_by, container, exit_code):
    decision = decide_restart(container, PodSpec(containers=[container], restartPolicy="Never"), exit_code)
    assert (decision.restart, decision.decided_by) == (restart, decided_by)


def test_the_first_matching_rule_counts():
    container = own("Never", ("RestartAllContainers", "In", [1]), ("Restart", "NotIn", [0]))
    spec = PodSpec(containers=[container])
    assert decide_restart(container, spec, 1).policy == "RestartAllContainers"
    assert decide_restart(container, spec, 2).policy == "Restart"


def test_a_rule_without_exit_codes_never_matches():
    container = own("Never")
    container.restartPolicyRules = [ContainerRestartRule(action="Restart")]
    assert not decide_restart(container, PodSpec(containers=[container]), 1).restart


def test_without_its_gate_a_restart_all_rule_says_nothing():
    container = own("Never", ("RestartAllContainers", "In", [1]))
    spec = PodSpec(containers=[container])
    assert not decide_restart(container, spec, 1, Gates(restart_all_containers=False)).restart


@given(st.integers(0, 255), st.sets(st.integers(0, 255)))
def test_in_and_not_in_are_opposites(exit_code, codes):
    inside, outside = (own("Never", ("Restart", op, sorted(codes))) for op in ("In", "NotIn"))
    spec = PodSpec(containers=[inside])
    assert decide_restart(inside, spec, exit_code).restart != decide_restart(outside, spec, exit_code).restart
