"""kubectl's printers against the answers of the real ones, with the clock frozen at the start of 2026."""

from datetime import UTC, datetime

from lightkube.models.core_v1 import Pod

from podlab.api.decode import decode_object
from podlab.kubectl import human_duration, pod_row, pods_table, short_human_duration

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_rows(reference_cases):
    wrong = []
    for case in reference_cases("get_row"):
        row = pod_row(decode_object(Pod, case["in"]["pod"]), NOW)
        if row != case["out"]["row"]:
            wrong.append((case, row))
    assert not wrong, f"{len(wrong)} rows differ, the first: {wrong[0]}"


def test_tables(reference_cases):
    for case in reference_cases("get_table"):
        options = case["in"]
        text = pods_table(
            [decode_object(Pod, pod) for pod in options["pods"]],
            NOW,
            wide=options["wide"],
            no_headers=options["noHeaders"],
            show_labels=options["showLabels"],
            all_namespaces=options["allNamespaces"],
        )
        assert text == case["out"]["text"]


def test_durations(reference_cases):
    for case in reference_cases("human_duration"):
        answer = human_duration(case["seconds"]), short_human_duration(case["seconds"])
        assert answer == (case["human"], case["short"]), case["seconds"]
