"""The exercises of each lesson: `lesson_NN.py` holds `TASKS`, found by the first two digits of an exercise's id."""
