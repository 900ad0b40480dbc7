"""`podlab serve` and `podlab advance`: the command line of the server."""

from __future__ import annotations

import argparse
import json
import os
import signal
import ssl
import sys
import threading
import urllib.error
import urllib.request
from base64 import b64decode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import podlab as pl
from podlab.api.mistakes import WrongValue
from podlab.apiserver.nodes import VERSION
from podlab.formats.journal import Journal
from podlab.simulation.session import Session

ADVANCE_SECONDS = 600.0
"""Seconds of the wall in which time must have been let pass."""


def add_to(commands: Any) -> None:
    """Tell the command line's parser of the two commands."""
    serve = commands.add_parser("serve", help="let kubectl and other clients in: the Kubernetes API on this machine")
    serve.add_argument("files", nargs="*", metavar="FILE", help="manifests to begin with; none: an empty cluster")
    serve.add_argument(
        "--speed", default="1", metavar="N|max", help="virtual seconds for each second of the clock (default: 1)"
    )
    serve.add_argument("--paused", action="store_true", help="let no time pass but by `podlab advance`")
    serve.add_argument("--port", type=int, default=0, metavar="N", help="the port (default: any that is free)")
    serve.add_argument("--kubeconfig", metavar="FILE", help="where to write the kubeconfig (default: a new file)")
    serve.add_argument("--nodes", default="node-1", metavar="NAME,NAME", help="the nodes (default: node-1)")
    serve.add_argument("--save", metavar="STORY", help="write down all that is done; go on from there if it exists")
    serve.set_defaults(work=serve_command)
    advance = commands.add_parser("advance", help="let time pass in a served cluster")
    advance.add_argument("seconds", type=float, metavar="SECONDS")
    advance.add_argument("--kubeconfig", metavar="FILE", help="of which server (default: $KUBECONFIG)")
    advance.set_defaults(work=advance_command)


def serve_command(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C or SIGTERM."""
    try:
        from podlab.serve import Server
    except ImportError as error:
        raise WrongValue(f"serve: needs more packages ({error}): pip install 'podlab[serve]'") from None
    journal = Journal(Path(args.save)) if args.save else None
    session = _session(args, journal)
    if journal is not None:
        journal.begin(session.scenario, session.now)
        session.tell(journal.remember)
    kubeconfig = Path(args.kubeconfig) if args.kubeconfig else None
    server = Server(session, speed=_speed(args.speed), paused=args.paused, port=args.port, kubeconfig=kubeconfig)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    print(f"Kubernetes {VERSION}, simulated, at {server.url}")
    print(f"export KUBECONFIG={server.kubeconfig}")
    print("Ctrl-C ends it.", flush=True)
    while not ended.wait(1.0):
        if journal is not None:
            server.call(lambda: journal.mark(session.now))
    server.stop()
    if journal is not None:
        journal.close(session.scenario, session.now)
    return 0


def advance_command(args: argparse.Namespace) -> int:
    """Let time pass in the server of a kubeconfig."""
    path = args.kubeconfig or os.environ.get("KUBECONFIG", "")
    try:
        config = json.loads(Path(path).read_text(encoding="utf-8"))
        cluster, token = config["clusters"][0]["cluster"], config["users"][0]["user"]["token"]
        authority = b64decode(cluster["certificate-authority-data"]).decode()
        url = cluster["server"]
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        where = f"{path} is not" if path else "$KUBECONFIG does not name"
        raise WrongValue(f"advance: {where} a kubeconfig that `podlab serve` has written; give --kubeconfig") from None
    request = urllib.request.Request(
        f"{url}/podlab/advance?seconds={quote(str(args.seconds))}",
        method="POST",
        headers={"Authorization": f"Bearer {token}"},
    )
    context = ssl.create_default_context(cadata=authority)
    try:
        with urllib.request.urlopen(request, timeout=ADVANCE_SECONDS, context=context) as answer:
            print(answer.read().decode().strip())
    except urllib.error.HTTPError as error:
        raise WrongValue(json.loads(error.read()).get("message", str(error))) from None
    except urllib.error.URLError as error:
        raise WrongValue(f"advance: no server answers at {url} ({error.reason})") from None
    return 0


def _session(args: argparse.Namespace, journal: Journal | None) -> Session:
    """The session to serve: a new one, or the one of a story that was saved."""
    saved = journal.found() if journal is not None else None
    if saved is not None:
        scenario, now = saved
        if args.files:
            raise WrongValue(f"serve: {args.save} holds a story already; leave out the manifests, or name a new file")
        print(f"going on with {args.save} at t={now:g}s", file=sys.stderr)
        session = Session(scenario)
        session.advance(now)
        return session
    nodes = tuple(name.strip() for name in args.nodes.split(",") if name.strip())
    world = pl.World(nodes=nodes)
    sources: list[Any] = [sys.stdin.read() if f == "-" else Path(f) for f in args.files]
    session = Session(sources, world=world) if sources else Session(world=world)
    session.start_clock_now()
    return session


def _speed(text: str) -> Any:
    try:
        return "max" if text == "max" else float(text)
    except ValueError:
        raise WrongValue(f'--speed: must be a number such as 1 or 10, or max, not "{text}"') from None
