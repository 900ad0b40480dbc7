"""Images made of their recipes. Any image that podlab does not know is taken for a server."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from podlab.linux.base import BUSYBOX, Base
from podlab.linux.executable import DEFAULT_PATH
from podlab.linux.image import Image
from podlab.linux.images import bases, recipes
from podlab.linux.images.coreutils import PREFIX, gnu
from podlab.linux.images.described import described
from podlab.linux.images.recipes import Recipe
from podlab.linux.images.registry import PROGRAMS
from podlab.linux.images.servers import entrypoint_of
from podlab.linux.tree import Directory, File

if TYPE_CHECKING:
    from podlab.api.image import Reference
    from podlab.linux.process import Program

SCRIPT = "docker-entrypoint.sh"
ENTRY = f"/usr/local/bin/{SCRIPT}"
BUILD_TOOLS = "curl git kill pgrep pkill ps top uptime w watch wget"
"""What an image has that is based on buildpack-deps: tools to fetch and to build software (`@build`)."""

OF_BASES = frozenset(("apk", "apt", "apt-get", "perl"))
"""Programs of bases that are not among podlab's tools."""

MODULES = (
    *("agnhost", "apache", "described", "echoes", "fetching", "memcached", "misc", "mongo", "mysql", "mysql_clients"),
    *("nginx", "postgres", "psql", "redis", "redis_cli", "scripts", "servers", "stress"),
)
"""The modules of this folder that register programs when they are imported."""


def find(reference: Reference) -> Image:
    """The image of that name, or a stand-in."""
    name = recipes.known(reference)
    base = recipes.base(name, reference.tag)
    return _stand_in(base) if name is None else _make(name, base, reference.tag)


def least_size(reference: Reference) -> int:
    """Bytes of the smallest image on the same base: tools make an image of Debian thirty times one of busybox."""
    kind = recipes.base(recipes.known(reference), reference.tag).kind
    return _SIZES.get(kind, 60_000_000)


_SIZES = {"scratch": 300_000, "distroless": 2_000_000, "busybox": 2_100_000, "alpine": 3_500_000}


@lru_cache(maxsize=1024)
def _make(name: str, base: Base, tag: str) -> Image:
    recipe = recipes.recipes()[name]
    version = recipes.version(recipe, tag)
    root = Directory(linux(base))
    if "slim" not in tag and (base.gnu or not recipe.tools.startswith("@")):
        for tool in recipe.tools.replace("@build", BUILD_TOOLS).split():
            root.add(f"/usr/bin/{tool}", File(mode=0o755, program=PREFIX + tool if base.gnu else tool))
    _add_programs(root, name, recipe, version, base)
    for path, text in recipe.texts.items():
        root.add(path, File(text))
    root.make(recipe.workdir)
    words = {"version": version, "major": version.split(".")[0]}
    env = {"PATH": recipe.path + DEFAULT_PATH, **{key: text.format_map(words) for key, text in recipe.env.items()}}
    command = next((given for word, given in recipe.command_for.items() if word in tag), recipe.command)
    return Image(
        root,
        recipe.entrypoint,
        command,
        tuple(env.items()),
        recipe.workdir,
        name=name,
        version=version,
        user=recipe.user,
        stop_signal=recipe.stop,
        base=base,
    )


def _add_programs(root: Directory, name: str, recipe: Recipe, version: str, base: Base) -> None:
    """The image's own programs, and its entrypoint script."""
    for path, program in recipe.programs.items():
        root.add(_place(path, base), File(mode=0o755, program=program))
    if SCRIPT in recipe.entrypoint or recipe.entrypoint[:1] == ("/" + SCRIPT,):
        script = entrypoint_of(recipe.server)
        path = ENTRY if SCRIPT in recipe.entrypoint else "/" + SCRIPT
        if path not in recipe.programs:
            root.add(path, File(mode=0o755, program=script))
    if recipe.serves is not None:
        server = described(name, version, recipe.serves, recipe.needs, _stand_in_note(name, recipe))
        for path in _default_programs(recipe, root, base):
            root.add(path, File(mode=0o755, program=server))


def _place(path: str, base: Base) -> str:
    """Where a program really lies: /bin is a link in a Linux with GNU's tools."""
    return "/usr" + path if base.gnu and path.startswith("/bin/") else path


def _stand_in_note(name: str, recipe: Recipe) -> str:
    lacks = f"; it does not do: {recipe.lacks}" if recipe.lacks else ""
    return f"podlab's {name} is a small stand-in. What it does: {recipe.does}{lacks}"


def _default_programs(recipe: Recipe, root: Directory, base: Base) -> list[str]:
    """Where the programs of the default command line are that nothing else has put there."""
    words = (*recipe.entrypoint, *recipe.command[:1])
    paths = [word if "/" in word else f"/usr/local/bin/{word}" for word in words if not word.startswith("-")]
    return [path for path in (_place(one, base) for one in paths) if not _has(root, path)]


def _has(root: Directory, path: str) -> bool:
    node: object = root
    for part in path.strip("/").split("/"):
        node = node.get(part) if isinstance(node, Directory) else None
    return node is not None


@cache
def _stand_in(base: Base) -> Image:
    root = Directory(bases.linux(base, _tool_names(), everything=True))
    root.add("/usr/local/bin/server", File(mode=0o755, program="server"))
    return Image(root, ("/usr/local/bin/server",), (), (("PATH", DEFAULT_PATH),), base=base, stand_in=True)


@lru_cache(maxsize=256)
def own(image: str, program: Program) -> Image:
    """A learner's image: its program, and a shell with the usual tools."""
    name = getattr(program, "__name__", "program")
    root = Directory(linux(BUSYBOX))
    root.add(f"/usr/local/bin/{name}", File(mode=0o755, program=program))
    return Image(root, (name,), (), (("PATH", DEFAULT_PATH),), base=BUSYBOX, main=program)


def lookup(name: str) -> Program | None:
    """The program of that name: one of an image, or one of podlab's shell and tools."""
    if name.startswith(PREFIX):
        tool = _programs().get(name.removeprefix(PREFIX))
        return None if tool is None else gnu(name.removeprefix(PREFIX), tool)
    return _programs().get(name)


@cache
def _tools() -> Mapping[str, Program]:
    """podlab's shell and tools; they are loaded when the first container needs them."""
    from podlab.busybox import PROGRAMS as TOOLS

    return TOOLS


@cache
def _programs() -> dict[str, Program]:
    for module in MODULES:
        import_module(f"podlab.linux.images.{module}")
    return {**_tools(), **PROGRAMS}


def linux(base: Base) -> Directory:
    """The files of a base, with those of its tools that podlab has."""
    return bases.linux(base, _tool_names())


@cache
def _tool_names() -> frozenset[str]:
    return frozenset(_tools()) | OF_BASES
