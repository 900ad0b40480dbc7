"""The views by name: what a notebook calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING

from podlab.api.mistakes import expect
from podlab.simulation.trace import Snapshot, Trace
from podlab.views.changes import MOMENT, causes, nodes_now, since_words
from podlab.views.charts import charts_of
from podlab.views.charts_scene import charts_scene
from podlab.views.charts_text import charts_text
from podlab.views.comparison import Comparison, comparison, comparison_text
from podlab.views.facts import Timeline
from podlab.views.intervals import timeline_of
from podlab.views.marks import AlongTime
from podlab.views.overview import MANY, overview_scene, overview_text
from podlab.views.places import PodPlace, places
from podlab.views.pod_box import Box
from podlab.views.scene import Scene
from podlab.views.style import check_size
from podlab.views.timeline_scene import Panel, timeline_scene
from podlab.views.timeline_text import subtitle, timeline_text
from podlab.views.topology_scene import topology_scene
from podlab.views.topology_text import news_text, topology_text
from podlab.views.view import View
from podlab.views.words import seconds

if TYPE_CHECKING:
    import networkx as nx


_NAMED = 12  # so many pods are named in the title of an overview


class TimelineView(View):
    """A picture along time. `at(cursor)` is the same with another instant marked, which is drawn fast."""

    def __init__(
        self,
        data: Timeline,
        text: Callable[[], str],
        picture: Callable[[], AlongTime],
        cursor: float | None,
        theme: str,
        scale: float,
    ) -> None:
        self._picture = picture
        super().__init__(data, text, lambda: picture().at(cursor), theme, scale)

    @property
    def axis(self) -> tuple[float, float, float]:
        """Where the time axis begins and ends in the picture's pixels, and how many seconds it has."""
        plot = self._picture().plot
        return plot.left, plot.right, plot.until

    def at(self, cursor: float | None) -> TimelineView:
        """The same picture with this instant marked."""
        return TimelineView(self.data, self._text, self._picture, cursor, self.theme, self._scale)


def timeline(
    trace: Trace,
    pods: str | Iterable[str] | None = None,
    until: float | None = None,
    cursor: float | None = None,
    *,
    conditions: bool = False,
    theme: str = "auto",
    size: str = "notebook",
) -> TimelineView:
    """A trace along time: phase, printed STATUS, READY, the sandbox, a lane for each container, events.

    `pods` chooses and orders the pods (default: all), `until` ends the picture earlier (seconds), `cursor` marks an
    instant, `conditions` adds the pods' conditions; `size` is "notebook", or "projector": less beside one another, in
    larger letters. Five pods or more that were not chosen by name get a row each, with STATUS and READY. `data` of the
    view is a `Timeline`.
    Errors: KeyError for a pod that the trace does not have, ValueError for a time, theme or size that is none.
    """
    width, scale = check_size(size)
    data = timeline_of(trace, pods, until)
    if pods is None and len(data.pods) >= MANY:
        return _overview(data, cursor, theme, width, scale)
    return TimelineView(
        data,
        lambda: timeline_text(data, conditions),
        cache(
            lambda: timeline_scene(
                data.until, _panels(data), conditions=conditions, title=_title(data), width=width, note=data.note
            )
        ),
        cursor,
        theme,
        scale,
    )


def overview(trace: Trace, cursor: float | None = None, *, theme: str = "auto", size: str = "notebook") -> TimelineView:
    """All pods of a trace, however few, in a row each: STATUS and READY along time."""
    width, scale = check_size(size)
    return _overview(timeline_of(trace), cursor, theme, width, scale)


def _overview(data: Timeline, cursor: float | None, theme: str, width: float, scale: float) -> TimelineView:
    names = ", ".join(pod.pod for pod in data.pods[:_NAMED]) + (", …" if len(data.pods) > _NAMED else "")
    title = f"Overview of {len(data.pods)} pods ({names}) from 0s to {seconds(data.until)}"
    return TimelineView(
        data, lambda: overview_text(data), cache(lambda: overview_scene(data, title, width)), cursor, theme, scale
    )


def _panels(data: Timeline) -> list[Panel]:
    return [Panel(pod.pod, subtitle(pod), pod) for pod in data.pods]


def _title(data: Timeline) -> str:
    names = ", ".join(pod.pod for pod in data.pods) or "no pods"
    return f"Timeline of {names} from 0s to {seconds(data.until)}"


def compare(
    *,
    pods: str | Iterable[str] | None = None,
    until: float | None = None,
    theme: str = "auto",
    size: str = "notebook",
    **traces: Trace,
) -> View:
    """Runs of one story under one another, the rows that differ from the first run's marked: compare(base=a, killed=b).

    `data` of the view is a `Comparison`.
    Errors: ValueError for fewer than two traces, or a time, theme or size that is none.
    """
    width, scale = check_size(size)
    data = comparison(traces, pods, until)
    title = f"Timelines of {', '.join(data.runs)} compared, from 0s to {seconds(data.until)}"
    return View(
        data,
        lambda: comparison_text(data),
        lambda: timeline_scene(data.until, _compared(data), conditions=False, title=title, width=width).at(None),
        theme,
        scale,
    )


def _compared(data: Comparison) -> list[Panel]:
    panels = []
    for pod in data.pods:
        for run in data.runs:
            own = data.pod(run, pod)
            about = f"pod {pod}, restartPolicy {own.policy}" if own else f"no pod {pod}"
            panels.append(Panel(run, about, own, data.of(run, pod), small=True))
    return panels


class TopologyView(View):
    """A picture of who lives where and shares what; `graph` is the same as a networkx graph, `data` as places.

    `news` says in one line what has just changed, "" for nothing; `nodes` the state of each that is not simply Ready.
    """

    def __init__(
        self,
        pods: tuple[PodPlace, ...],
        t: float,
        theme: str,
        news: str,
        nodes: Mapping[str, str],
        size: tuple[float, float],
    ) -> None:
        self.news = news
        self.nodes = nodes
        self._t = t
        self._width, scale = size
        super().__init__(pods, lambda: topology_text(pods, t, news, nodes), lambda: self._laid_out[0], theme, scale)

    @cached_property
    def _laid_out(self) -> tuple[Scene, dict[str, Box]]:
        return topology_scene(self.data, self._t, self.news, self.nodes, self._width)

    @cached_property
    def graph(self) -> nx.DiGraph:
        """Node → pod → pause, containers, volumes and namespaces, with the positions of the picture as `pos`."""
        from podlab.views.topology_graph import topology_graph

        return topology_graph(self.data, self._laid_out[1])


def topology(
    snapshot: Snapshot,
    pod: str | Iterable[str] | None = None,
    *,
    since: float | None = None,
    theme: str = "auto",
    size: str = "notebook",
) -> TopologyView:
    """A snapshot in space: node, pod, pause, which namespaces the containers share, volumes, ports, localhost.

    `pod` chooses the pods (default: all that exist at that instant). What has changed after `since` seconds (default:
    just before the snapshot, so at this instant) is ringed, marked with ✦ and told in words.
    Errors: KeyError for a pod that does not exist then, ValueError for a theme or size that is none.
    """
    expect(snapshot, Snapshot, "topology", "choose an instant of a trace: trace.at(30)")
    before = snapshot.t - MOMENT if since is None else since
    data = places(snapshot, pod, before)
    news = news_text(data, causes(snapshot, before), since_words(before, snapshot.t))
    return TopologyView(data, snapshot.t, theme, news, nodes_now(snapshot), check_size(size))


def state_chart(
    trace: Trace,
    pod: str,
    container: str | None = None,
    t: float | None = None,
    *,
    theme: str = "auto",
    size: str = "notebook",
) -> View:
    """The states there are and the path of this run on them up to `t` (default: the end of the run).

    The pod's phase, conditions and printed STATUS, each for itself, then Waiting, Running and Terminated of each
    container; `container` chooses one container alone. `data` of the view is a `PodCharts`.
    Errors: KeyError for a pod or container that the trace does not have, ValueError for a time, theme or size that is
    none.
    """
    width, scale = check_size(size)
    data = charts_of(trace, pod, container, t)
    return View(data, lambda: charts_text(data), lambda: charts_scene(data, width), theme, scale)
