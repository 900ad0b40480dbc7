"""Lesson 15: for each exercise a solution, another valid answer, and one that goes only half-way."""

PHASE = """
def again(c):
    return c.policy == "Always" or (c.policy == "OnFailure" and c.exit != 0)

def phase(pod):
    every = pod.containers + pod.sidecars
    if any(c.exit and not again(c) for c in pod.init_containers):
        return "Failed"
    if any(c.exit is None for c in pod.init_containers):
        return "Pending"
    if not pod.initialized and any(c.state == "running" and not c.started for c in pod.sidecars):
        return "Pending"
    if any(c.state != "running" and c.exit is None for c in every):
        return "Pending"
    if any(c.state == "running" for c in every):
        return "Running"
    if not pod.given_up and any(again(c) for c in pod.containers):
        return "Running"
    return "Succeeded" if all(c.state == "ended" and c.exit == 0 for c in pod.containers) else "Failed"

mine = pl.exercise("15-phase", phase)
"""

ANOTHER_PHASE = """
def restarted(c):
    return {"Always": True, "OnFailure": c.exit != 0, "Never": False}[c.policy]

def waits_for_init(pod):
    starting = any(c.state == "running" and not c.started for c in pod.sidecars)
    return any(c.exit is None for c in pod.init_containers) or (starting and not pod.initialized)

def phase(pod):
    for c in pod.init_containers:
        if c.exit not in (None, 0) and not restarted(c):
            return "Failed"
    states = [(c.state, c.exit) for c in pod.sidecars + pod.containers]
    if waits_for_init(pod) or ("waiting", None) in states or ("unknown", None) in states:
        return "Pending"
    if ("running", None) in states:
        return "Running"
    if any(map(restarted, pod.containers)) and not pod.given_up:
        return "Running"
    good = [c for c in pod.containers if (c.state, c.exit) == ("ended", 0)]
    return "Succeeded" if len(good) == len(pod.containers) else "Failed"

mine = pl.exercise("15-phase", phase)
"""

HALF_PHASE = """
def phase(pod):
    if any(c.state != "running" and c.exit is None for c in pod.containers):
        return "Pending"
    if any(c.state == "running" for c in pod.containers):
        return "Running"
    if pod.policy == "Always" or (pod.policy == "OnFailure" and any(c.exit for c in pod.containers)):
        return "Running"
    return "Failed" if any(c.exit for c in pod.containers) else "Succeeded"

mine = pl.exercise("15-phase", phase)
"""

RESTARTS = """
def restarts(container, exit):
    for rule in container.rules:
        if (exit in rule.codes) == (rule.operator == "In"):
            return True
    return container.policy == "Always" or (container.policy == "OnFailure" and exit != 0)

mine = pl.exercise("15-restarts", restarts)
"""

ANOTHER_RESTARTS = """
def restarts(container, exit):
    listed = [exit in rule.codes for rule in container.rules if rule.operator == "In"]
    others = [exit not in rule.codes for rule in container.rules if rule.operator == "NotIn"]
    if any(listed + others):
        return True
    return {"Always": True, "OnFailure": exit != 0, "Never": False}[container.policy]

mine = pl.exercise("15-restarts", restarts)
"""

HALF_RESTARTS = """
def restarts(container, exit):
    return container.policy == "Always" or (container.policy == "OnFailure" and exit != 0)

mine = pl.exercise("15-restarts", restarts)
"""

BACKOFF = """
def backoff(n):
    return 0 if n == 1 else min(10 * 2 ** (n - 2), 300)

mine = pl.exercise("15-backoff", backoff)
"""

ANOTHER_BACKOFF = """
def backoff(n):
    waits = [0, 10, 20, 40, 80, 160]
    return waits[n - 1] if n <= 6 else 300

mine = pl.exercise("15-backoff", backoff)
"""

HALF_BACKOFF = """
def backoff(n):
    return min(10 * 2 ** (n - 1), 300)

mine = pl.exercise("15-backoff", backoff)
"""

READY = """
def ready(pod):
    if pod.phase in ("Succeeded", "Failed"):
        return False
    return all(c.ready for c in pod.containers + pod.sidecars) and all(g == "True" for g in pod.gates)

mine = pl.exercise("15-ready", ready)
"""

ANOTHER_READY = """
def ready(pod):
    facts = [c.ready for c in pod.containers] + [c.ready for c in pod.sidecars]
    facts += [gate == "True" for gate in pod.gates] + [pod.phase not in ("Succeeded", "Failed")]
    return False not in facts

mine = pl.exercise("15-ready", ready)
"""

HALF_READY = """
def ready(pod):
    return all(c.ready for c in pod.containers)

mine = pl.exercise("15-ready", ready)
"""

CELLS = {
    "15-phase": {"solution": PHASE, "another": ANOTHER_PHASE, "incomplete": HALF_PHASE},
    "15-restarts": {"solution": RESTARTS, "another": ANOTHER_RESTARTS, "incomplete": HALF_RESTARTS},
    "15-backoff": {"solution": BACKOFF, "another": ANOTHER_BACKOFF, "incomplete": HALF_BACKOFF},
    "15-ready": {"solution": READY, "another": ANOTHER_READY, "incomplete": HALF_READY},
}
