"""``kubectl explain``, ``api-resources`` and ``events``: what there is to know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from lightkube.models.core_v1 import Event

from podlab.kubectl.api_resources import api_resources_table
from podlab.kubectl.call import Call
from podlab.kubectl.command import ALL_NAMESPACES, NO_HEADERS, OUTPUT, WATCH, Command, verb
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.events import events_table, sorted_by_time
from podlab.kubectl.explain import explain
from podlab.kubectl.flags import Flag
from podlab.kubectl.output import check_output, is_table, print_data
from podlab.kubectl.targets import resource_for


@verb(
    Command(
        "explain",
        "Say what a kind or a field of it is",
        "kubectl explain TYPE[.FIELD…]",
        (Flag("recursive", "switch", help="Print the fields of fields too"), Flag("api-version", "text")),
    )
)
def explain_command(call: Call) -> None:
    """Say what a kind or a field is."""
    if not call.args:
        text = (
            'error: You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list'
        )
        raise KubectlError(f"{text} of supported resources.\n")
    if len(call.args) > 1:
        raise KubectlError("error: We accept only this format: explain RESOURCE\n")
    call.out(explain(call.args[0], recursive=call.flags["recursive"]))


@verb(
    Command(
        "api-resources",
        "Print the supported API resources",
        "kubectl api-resources [--api-group=GROUP]",
        (Flag("api-group", "text", help="Only this group"), Flag("namespaced", "switch"), NO_HEADERS, OUTPUT),
    )
)
def api_resources(call: Call) -> None:
    """List the kinds of objects."""
    output = call.flags["output"]
    if output not in ("", "name", "wide"):
        raise KubectlError(f"error: --output {output} is not available")
    call.out(
        api_resources_table(
            group=call.flags["api-group"],
            namespaced=call.flags["namespaced"],
            no_headers=call.flags["no-headers"],
            names_only=output == "name",
        )
    )


@verb(
    Command(
        "events",
        "List events, oldest first",
        "kubectl events [--for TYPE/NAME]",
        (
            ALL_NAMESPACES,
            Flag("for", "text", default="", help="Only about this object"),
            Flag("types", "list", help="Only of these types: Normal, Warning"),
            NO_HEADERS,
            OUTPUT,
            WATCH,
        ),
    )
)
def events(call: Call) -> None:
    """List events, oldest first; with ``--watch`` also those that come."""
    check_output(call.flags["output"])
    if call.args:
        raise KubectlError(f'error: unknown command "{call.args[0]}" for "kubectl events"')
    wanted = _wanted(call)
    namespace = None if call.everywhere else call.namespace
    found = sorted_by_time(event for event in call.api.list("events", namespace) if wanted(event))
    watch: bool = call.flags["watch"]
    if not is_table(call.flags["output"]):
        resource = resource_for("events")
        call.out(print_data(call.flags["output"], [(resource, event) for event in found], as_list=True))
        return
    widths: list[int] = []
    headers_done = call.flags["no-headers"]

    def show(events: list[Event], now: datetime) -> None:
        nonlocal headers_done
        call.out(
            events_table(
                events,
                now,
                all_namespaces=call.everywhere,
                no_headers=headers_done,
                remembered=widths if watch else None,
            )
        )
        headers_done = True

    if found:
        show(found, call.api.now())
    elif not watch:
        call.err("No events found." if call.everywhere else f"No events found in {call.namespace} namespace.")
    for change in call.api.watch("events", namespace, call.flags["request-timeout"]) if watch else ():
        if wanted(change.object) and not change.deleted:
            show([change.object], change.now)


def _wanted(call: Call) -> Callable[[Event], bool]:
    """Whether an event passes ``--for`` and ``--types``."""
    types = [kind.lower() for kind in call.flags["types"] or ()]
    about: tuple[str, str] | None = None
    if call.flags["for"]:
        kind, slash, name = call.flags["for"].partition("/")
        if not slash or not name:
            raise KubectlError("error: --for must be in resource/name form", hint="Like --for pod/web.")
        about = resource_for(kind).kind, name

    def passes(event: Event) -> bool:
        involved = event.involvedObject
        return about in (None, (involved.kind, involved.name)) and (not types or (event.type or "").lower() in types)

    return passes
