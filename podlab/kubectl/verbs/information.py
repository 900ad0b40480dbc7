"""``kubectl explain``, ``api-resources`` and ``events``: what there is to know."""

from __future__ import annotations

from podlab.kubectl.api_resources import api_resources_table
from podlab.kubectl.call import Call
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.events import events_table, sorted_by_time
from podlab.kubectl.explain import explain
from podlab.kubectl.output import check_output, is_table, print_data
from podlab.kubectl.targets import resource_for


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


def events(call: Call) -> None:
    """List events, oldest first."""
    check_output(call.flags["output"])
    if call.args:
        raise KubectlError(f'error: unknown command "{call.args[0]}" for "kubectl events"')
    found = list(call.api.list("events", None if call.everywhere else call.namespace))
    if call.flags["for"]:
        kind, slash, name = call.flags["for"].partition("/")
        if not slash or not name:
            raise KubectlError("error: --for must be in resource/name form", hint="Like --for pod/web.")
        resource = resource_for(kind)
        found = [e for e in found if (e.involvedObject.kind, e.involvedObject.name) == (resource.kind, name)]
    if call.flags["types"]:
        wanted = [kind.lower() for kind in call.flags["types"]]
        found = [event for event in found if (event.type or "").lower() in wanted]
    if not is_table(call.flags["output"]):
        resource = resource_for("events")
        pairs = [(resource, event) for event in sorted_by_time(found)]
        call.out(print_data(call.flags["output"], pairs, as_list=True))
    elif found:
        no_headers = call.flags["no-headers"]
        call.out(events_table(found, call.api.now(), all_namespaces=call.everywhere, no_headers=no_headers))
    elif call.everywhere:
        call.err("No events found.")
    else:
        call.err(f"No events found in {call.namespace} namespace.")
