"""The command line: `podlab run`, `export`, `replay`, `serve`, `advance` and `why`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import podlab as pl
from podlab import serve_command, why_command
from podlab.actions.registry import action_called
from podlab.core.engine.action import RestartPolicy
from podlab.formats.new_file import write_file
from podlab.simulation.scenario import Step

FORMATS = ("get", "events", "logs", "timeline", "topology", "story", "png", "svg")
BINARY = ("png",)

ACTIONS = """\
an action is a time in seconds, a verb and its target:
  "20 kill shop/web"            SIGKILL to a container's main process
  "20 kill shop/web SIGTERM"    another signal
  "20 kill-sandbox shop"        SIGKILL to the pod's pause process
  "20 delete shop"              as kubectl delete; a number after it is the grace period
  "20 condition shop TYPE=True" a condition set from outside
  "20 fail-probe shop/web readiness"  a probe fails, until: "40 recover-probe shop/web readiness"
  "20 fill-memory shop/web"     the program takes more memory than it may have
  "20 scale web 3"              as kubectl scale
  "20 node-down node-1"         the node's kubelet stops, until: "90 node-up node-1"
  "20 drain node-1"             as kubectl drain; delete-node: as kubectl delete node
  "0 restart-policy shop Never" the whole story under another restart policy
"""


class UsageError(Exception):
    """The command line asks for something that cannot be done."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0, or 1 with one clear message on stderr."""
    args = _parser().parse_args(argv)
    try:
        if "work" in args:
            return int(args.work(args))
        output = {"run": _run, "export": _export, "replay": _replay}[args.command](args)
        _write(output, args)
    except (pl.ManifestError, pl.StoryError, pl.BudgetExceeded, UsageError, ValueError) as error:
        print(f"podlab: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="podlab", description="A pod laboratory: run Kubernetes manifests in virtual time."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser(
        "run",
        help="run manifests and print what happened",
        epilog=ACTIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_argument("--until", type=float, default=120.0, metavar="S", help="how many seconds to run (default: 120)")
    export = commands.add_parser(
        "export",
        help="print manifests, or what is done to them, for a real cluster",
        epilog=ACTIONS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = "YAML for kubectl apply, or a shell script of what --at does (default: manifest)"
    export.add_argument("-o", "--output", choices=("manifest", "runbook"), default="manifest", help=what)
    for command in (run, export):
        command.add_argument("files", nargs="+", metavar="FILE", help="manifests, YAML or JSON; - is standard input")
        command.add_argument(
            "--at", action="append", default=[], metavar='"T ACTION …"', help="do something at T seconds"
        )
    run.add_argument(
        "--missing",
        action="append",
        default=[],
        metavar="IMAGE",
        help="an image that cannot be pulled",
    )
    run.add_argument(
        "--image",
        action="append",
        default=[],
        metavar='"IMAGE WORDS"',
        help='what an image does: "app:1 pull 30s", "app:1 exits 3 after 5s", "app:1 runs", "app:1 missing"',
    )
    run.add_argument("--offline", action="store_true", help="pods cannot reach the internet")
    run.add_argument("-o", "--output", choices=FORMATS, default="get", help="what to print (default: get)")
    replay = commands.add_parser("replay", help="simulate a recorded story and print it in the same format")
    replay.add_argument("story", metavar="STORY.json")
    replay.add_argument("-o", "--output", choices=FORMATS, default="story", help="what to print (default: story)")
    for command in (run, replay):
        default = "ideal" if command is run else "recorded"
        command.add_argument(
            "--timing",
            choices=("ideal", "recorded"),
            default=default,
            help=f"exact, or as measured on a real node (default: {default})",
        )
        command.add_argument("--seed", type=int, default=0, help="another seed, other waits and addresses (default: 0)")
    serve_command.add_to(commands)
    why_command.add_to(commands)
    for command in (run, export, replay):
        command.add_argument("--to", metavar="FILE", help="write to a new file instead of standard output")
        command.add_argument("--force", action="store_true", help="let --to write over a file that is there")
    return parser


def _timing(args: argparse.Namespace) -> pl.Timing:
    return pl.Timing.ideal() if args.timing == "ideal" else pl.Timing.recorded(args.seed)


def _scenario(args: argparse.Namespace) -> pl.Scenario:
    """The manifests, and what is done to them."""
    sources: list[Any] = [sys.stdin.read() if f == "-" else Path(f) for f in args.files]
    return pl.load(sources if len(sources) > 1 else sources[0]).but(*[parse_action(text) for text in args.at])


def _export(args: argparse.Namespace) -> str:
    made = pl.export(_scenario(args))
    return made.manifest if args.output == "manifest" else made.runbook


def _run(args: argparse.Namespace) -> str | bytes:
    scenario = _in_its_world(replace(_scenario(args), timing=_timing(args), seed=args.seed), args)
    for warning in scenario.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    trace = pl.run(scenario, until=args.until)
    for note in trace.notes:
        print(f"note: {note}", file=sys.stderr)
    return _format(trace, args.output)


def _in_its_world(scenario: pl.Scenario, args: argparse.Namespace) -> pl.Scenario:
    """The scenario with what the options say of images and of the internet. Errors: ValueError."""
    for text in args.image:
        image, _, words = text.strip().partition(" ")
        scenario = scenario.with_behavior(image, words.strip())
    missing = (*scenario.world.missing_images, *args.missing)
    return scenario.with_world(missing_images=missing, offline=args.offline or scenario.world.offline)


def _replay(args: argparse.Namespace) -> str | bytes:
    scenario, until = pl.story_scenario(args.story)
    trace = pl.run(scenario.timed(_timing(args)), until=until)
    return _format(trace, args.output, name=Path(args.story).stem)


def _format(trace: pl.Trace, output: str, name: str = "podlab") -> str | bytes:
    if output == "get":
        return trace.end.get()
    if output == "story":
        return json.dumps(pl.to_story(trace, name), indent=1, ensure_ascii=False)
    if output == "events":
        return "\n".join(f"{e.t:>8.2f}s  {e.type:<8}{e.reason:<18}{e.on:<20}{e.message.strip()}" for e in trace.events)
    if output == "logs":
        return "\n".join(f"{x.t:>8.2f}s  {x.pod}/{x.container}[{x.n}]  {x.text}" for x in trace.logs)
    if output == "topology":
        return str(pl.topology(trace.end).text)
    view = pl.timeline(trace)
    return view.png() if output == "png" else view.svg() if output == "svg" else str(view.text)


def _write(output: str | bytes, args: argparse.Namespace) -> None:
    if args.to is not None:
        text = output if isinstance(output, bytes) else output.rstrip("\n") + "\n"
        write_file(args.to, text, what="--to", overwrite=args.force)
    elif isinstance(output, bytes):
        if sys.stdout.isatty():
            raise UsageError(f"-o {args.output} is not text; add --to FILE or send it to a file")
        sys.stdout.buffer.write(output)
    else:
        print(output.rstrip("\n"))


def parse_action(text: str) -> Step:
    """A gesture from the text of --at. UsageError says what an action looks like."""
    words = text.split()
    try:
        at = _seconds(words[0])
        return _action(at, *words[1:])
    except (IndexError, TypeError):
        raise UsageError(f'--at "{text}": not an action\n{ACTIONS}') from None
    except ValueError as error:
        raise UsageError(f'--at "{text}": {error}\n{ACTIONS}') from None


def _seconds(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise ValueError(f"an action begins with a time in seconds, not {word!r}") from None


def _action(at: float, verb: str, target: str, *rest: str) -> Step:
    if verb.replace("-", "_") == RestartPolicy.verb and len(rest) == 1:
        return pl.restart_policy(target, *rest)
    kind = action_called(verb)
    if kind is None or len(rest) not in kind.words_after:
        raise ValueError(f"{' '.join((verb, target, *rest))!r} is not an action")
    return kind.from_words(target, at, *rest)


if __name__ == "__main__":
    sys.exit(main())
