"""The small core: a pod's rules, and the engine that runs them. It imports the API types and nothing else of podlab."""
