"""Lesson 14: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

MEND = """mine = pl.exercise("14-mend", '''
apiVersion: v1
kind: Pod
metadata: {{name: orders}}
spec:
  containers:
  - name: api
    image: nginx
    {ports}
    env: [{{name: DEBUG, value: {off}}}]
    readinessProbe: {{httpGet: {{path: /, port: 80}}, periodSeconds: 5}}
''')"""

SLOW = """mine = pl.exercise("14-slow", '''
apiVersion: v1
kind: Pod
metadata: {{name: slow}}
spec:
  containers:
  - name: api
    image: python:3.12
    command: [sh, -c, "sleep 20; exec python3 -m http.server 8080"]
    readinessProbe: {{httpGet: {{path: /, port: 8080}}, periodSeconds: 5}}
    {probes}
''')"""

DRAIN = """mine = pl.exercise("14-drain", pl.load('''
apiVersion: apps/v1
kind: {kind}
metadata: {{name: orders}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: orders}}}}
  template:
    metadata: {{labels: {{app: orders}}}}
    spec:
      containers:
      - name: api
        image: nginx
        readinessProbe: {{tcpSocket: {{port: 80}}, initialDelaySeconds: {delay}}}
''').with_world(nodes=("node-1", "node-2")).but(pl.drain("node-1", at=60)))"""

OWN = """mine = pl.exercise("14-own", pl.load('''
apiVersion: batch/v1
kind: Job
metadata: {name: report, namespace: sales}
spec:
  template:
    spec:
      restartPolicy: OnFailure
      containers: [{name: count, image: alpine, command: [sh, -c, "sleep 45; echo 42"]}]
''')%s)"""

OTHER = """mine = pl.exercise("14-own", pl.load('''
apiVersion: apps/v1
kind: Deployment
metadata: {name: cache}
spec:
  selector: {matchLabels: {app: cache}}
  template:
    metadata: {labels: {app: cache}}
    spec: {containers: [{name: redis, image: "redis:7"}]}
''').but(pl.scale("cache", at=20, replicas=3), pl.kill("cache[0]/redis", at=40)))"""

CELLS = {
    "14-mend": {
        "solution": MEND.format(ports="ports: [{containerPort: 8080}]", off='"off"'),
        "another": MEND.format(ports="# no port", off="'no'"),
        "incomplete": MEND.format(ports="ports: [{containerPort: 8080}]", off="off"),
    },
    "14-slow": {
        "solution": SLOW.format(
            probes="livenessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 5}\n"
            "    startupProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 2, failureThreshold: 30}"
        ),
        "another": SLOW.format(
            probes="livenessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 5, initialDelaySeconds: 25}"
        ),
        "incomplete": SLOW.format(
            probes="livenessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 5, failureThreshold: 4}"
        ),
    },
    "14-drain": {
        "solution": DRAIN.format(kind="Deployment", replicas=2, delay=15),
        "another": DRAIN.format(kind="ReplicaSet", replicas=3, delay=20),
        "incomplete": DRAIN.format(kind="Deployment", replicas=1, delay=3),
    },
    "14-own": {
        "solution": OWN % '.but(pl.kill("sales/report[0]/count", at=20))',
        "another": OTHER,
        "incomplete": OWN % '.but(pl.kill("report/count", at=20))',
    },
}
