"""The ipywidgets panel: the verbs of podlab behind buttons, no logic of its own."""
