"""Panels: `Lab` is a scenario under one's hands; `LabModel` is the same without widgets.

`Lab` is a `LabModel` with a `panel`; every control calls one public method of the lab. A test finds a control by its
role and name, as a screen reader does, and a picture or text by its class:

| class                       | what it is                            | role and name                               |
|-----------------------------|---------------------------------------|---------------------------------------------|
| podlab-lab                  | the whole panel                       |                                             |
| podlab-summary              | phase, READY, STATUS … of the pod     |                                             |
| podlab-signal, podlab-grace | what a kill sends, a deletion grants  | combobox "signal:", "grace:"                |
| podlab-kill-NAME            | a signal to the container NAME        | button "Kill NAME"                          |
| podlab-kill-pause           | SIGKILL to the pause process          | button "Kill pause"                         |
| podlab-delete               | delete the pod                        | button "Delete pod"                         |
| podlab-policy, podlab-pod   | restartPolicy; which pod, of several  | combobox "policy:", "pod:"                  |
| podlab-undo, -redo, -reset  | the story back, forth, anew           | button "Undo", "Redo", "Reset"              |
| podlab-message              | what came of it, or an error          | status; alert for an error                  |
| podlab-back, podlab-next    | to the event before, the next         | button "Back", "Next event"                 |
| podlab-play, podlab-speed   | let time pass, how fast               | button "Play" or "Pause"; combobox "speed:" |
| podlab-slider               | the instant                           | slider "instant (s)"                        |
| podlab-time, podlab-until   | the instant, the length of the run    | spinbutton "time (s):", "of (s):"           |
| podlab-timeline, -topology  | the pictures                          | img "Timeline of …", "Topology of …"        |
| podlab-conditions           | conditions in the timeline, or not    | checkbox "conditions"                       |
| podlab-presentation         | large, and only what matters          | checkbox "presentation"                     |
| podlab-legend               | what colours and signs mean           | folded                                      |
| podlab-touch                | what a click on a container offers    | buttons, which others here do too           |
| podlab-link                 | the address of this lab at this time  | in "History": button "Copy link"            |
| podlab-overview             | all pods, where there are many        | img "Overview of … pods"                    |
| podlab-get, podlab-events   | kubectl get pods, the events          |                                             |
| podlab-pages                | the tabs for what follows             | tab                                         |
| podlab-why                  | why the pod is as it is               | in the tab "Why?"                           |
| podlab-logs                 | kubectl logs of each container        | in the tab "Logs"                           |
| podlab-history, podlab-code | what was done, and as code            | in "History": textbox "as code:"            |
| podlab-manifest             | with the lines that matter now marked | in the tab "Manifest"                       |
| podlab-against, -comparison | runs under one another                | in "Compare": combobox "compare with:", img |
| podlab-pin                  | keep this run                         | in "Compare": button "Pin this run"         |
| podlab-more, podlab-do      | further gestures, and doing the one   | combobox "more:", button "Do it"            |
| podlab-others, -replicas    | what a chosen gesture needs to know   |                                             |
| podlab-work, -progress      | how far a long run has come           | progressbar                                 |
| podlab-stop                 | end a long run, keep what it had      | button "Stop"                               |
| podlab-since                | explain a moment or an interval       | in "Why?": combobox "explain:"              |
| podlab-states               | state charts with this run's path     | in the tab "States": img                    |
| podlab-save, podlab-open    | the scenario to and from a file       | in "History"                                |
| podlab-copy                 | the code to the clipboard             | in "History": button "Copy as code"         |
| podlab-yours, podlab-faults | a manifest, what is wrong by line     | in "Your own": textbox "manifest:"          |
| podlab-use                  | begin a new story with it             | in "Your own": button "Use this manifest"   |
"""

from podlab.lab.history import Made
from podlab.lab.lab import Lab, from_link
from podlab.lab.model import LabModel, Message

__all__ = ["Lab", "LabModel", "Made", "Message", "from_link"]
