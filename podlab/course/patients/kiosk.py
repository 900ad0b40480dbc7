"""For the teaching round: two servers on one port."""

from __future__ import annotations

from podlab.course.case import Case
from podlab.course.exercise import expect
from podlab.course.treatment import Treatment

KIOSK = Case(
    id="13-kiosk",
    pod="kiosk",
    sentence="One of our two servers keeps dying.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: kiosk}
spec:
  containers:
  - {name: shop, image: busybox, command: [httpd, -f, -p, "8080"]}
  - {name: admin, image: busybox, command: [httpd, -f, -p, "8080"]}
""",
    cause="port-clash",
    truth=(
        "the log of admin says: bind: Address already in use. All containers of a pod share one network namespace, "
        "and so one set of ports; shop came first and has 8080."
    ),
    sees=(
        "shop runs and admin ends with exit code 1, again and again; `kubectl logs kiosk -c admin --previous` says "
        "what it could not have."
    ),
    because={
        "app-crash": (
            "it does end by itself with exit code 1, but it has a good reason: read the last line of its log again. "
            "What is in use, and by whom?"
        ),
        "readiness-probe": "there is no probe. admin is not ready since it does not run.",
    },
    checks=(
        expect("at 60 s READY is 2/2", "kiosk", 60, ready="2/2"),
        expect("at 60 s nothing was restarted", "kiosk", 60, restarts="0"),
    ),
    hints=(
        "1/2: which container is it? Read its log: logs kiosk -c admin --previous",
        "The cause is port-clash. Give one of the two another port.",
    ),
    until=90,
    cure='spec: {containers: [{name: admin, command: [httpd, -f, -p, "8081"]}]}',
)
