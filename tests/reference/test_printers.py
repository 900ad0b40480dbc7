"""kubectl's printers against the answers of the real ones, with the clock frozen at the start of 2026."""

import gzip
import json
import os
from datetime import UTC, datetime
from pathlib import Path

from lightkube.models.core_v1 import Pod

from podlab.api.decode import decode_object
from podlab.kubectl import human_duration, pod_row, pods_table, short_human_duration

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FOLDER = Path(os.environ.get("PODLAB_REFERENCE", Path(__file__).parent / "data"))


def cases(kind):
    return [json.loads(line) for path in sorted(FOLDER.glob(f"{kind}.*.jsonl.gz")) for line in gzip.open(path)]


def test_rows():
    asked = cases("get_row")
    wrong = [
        (case["in"], row)
        for case in asked
        if (row := pod_row(decode_object(Pod, case["in"]["pod"]), NOW)) != case["out"]["row"]
    ]
    print(f"{len(asked)} rows")
    assert asked and not wrong, f"{len(wrong)} of {len(asked)} differ, the first: {wrong[:1]}"


def test_tables():
    asked = cases("get_table")
    for case in asked:
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
    print(f"{len(asked)} tables")
    assert asked


def test_durations():
    asked = json.loads((FOLDER / "human_duration.json").read_text())
    for case in asked:
        answer = human_duration(case["seconds"]), short_human_duration(case["seconds"])
        assert answer == (case["human"], case["short"]), case["seconds"]
    print(f"{len(asked)} durations")
    assert asked
