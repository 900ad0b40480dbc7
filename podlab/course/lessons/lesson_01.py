"""Lesson 01: a pod is a logical host."""

from __future__ import annotations

from podlab.course.exercise import HOLDS, Check, Task, expect, wrote
from podlab.simulation import Trace

_TWO_SERVERS = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: first, image: redis, command: [redis-server]}
  - {name: second, image: redis, command: [redis-server]}
"""

_LOOK = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
  - {name: look, image: busybox, command: [sh, -c, "sleep 5; ps; sleep 3600"]}
"""

_PAGE = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
  - name: writer
    image: busybox
    command: [sh, -c, "echo hello > /data/index.html; sleep 5; wget -qO- localhost; sleep 3600"]
    volumeMounts: [{name: pages, mountPath: /data}]
  volumes: [{name: pages, emptyDir: {}}]
"""


def _wrote(container: str, says: str, word: str) -> Check:
    """A check that the container's latest run has written a line with `word` by 30 s."""

    def test(trace: Trace) -> str:
        if not any(run.container == container for run in trace.runs):
            return f"there is no container {container}"
        lines = trace.at(30).logs("shop", container)
        return HOLDS if any(word in line for line in lines) else wrote(lines)

    return Check(says, test)


TASKS = (
    Task(
        id="01-two-servers",
        sentence="Let both servers run in one pod, without a restart.",
        stub=_TWO_SERVERS,
        checks=(
            expect("at 30 s READY is 2/2", "shop", 30, ready="2/2"),
            expect("at 30 s nothing was restarted", "shop", 30, restarts="0"),
            _wrote("first", "first is a server that accepts connections", "Ready to accept connections"),
            _wrote("second", "second is a server that accepts connections", "Ready to accept connections"),
        ),
        hints=(
            "What do the two have in common that only one can have at a time? mine.show() says which one ends.",
            "redis-server listens on port 6379 unless told otherwise. The field ports of a container tells it nothing.",
            'For one of them: command: [redis-server, --port, "6380"].',
        ),
        until=60,
    ),
    Task(
        id="01-look",
        sentence="Change the pod so that ps in the container look also lists nginx.",
        stub=_LOOK,
        checks=(
            _wrote("look", "ps lists nginx", "nginx"),
            expect("at 30 s READY is 2/2", "shop", 30, ready="2/2"),
        ),
        hints=(
            "Each container has its own PID namespace. Which field of the pod changes that?",
            "It is a field of the pod's spec, beside containers, and its value is true or false.",
            "shareProcessNamespace: true",
        ),
        until=60,
    ),
    Task(
        id="01-page",
        sentence="Let nginx serve the page that writer writes.",
        stub=_PAGE,
        checks=(
            _wrote("writer", "wget gets the page hello", "hello"),
            expect("at 30 s READY is 2/2", "shop", 30, ready="2/2"),
        ),
        hints=(
            "The pod has the volume pages. Which of the containers mounts it?",
            "Give web a volumeMounts too. nginx serves the files in /usr/share/nginx/html.",
            "volumeMounts: [{name: pages, mountPath: /usr/share/nginx/html}]",
        ),
        until=60,
    ),
)
