"""What the API server of the simulation answers: the `Api` that kubectl speaks to, for a past instant and live."""

from podlab.sim.serving.live import LiveApi
from podlab.sim.serving.reading import SnapshotApi

__all__ = ["LiveApi", "SnapshotApi"]
