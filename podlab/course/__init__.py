"""The course's tools: predictions that are checked against a trace and answered with the reason, exercises, drills.

Everything is data and text first; a picture is drawn only when someone looks. Lessons' exercises are in `lessons/`.
"""

from podlab.course.answer import Answer
from podlab.course.checking import Checked, check
from podlab.course.drill import Drill, drill
from podlab.course.exercise import Check, Exercise, Task, exercise
from podlab.course.prediction import Prediction, predict
from podlab.course.progress import progress
from podlab.course.recorded import recorded

__all__ = [
    "Answer",
    "Check",
    "Checked",
    "Drill",
    "Exercise",
    "Prediction",
    "Task",
    "check",
    "drill",
    "exercise",
    "predict",
    "progress",
    "recorded",
]
