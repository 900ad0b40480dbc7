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
