"""What the API server of the simulation answers: the `Api` that kubectl speaks to, for a past instant and live."""

from podlab.apiserver.live import LiveApi
from podlab.apiserver.reading import SnapshotApi

__all__ = ["LiveApi", "SnapshotApi"]
