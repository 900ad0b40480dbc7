"""The truth table: computed by the rules, and where the rules of thumb fail."""

import pytest

from podlab.course.exhibits.truth_table import (
    INIT_FAILED,
    PLAIN,
    RUNS,
    SHAPES,
    SIDECAR,
    rules_of_thumb,
    truth_cells,
    truth_text,
)
from podlab.explain import explain

CELLS = {(cell.shape, cell.policy, cell.count, cell.outcomes): cell for cell in truth_cells()}


@pytest.mark.parametrize(
    ("shown", "shape", "policy", "outcomes"),
    [
        pytest.param(("Running", "0/1", "CrashLoopBackOff"), PLAIN, "Always", (0,), id="exit0-always"),
        pytest.param(("Succeeded", "0/1", "Completed"), PLAIN, "OnFailure", (0,), id="exit0-onfailure"),
        pytest.param(("Failed", "0/1", "Error"), PLAIN, "Never", (1,), id="exit1-never"),
        pytest.param(("Running", "1/2", "NotReady"), PLAIN, "Never", (RUNS, 0), id="both-exit0-never, one has ended"),
        pytest.param(("Succeeded", "0/2", "Completed"), PLAIN, "Never", (0, 0), id="both-exit0-never"),
        pytest.param(("Failed", "0/2", "Error"), PLAIN, "Never", (1, 1), id="crash5-exit1-never"),
        pytest.param(("Succeeded", "0/2", "Completed"), SIDECAR, "Never", (0,), id="sidecar-main-exit0-never"),
        pytest.param(("Failed", "0/2", "Error"), SIDECAR, "Never", (1,), id="sidecar-main-exit1-never"),
        pytest.param(("Running", "1/2", "CrashLoopBackOff"), SIDECAR, "Always", (0,), id="sidecar-main-exit0-always"),
    ],
)
def test_cells_that_a_real_cluster_has_shown(shown, shape, policy, outcomes):
    """The names are those of the recorded stories."""
    cell = CELLS[shape, policy, len(outcomes), outcomes]
    assert (cell.phase, cell.ready, cell.status) == shown


def test_a_failing_init_container():
    shown = {policy: CELLS[INIT_FAILED, policy, 1, ()] for policy in ("Always", "OnFailure", "Never")}
    assert [(cell.phase, cell.ready, cell.status) for cell in shown.values()] == [
        ("Pending", "0/1", "Init:CrashLoopBackOff"),
        ("Pending", "0/1", "Init:CrashLoopBackOff"),
        ("Failed", "0/1", "Init:Error"),
    ]


@pytest.mark.parametrize(
    ("said", "shape", "policy", "outcomes"),
    [
        pytest.param(("Running", "0/1"), PLAIN, "Always", (0,), id="1: the policy restarts"),
        pytest.param(("Running", "0/1"), PLAIN, "OnFailure", (1,), id="1: it restarts failures"),
        pytest.param(("Failed", "0/1"), PLAIN, "Never", (0,), id="1: else Failed, whatever the code"),
        pytest.param(("Running", "1/2"), PLAIN, "Never", (RUNS, 1), id="2: not all have ended"),
        pytest.param(("Running", "0/2"), PLAIN, "Never", (0, 1), id="2: not all badly"),
        pytest.param(("Failed", "0/2"), PLAIN, "Never", (1, 1), id="2: all badly"),
        pytest.param(("Running", "0/2"), PLAIN, "Always", (1, 1), id="2: all badly, but not for good"),
        pytest.param(("Running", "2/2"), SIDECAR, "Never", (RUNS,), id="2: a sidecar is healthy too"),
    ],
)
def test_what_the_rules_of_thumb_say(said, shape, policy, outcomes):
    assert rules_of_thumb(shape, policy, len(outcomes), outcomes) == said


def test_where_they_fail():
    failing = {(cell.policy, cell.outcomes) for cell in CELLS.values() if cell.shape == PLAIN and cell.fails}
    assert failing == {
        ("OnFailure", (0,)),
        ("Never", (0,)),
        ("OnFailure", (0, 0)),
        ("Never", (0, 0)),
        ("Never", (0, 1)),
    }


def test_every_cell_can_be_explained():
    for cell in CELLS.values():
        assert explain(cell.pod).conclusion.startswith(cell.phase)
        assert cell.because in explain(cell.pod).sentence


def test_always_never_finishes_and_finished_pods_are_not_ready():
    for cell in truth_cells(exit_codes=(0, 1, 137), counts=(1, 2, 3)):
        assert cell.policy != "Always" or cell.phase in ("Running", "Pending")
        assert cell.phase not in ("Succeeded", "Failed") or cell.ready.startswith("0/")


def test_the_text():
    text = truth_text(truth_cells(counts=(1,), shapes=(PLAIN,), policies=("Always", "Never")))
    assert text.splitlines() == [
        "EXIT CODES        Always                         Never",
        "containers only",
        "  runs            Running 1/1 Running            Running 1/1 Running",
        "  0               Running 0/1 CrashLoopBackOff   Succeeded 0/1 Completed *",
        "  1               Running 0/1 CrashLoopBackOff   Failed 0/1 Error",
        "",
        "* the rules of thumb fail in 1 of 6 cells:",
        "  not Failed but Succeeded: all containers have ended for good, all with exit code 0",
        "    containers only: 0 under Never",
    ]


def test_the_text_marks_every_failing_cell():
    cells = truth_cells()
    text = truth_text(cells)
    assert sum(line.count(" *") for line in text.splitlines()) == sum(bool(cell.fails) for cell in cells)
    assert all(f"\n{shape}" in text for shape in SHAPES)


@pytest.mark.parametrize(
    ("problem", "asked"),
    [
        ("shape 'sidekick' should be one of containers only", {"shapes": ["sidekick"]}),
        ("restartPolicy 'Sometimes' should be one of Always", {"policies": ["Sometimes"]}),
        ("counts should be numbers of containers from 1 to 4", {"counts": [0]}),
    ],
)
def test_bad_input_is_named(problem, asked):
    with pytest.raises(ValueError, match=problem):
        truth_cells(**asked)
