"""podlab: a pod laboratory. Load a manifest, run it in virtual time, look, change something, run again."""
