"""Lesson 13: the clinic. Its exercises are the numbered patients, each in a file of its own."""

from podlab.course.patients import PATIENTS

TASKS = tuple(case for case in PATIENTS if case.number)
