"""Scenario, the engine (the only clock, the only mutable state) and the Trace it returns."""
