"""The pods that the lab's tests play with."""

SHOP = """\
apiVersion: v1
kind: Pod
metadata:
  name: shop
spec:
  containers:
  - name: web
    image: nginx:1.27
    ports:
    - containerPort: 80
  - name: helper
    image: busybox:1.36
    command: [sh, -c, "echo hello; sleep 3600"]
"""

PROBED = """\
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: stall}
spec:
  replicas: 1
  selector: {matchLabels: {app: stall}}
  template:
    metadata: {labels: {app: stall}}
    spec:
      containers:
      - name: web
        image: nginx
        resources: {limits: {memory: 64Mi}}
        readinessProbe: {periodSeconds: 5, failureThreshold: 2, httpGet: {port: 80}}
        livenessProbe: {periodSeconds: 10, httpGet: {port: 80}}
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - name: web
    image: nginx
    resources: {limits: {memory: 64Mi}}
    readinessProbe: {periodSeconds: 5, failureThreshold: 2, httpGet: {port: 80}}
    livenessProbe: {periodSeconds: 10, httpGet: {port: 80}}
    ports: [{containerPort: 80}]
  - name: helper
    image: busybox
    command: [sleep, "3600"]
"""
"""A pod and a ReplicaSet for which every gesture makes sense."""

EVIL = "<img src=x onerror=alert(1)>"
"""Markup that would run a script if it reached the page unescaped."""

EVIL_SHOP = f"""\
apiVersion: v1
kind: Pod
metadata:
  name: shop
  labels: {{note: plain}}
  annotations: {{note: "{EVIL}"}}
spec:
  containers:
  - name: web
    image: "busybox:1.36"
    env: [{{name: NOTE, value: "{EVIL}"}}]
    command: [sh, -c, "echo '{EVIL}'; echo '{EVIL}' > /dev/termination-log; exit 1"]
"""
