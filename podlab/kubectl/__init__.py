"""What kubectl prints: rows, tables and human durations."""

from podlab.kubectl.durations import human_duration, short_human_duration
from podlab.kubectl.podcolumns import pod_ready, pod_restarts, pod_status
from podlab.kubectl.printers import age, pod_row, pods_table
from podlab.kubectl.tables import table

__all__ = [
    "age",
    "human_duration",
    "pod_ready",
    "pod_restarts",
    "pod_row",
    "pod_status",
    "pods_table",
    "short_human_duration",
    "table",
]
