"""A Trace turned into pictures and text. Views return an object and display nothing; matplotlib waits until a look."""

from podlab.views.pictures import timeline
from podlab.views.view import View

__all__ = ["View", "timeline"]
