"""For all tests: how hypothesis behaves."""

from __future__ import annotations

from hypothesis import settings

# How long one example takes says more of what else the machine does than of podlab; speed is measured by `make bench`.
settings.register_profile("podlab", deadline=None)
settings.load_profile("podlab")
