"""Lesson 06: a machine seen as a pod."""

from __future__ import annotations

from podlab.course.exercise import HOLDS, Check, Task, expect, wrote
from podlab.simulation import Trace, kill_sandbox, load

_ORDER = """
apiVersion: v1
kind: Pod
metadata: {name: machine}
spec:
  initContainers:
  - {name: sign, image: busybox, command: [sh, -c, "echo open > /disk/shop/sign"],
     volumeMounts: [{name: disk, mountPath: /disk}]}
  - {name: folder, image: busybox, command: [mkdir, /disk/shop],
     volumeMounts: [{name: disk, mountPath: /disk}]}
  containers:
  - {name: web, image: busybox, command: [sh, -c, "cat /disk/shop/sign && sleep 3600"],
     volumeMounts: [{name: disk, mountPath: /disk}]}
  volumes: [{name: disk, emptyDir: {}}]
"""

_WAR = """
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: war
    image: resouer/sample:v2
    command: [sh, -c, "sleep 5; cp /sample.war /app; sleep 3600"]
    volumeMounts: [{name: app, mountPath: /app}]
  - name: tomcat
    image: tomcat:9
    command: [sh, -c, "ls webapps; exec catalina.sh run"]
    volumeMounts: [{name: app, mountPath: /usr/local/tomcat/webapps}]
  volumes: [{name: app, emptyDir: {}}]
"""

_AGAIN = """
apiVersion: v1
kind: Pod
metadata: {name: machine}
spec:
  terminationGracePeriodSeconds: 5
  initContainers:
  - {name: folder, image: busybox, command: [mkdir, /disk/shop],
     volumeMounts: [{name: disk, mountPath: /disk}]}
  containers:
  - {name: web, image: busybox, command: [sh, -c, "sleep 3600"]}
  volumes: [{name: disk, emptyDir: {}}]
"""


def _web_found_the_sign(trace: Trace) -> str:
    lines = trace.at(30).logs("machine", "web")
    return HOLDS if "open" in lines else wrote(lines)


def _tomcat_found_the_war(trace: Trace) -> str:
    lines = [line.text for line in trace.logs if line.container == "tomcat" and line.n == 0]
    found = "sample.war" in lines
    return HOLDS if found else f"its first words were: {lines[0]}" if lines else "tomcat has not started"


def _tomcat_is_up(trace: Trace) -> str:
    lines = [line.text for line in trace.logs if line.container == "tomcat"]
    return HOLDS if any("Server startup" in line for line in lines) else "Tomcat has not said that it is up"


def _step_ran_twice(trace: Trace) -> str:
    ends = [run.exit_code for run in trace.runs if run.init]
    if len(ends) < 2:
        return f"init containers ran {len(ends)} times"
    return HOLDS if set(ends) == {0} else f"the exit codes were {', '.join(map(str, ends))}"


TASKS = (
    Task(
        id="06-order",
        sentence="Repair the boot, so that web finds the sign and runs without any restart.",
        stub=_ORDER,
        checks=(
            Check("web wrote what the sign says", _web_found_the_sign),
            expect("at 30 s READY is 1/1", "machine", 30, ready="1/1"),
            expect("at 30 s nothing was restarted", "machine", 30, restarts="0"),
        ),
        hints=(
            "Which of the two steps needs what the other one makes? mine.show() tells which is tried again and again.",
            "Init containers run in the order of the manifest. Put folder first.",
            "Or one step for both: mkdir /disk/shop; echo open > /disk/shop/sign",
        ),
        until=60,
    ),
    Task(
        id="06-war",
        sentence="Let Tomcat find the WAR at its start, and let the pod be 1/1.",
        stub=_WAR,
        checks=(
            Check("Tomcat found sample.war at its first start", _tomcat_found_the_war),
            Check("Tomcat is up", _tomcat_is_up),
            expect("at 30 s READY is 1/1", "shop", 30, ready="1/1"),
            expect("at 30 s nothing was restarted", "shop", 30, restarts="0"),
        ),
        hints=(
            "Under which key of the manifest do containers run before the others?",
            "An init container must end. Which part of its command prevents that?",
            'initContainers: [{name: war, …, command: [sh, -c, "sleep 5; cp /sample.war /app"], …}]',
        ),
        until=60,
    ),
    Task(
        id="06-again",
        sentence="Pause is killed at 20 s. Repair the boot step, so that the machine comes up again.",
        stub=load(_AGAIN).but(kill_sandbox("machine", 20)),
        checks=(
            Check("the boot step ran twice, and ended well both times", _step_ran_twice),
            expect("at 15 s READY is 1/1", "machine", 15, ready="1/1"),
            expect("at 60 s READY is 1/1", "machine", 60, ready="1/1"),
        ),
        hints=(
            "What does mkdir say when the folder is there already? kubectl logs machine -c folder would show it.",
            "The volume has outlived the reboot, and the folder with it. The step must do no harm the second time.",
            "mkdir -p makes a folder only if there is none.",
        ),
        until=90,
    ),
)
