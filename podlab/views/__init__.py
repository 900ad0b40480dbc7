"""A Trace turned into pictures and text. Views return an object and display nothing; matplotlib waits until a look."""

from podlab.views.pictures import TopologyView, compare, state_chart, timeline, topology, truth_table
from podlab.views.view import View

__all__ = ["TopologyView", "View", "compare", "state_chart", "timeline", "topology", "truth_table"]
