"""Patient 3: a program that gives up, since a variable is not set."""

from __future__ import annotations

from podlab.course.case import Case
from podlab.course.exercise import expect
from podlab.course.patients.checks import log_says
from podlab.course.treatment import Treatment

TILL = Case(
    id="13-till",
    number=3,
    pod="till",
    sentence="It keeps restarting. Its database is called db.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: till}
spec:
  containers:
  - name: main
    image: busybox
    command:
    - sh
    - -c
    - |
      echo "till: starting"; sleep 2
      if [ -z "$DB_HOST" ]; then echo "till: DB_HOST is not set, giving up" >&2; exit 1; fi
      echo "till: open, database $DB_HOST"; sleep 3600
""",
    cause="app-crash",
    truth=(
        "Last State has the exit code 1, a number that the program chose itself, and the log of the run before says: "
        "DB_HOST is not set, giving up. CrashLoopBackOff is only the waiting between two tries; the cause is in the "
        "log."
    ),
    sees="Last State is Terminated with the reason Error and exit code 1; `kubectl logs till --previous` says why.",
    because={
        "bad-command": (
            "that would be exit code 128, or 127 from a shell, and the program would have said nothing. This one "
            "started and wrote two lines. Read them."
        ),
        "out-of-memory": "that would be exit code 137, with the reason OOMKilled. Here the program chose 1 itself.",
        "wrong-policy": "the program has not done its work: exit code 1 is a failure. No policy makes a till of it.",
        "missing-config": (
            "near! A setting is missing, but the manifest does not ask for any ConfigMap or Secret, so the kubelet has "
            "nothing to miss: it is the program that gives up."
        ),
        "liveness-probe": "there is no probe, and no event says Unhealthy or Killing. It ends by itself.",
    },
    checks=(
        expect("at 60 s STATUS is Running", "till", 60, status="Running"),
        expect("at 60 s nothing was restarted", "till", 60, restarts="0"),
        log_says("till", "main", "till: open, database db"),
    ),
    hints=(
        "CrashLoopBackOff: look at Last State for the exit code, then at `logs till --previous`.",
        "The cause is app-crash. The log names a variable that it needs.",
        "A patch: spec: {containers: [{name: main, env: [{name: DB_HOST, value: db}]}]}",
    ),
    until=90,
    cure="spec: {containers: [{name: main, env: [{name: DB_HOST, value: db}]}]}",
)
