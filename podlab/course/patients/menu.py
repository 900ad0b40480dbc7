"""Patient 1: an image tag with two figures exchanged."""

from __future__ import annotations

from lightkube.models.core_v1 import Container, Pod

from podlab.api.image import parse
from podlab.course.case import Case
from podlab.course.exercise import HOLDS, expect
from podlab.course.patients.checks import container_has
from podlab.course.treatment import Treatment


def _is_nginx_1_27(container: Container, _: Pod) -> str:
    reference = parse(container.image or "")
    wanted = reference.base == "nginx" and reference.tag.split("-")[0] == "1.27"
    return HOLDS if wanted else f"it is {container.image}"


MENU = Case(
    id="13-menu",
    number=1,
    pod="menu",
    sentence="We moved to nginx 1.27 last night. Since then no menu.",
    stub=Treatment(),
    manifest="""
apiVersion: v1
kind: Pod
metadata: {name: menu}
spec:
  containers:
  - {name: web, image: "nginx:1.72"}
""",
    cause="wrong-image",
    truth=(
        "the event Failed names the image and ends with: not found. There is no tag 1.72; two figures were exchanged. "
        "The kubelet tries again for ever, with longer and longer waits, whatever the restartPolicy is."
    ),
    sees=(
        "the container has never been started, STATUS swings between ErrImagePull and ImagePullBackOff, and the event "
        "Failed says what could not be had."
    ),
    because={
        "bad-command": (
            "for that the image must be there: only then can the program in it be missing. Here the container waits "
            "with ImagePullBackOff and was never created. Read the event Failed to its end."
        ),
        "app-crash": (
            "back-off is a word for any waiting between tries. Here it is the pull that is tried again; no program has "
            "run, and RESTARTS is 0."
        ),
    },
    checks=(
        expect("at 60 s STATUS is Running", "menu", 60, status="Running"),
        expect("at 60 s READY is 1/1", "menu", 60, ready="1/1"),
        container_has("the image is nginx 1.27", "menu", "web", _is_nginx_1_27),
    ),
    hints=(
        "Look at the events, at the end of `describe pod menu`. Which one is a Warning, and how does it end?",
        "The cause is wrong-image. Compare the tag with what the owner wanted.",
        "A patch: spec: {containers: [{name: web, image: 'nginx:1.27'}]}",
    ),
    until=90,
    cure="spec: {containers: [{name: web, image: 'nginx:1.27'}]}",
)
