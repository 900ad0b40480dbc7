"""The house style: what each state looks like, and the colours of the light, dark and neutral themes.

The colours are Okabe and Ito's, which colour-blind readers can tell apart. A state is never told by colour alone: it
also has a height (a tall bar is a living process), a hatch, and a word where there is room for one.
"""

from __future__ import annotations

from dataclasses import dataclass

from podlab.api.mistakes import WrongValue

GREEN, BLUE, VERMILLION, ORANGE = "#009E73", "#0072B2", "#D55E00", "#E69F00"
SKY, PURPLE = "#56B4E9", "#CC79A7"
DARK, WHITE = "#111111", "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Tone:
    """The look of one state: the fill of its bar, the ink on it, its hatch, whether it stands tall, and as a tick."""

    fill: str
    ink: str = DARK
    hatch: str | None = None
    hatch_ink: str = DARK
    tall: bool = False
    tick: str = ""


TONES = {
    "waiting": Tone("#F3E9A2", hatch="|", hatch_ink="#D8CA5E", tick="#DCCB30"),
    "running": Tone(GREEN, tall=True),
    "unready": Tone("#A9DCCD", hatch="/", hatch_ink="#5DBFA3", tall=True),
    "stopping": Tone("#66C2A5", hatch="\\", hatch_ink="#007A59", tall=True),
    "frozen": Tone("#BFE3F5", hatch="|", hatch_ink="#56B4E9", tall=True),
    "unseen": Tone("#D3EBE3", hatch="\\", hatch_ink="#9CCFBE"),
    "early": Tone("#D3EBE3", hatch="|", hatch_ink="#9CCFBE", tall=True),
    "backoff": Tone("#F2CB78", hatch="\\", hatch_ink="#DFA629", tick=ORANGE),
    "done": Tone(BLUE, ink=WHITE),
    "resting": Tone("#A6CBE3", hatch="\\", hatch_ink="#7FB2D3", tick=BLUE),
    "failed": Tone(VERMILLION),
    "failing": Tone("#EFB692", hatch="\\", hatch_ink="#DE9361", tick=VERMILLION),
    "gone": Tone("#BDBDBD", hatch="/", hatch_ink="#A0A0A0"),
}
"""The tones by name. frozen: stopped by SIGSTOP, and the API says running;
unseen: ended, but the API still says running; early: it runs, but the API still says waiting;
resting, failing: ended with 0 or an error, and to be started again; gone: leaving or lost."""

PHASES = {"Pending": "waiting", "Running": "running", "Succeeded": "done", "Failed": "failed", "Unknown": "gone"}


def status_tone(status: str, final: bool) -> str:
    """The tone of a STATUS as kubectl prints it; `final` when the pod has Succeeded or Failed for good."""
    word = status.removeprefix("Init:")
    if word == "Running":
        return "running"
    if word == "NotReady":
        return "unready"
    if word in ("Completed", "Succeeded", "ExitCode:0"):
        return "done" if final else "resting"
    if word in ("Terminating", "Unknown", "NodeLost"):
        return "gone"
    if word.endswith("BackOff"):
        return "backoff"
    if word in ("Pending", "ContainerCreating", "PodInitializing", "SchedulingGated") or word[:1].isdigit():
        return "waiting"
    return "failed" if final else "failing"


THEMES: dict[str, dict[str, str]] = {
    # Drawn transparent. The grey has a contrast of 4.5 on white and 4.3 on JupyterLab's dark #111.
    "auto": {"ink": "#757575", "soft": "#7A7A7A", "rule": "#8080804D", "panel": "#80808018", "paper": "#00000000"},
    "light": {"ink": "#1A1A1A", "soft": "#5C5C5C", "rule": "#D5D5D5", "panel": "#F3F3F3", "paper": WHITE},
    "dark": {"ink": "#F2F2F2", "soft": "#B0B0B0", "rule": "#404040", "panel": "#1E1E1E", "paper": DARK},
}
"""The colours of the roles ink, soft (a quieter ink), rule (grid lines), panel (a faint ground) and paper."""


def colour(name: str, theme: str) -> str:
    """The "#rrggbb" or "#rrggbbaa" of a role in a theme; a colour stays what it is."""
    return name if name[0] == "#" else THEMES[theme][name]


SIZES: dict[str, tuple[float, float]] = {"notebook": (880.0, 1.0), "projector": (700.0, 1.4)}
"""How wide a picture is laid out, and how much it is then enlarged: on a projector less beside one another, larger."""


def check_size(size: str) -> tuple[float, float]:
    """The width and the enlargement of a size; ValueError names the sizes there are."""
    if size not in SIZES:
        raise WrongValue(f"size: {size!r} is not a size; try {', '.join(map(repr, SIZES))}")
    return SIZES[size]


def check_theme(theme: str) -> str:
    """The theme itself; ValueError names the ones there are."""
    if theme not in THEMES:
        raise WrongValue(f"theme: {theme!r} is not a theme; try {', '.join(map(repr, THEMES))}")
    return theme
