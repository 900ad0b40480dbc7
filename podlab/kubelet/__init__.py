"""A node's rules as pure functions: phase, conditions, one sync's actions, back-off, and why."""
