"""`podlab why`: what kubectl prints with -o json, explained."""

from __future__ import annotations

import argparse
from typing import Any

from podlab.cluster.real_why import why_real

EXAMPLES = """\
three commands for a broken pod:
  kubectl get pod web -o json | podlab why -
  kubectl get pods,events,nodes -o json | podlab why - --pod web
  podlab why pod.json --now 2026-01-31T12:00:00Z
Values of variables and of Secrets are never printed.
"""


def add_to(commands: Any) -> None:
    """Tell the command line's parser of it."""
    why = commands.add_parser(
        "why",
        help="explain a pod of a real cluster: why it is as it is, what it waits for, what is usual to do",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = "what kubectl printed with -o json or -o yaml; - is standard input"
    why.add_argument("files", nargs="+", metavar="FILE", help=what)
    why.add_argument("--pod", metavar="NAME", help="only this pod (default: all that were given)")
    why.add_argument("--now", metavar="TIME", help="when it was looked at (default: now)")
    why.add_argument("--version", metavar="1.30", help="the Kubernetes version, where no Node tells it")
    why.set_defaults(work=_why)


def _why(args: argparse.Namespace) -> int:
    print(why_real(*args.files, pod=args.pod, now=args.now, version=args.version).text)
    return 0
