"""The template lesson: for each exercise a solution, another valid answer, and a repair that goes only half-way."""

POD = '''mine = pl.exercise("16-sooner", """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: main
    image: busybox
    command: [sh, -c, "sleep 12; touch /ready; sleep 600"]
    readinessProbe: {exec: {command: [cat, /ready]}, %s}
""")'''

CELLS = {
    "16-sooner": {
        "solution": POD % "periodSeconds: 1",
        "another": POD % "initialDelaySeconds: 7, periodSeconds: 7",
        "incomplete": POD % "periodSeconds: 10",
    },
}
