"""Patient 12: a Service whose selector fits no pod."""

from __future__ import annotations

from podlab.course.case import Case
from podlab.course.exercise import HOLDS, Check, expect
from podlab.course.patients.checks import log_says
from podlab.course.treatment import Treatment
from podlab.simulation.trace import Trace

_BEHIND = (
    "get endpointslices -l kubernetes.io/service-name=news "
    "-o jsonpath='{.items[0].endpoints[?(@.conditions.ready==true)].targetRef.name}'"
)


def _stands_behind(trace: Trace) -> str:
    found = str(trace.at(60).kubectl(_BEHIND)).strip()
    return HOLDS if found == "news" else f"there is {found or 'nobody'}"


NEWS = Case(
    id="13-news",
    number=12,
    pod="news",
    sentence="The pod is healthy, but the reader gets no news.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Service
metadata: {name: news}
spec: {selector: {app: news}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: news, labels: {app: newz}}
spec: {containers: [{name: web, image: nginx}]}
---
apiVersion: v1
kind: Pod
metadata: {name: reader}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "while true; do wget -q -T 2 -O - http://news; sleep 10; done"]
""",
    cause="wrong-selector",
    truth=(
        "nothing is wrong with the pod. The Service looks for app=news (`get services -o wide`), the pod has app=newz "
        "(`get pods --show-labels`), so the Service has no endpoints and whoever calls it is refused. No event and no "
        "status tells you: a selector that fits nothing is no error."
    ),
    sees=(
        "the pod is Running and 1/1, the reader is refused, and `kubectl get endpointslices` shows the Service news "
        "without any address."
    ),
    because={
        "readiness-probe": "a pod that is not ready gets no traffic either; but this one is 1/1.",
        "app-crash": "the pod runs, and `exec news -- curl -s localhost` gets its page. The way to it is broken.",
        "port-clash": "there is only one container in the pod, and it runs.",
    },
    checks=(
        Check("the pod news stands behind the Service", _stands_behind),
        log_says("reader", "main", "Welcome to nginx!"),
        expect("at 60 s READY is 1/1", "news", 60, ready="1/1"),
    ),
    hints=(
        "Ask the reader: logs reader. Then: get endpointslices. Who stands behind the Service news?",
        "The cause is wrong-selector. Compare get services -o wide with get pods --show-labels, letter by letter.",
        "Change the pod's label to app: news (metadata: {labels: {app: news}}), or the Service's selector.",
    ),
    until=90,
    cure="metadata: {labels: {app: news}}",
)
