"""Patient 5: a program that is not in the image."""

from __future__ import annotations

from podlab.course.case import Case
from podlab.course.exercise import expect
from podlab.course.patients.checks import log_says
from podlab.course.treatment import Treatment

BOT = Case(
    id="13-bot",
    number=5,
    pod="bot",
    sentence="A Python web server on port 8080. It has never answered.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: bot}
spec:
  containers:
  - {name: main, image: "python:3.13", command: [pyhton3, -m, http.server, "8080"]}
""",
    cause="bad-command",
    truth=(
        'Last State has the reason StartError and exit code 128, and its message ends with: exec: "pyhton3": '
        "executable file not found in $PATH. No process ever ran, so there is no log. RESTARTS counts the vain tries "
        "all the same."
    ),
    sees="Last State has the reason StartError, exit code 128, and a message; and the log is empty.",
    because={
        "app-crash": "no program has run: the log is empty, and the reason is StartError, not Error. Read its message.",
        "wrong-image": "the image is there: an event says Pulled. It is something *in* it that is not.",
        "missing-config": (
            "then the container would not even be created. Here the events say Created, and it fails at the next step: "
            "to start."
        ),
    },
    checks=(
        expect("at 60 s STATUS is Running", "bot", 60, status="Running"),
        expect("at 60 s nothing was restarted", "bot", 60, restarts="0"),
        log_says("bot", "main", "Serving HTTP on 0.0.0.0 port 8080"),
    ),
    hints=(
        "Is there a log? Then read Last State: reason, message, exit code.",
        "The cause is bad-command. Read the name of the program aloud.",
        "A patch: spec: {containers: [{name: main, command: [python3, -m, http.server, '8080']}]}",
    ),
    until=90,
    cure="spec: {containers: [{name: main, command: [python3, -m, http.server, '8080']}]}",
)
