"""Lesson 12: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

BACK = 'mine = pl.exercise("12-back", pl.predict("alone", t=600, phase="{}", status="{}", restarts={}))'

SURVIVES = (
    'mine = pl.exercise("12-survives", pl.load("""%s""")'
    '.with_world(nodes=("node-1", "node-2")).but(pl.node_down("node-1", at=60)))'
)

REPLICA_SET = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers: [{name: main, image: nginx}]
"""

CONTROLLER = """
apiVersion: v1
kind: ReplicationController
metadata: {name: front}
spec:
  replicas: 1
  template:
    metadata: {labels: {app: shop}}
    spec:
      containers: [{name: main, image: nginx}]
"""

EVICTED_SOONER = """
apiVersion: v1
kind: Pod
metadata: {name: alone, labels: {app: shop}}
spec:
  tolerations: [{key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 20}]
  containers: [{name: main, image: nginx}]
"""

CELLS = {
    "12-back": {
        "solution": BACK.format("Running", "Running", 0),
        "another": 'mine = pl.exercise("12-back", pl.predict("alone", t=600, phase="Running", status="Running",\n'
        '                                                 restarts="0", ready="1/1"))',
        "incomplete": BACK.format("Running", "Terminating", 0),
    },
    "12-survives": {
        "solution": SURVIVES % REPLICA_SET,
        "another": SURVIVES % CONTROLLER,
        "incomplete": SURVIVES % EVICTED_SOONER,
    },
}
