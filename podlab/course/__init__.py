"""The course's tools: predictions that are checked against a trace and answered with the reason, exercises, drills.

Everything is data and text first; a picture is drawn only when someone looks. Lessons' exercises are in `lessons/`;
`release` makes assignments of lessons, `collect` a table of many learners' reports.
"""

from podlab.course.answer import Answer
from podlab.course.checking import Checked, check
from podlab.course.clinic import Case, Patient, Ward, clinic
from podlab.course.drill import Drill, drill
from podlab.course.exercise import Check, Exercise, Task, exercise, expect
from podlab.course.prediction import Prediction, predict
from podlab.course.progress import progress
from podlab.course.recorded import recorded
from podlab.course.treatment import Treatment

__all__ = [
    "Answer",
    "Case",
    "Check",
    "Checked",
    "Drill",
    "Exercise",
    "Patient",
    "Prediction",
    "Task",
    "Treatment",
    "Ward",
    "check",
    "clinic",
    "drill",
    "exercise",
    "expect",
    "predict",
    "progress",
    "recorded",
]
