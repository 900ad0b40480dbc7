"""A Trace turned into pictures and text. Views return an object and display nothing; matplotlib waits until a look."""

from podlab.views.pictures import TopologyView, compare, state_chart, timeline, topology
from podlab.views.view import View

__all__ = ["TopologyView", "View", "compare", "state_chart", "timeline", "topology"]
