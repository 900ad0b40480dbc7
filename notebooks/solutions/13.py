"""Lesson 13: for each patient a treatment that heals, another one, and a repair that goes only half-way."""


def cell(patient: int, diagnosis: str, repair: str) -> str:
    return (
        f'mine = pl.clinic({patient}, diagnosis="{diagnosis}", repair="""\n{repair.strip()}\n""")\n'
        "%kubectl get pods\n"
        "mine.check()"
    )


def cells(patient: int, diagnosis: str, solution: str, another: str, incomplete: str) -> dict[str, str]:
    found = {"solution": solution, "another": another, "incomplete": incomplete}
    return {kind: cell(patient, diagnosis, repair) for kind, repair in found.items()}


CELLS = {
    "13-menu": cells(
        1,
        "wrong-image",
        "spec: {containers: [{name: web, image: 'nginx:1.27'}]}",
        """
apiVersion: v1
kind: Pod
metadata: {name: menu}
spec:
  containers:
  - {name: web, image: "docker.io/library/nginx:1.27-alpine", imagePullPolicy: Always}
""",
        "spec: {containers: [{name: web, imagePullPolicy: IfNotPresent}], restartPolicy: OnFailure}",
    ),
    "13-greeter": cells(
        2,
        "missing-config",
        """
spec:
  containers:
  - name: main
    env:
    - {name: GREETING, valueFrom: {configMapKeyRef: {name: words, key: greeting}}}
""",
        """
apiVersion: v1
kind: ConfigMap
metadata: {name: words}
data: {greetings: Good morning}
""",
        """
spec:
  containers:
  - name: main
    env:
    - {name: GREETING, valueFrom: {configMapKeyRef: {optional: true}}}
""",
    ),
    "13-till": cells(
        3,
        "app-crash",
        "spec: {containers: [{name: main, env: [{name: DB_HOST, value: db}]}]}",
        """
kind: Pod
spec:
  containers:
  - {name: main, envFrom: [{configMapRef: {name: till}}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: till}
data: {DB_HOST: db}
""",
        "spec: {restartPolicy: OnFailure, containers: [{name: main, env: [{name: DB, value: db}]}]}",
    ),
    "13-cake": cells(
        4,
        "out-of-memory",
        "spec: {containers: [{name: main, resources: {limits: {memory: 200Mi}}}]}",
        "spec: {containers: [{name: main, resources: {requests: {memory: 256Mi}, limits: {memory: 256Mi}}}]}",
        "spec: {containers: [{name: main, resources: {limits: {memory: 120Mi}}}]}",
    ),
    "13-bot": cells(
        5,
        "bad-command",
        'spec: {containers: [{name: main, command: [python3, -m, http.server, "8080"]}]}',
        'spec: {containers: [{name: main, command: null, args: [python, -m, http.server, "8080"]}]}',
        'spec: {containers: [{name: main, command: [sh, -c, "pyhton3 -m http.server 8080"]}]}',
    ),
    "13-soup": cells(
        6,
        "failing-init",
        """
spec:
  initContainers:
  - {name: fetch, command: [sh, -c, "cp /recipes/soup-of-the-day /kitchen/soup"]}
""",
        """
kind: ConfigMap
data: {soup: onion soup}
""",
        """
spec:
  initContainers:
  - {name: fetch, command: [sh, -c, "cp /recipes/soup /kitchen/soup || true"]}
""",
    ),
    "13-counter": cells(
        7,
        "readiness-probe",
        "spec: {containers: [{name: web, readinessProbe: {httpGet: {port: 80}}}]}",
        "spec: {containers: [{name: web, readinessProbe: {httpGet: null, tcpSocket: {port: 80}}}]}",
        "spec: {containers: [{name: web, readinessProbe: {initialDelaySeconds: 20, failureThreshold: 10}}]}",
    ),
    "13-backup": cells(
        8,
        "wrong-policy",
        "spec: {restartPolicy: OnFailure}",
        "spec: {restartPolicy: Never}",
        """
spec:
  containers:
  - {name: main, command: [sh, -c, "echo 'backup: copying'; sleep 8; echo 'backup: done'; sleep 3600"]}
""",
    ),
    "13-archive": cells(
        9,
        "taint",
        "spec: {tolerations: [{key: team, value: accounts, effect: NoSchedule}]}",
        "spec: {tolerations: [{operator: Exists}]}",
        "spec: {nodeSelector: null}",
    ),
    "13-press": cells(
        10,
        "liveness-probe",
        "spec: {containers: [{name: main, livenessProbe: {timeoutSeconds: 5}}]}",
        "spec: {containers: [{name: main, livenessProbe: {exec: {command: [cat, /tmp/ok]}}}]}",
        "spec: {containers: [{name: main, livenessProbe: null}]}",
    ),
    "13-waiter": cells(
        11,
        "deaf-to-sigterm",
        """
spec:
  containers:
  - {name: main, command: [sh, -c, "trap 'exit 0' TERM; while true; do sleep 1; done"]}
""",
        "spec: {shareProcessNamespace: true}",
        "spec: {terminationGracePeriodSeconds: 5}",
    ),
    "13-news": cells(
        12,
        "wrong-selector",
        "metadata: {labels: {app: news}}",
        """
kind: Service
spec: {selector: {app: newz}}
""",
        """
kind: Service
spec: {ports: [{port: 80, targetPort: 80}]}
""",
    ),
}
