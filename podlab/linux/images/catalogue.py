"""The images podlab knows: what is in them and what they run. Any other image is taken for a long-running server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from podlab.linux.base import BUSYBOX, Base
from podlab.linux.executable import DEFAULT_PATH
from podlab.linux.image import Image
from podlab.linux.images import bases, databases, servers
from podlab.linux.tree import Directory, File

if TYPE_CHECKING:
    from podlab.api.image import Reference
    from podlab.linux.process import Program

ENTRY = "/usr/local/bin/docker-entrypoint.sh"
STAND_IN_BASE = "debian 12"
"""What an image that podlab does not know is based on, unless its tag says otherwise."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an image is made: on which base, with which programs (path to name) and texts (path to content).

    `base` is the Linux it is usually based on ("debian 12"); a tag may name another. `own`: it is that Linux itself.
    `tools` are those that are added to the base's own (not in an image whose tag says "slim").
    `server`: the program whose options the entrypoint script takes when it is given nothing but options.
    """

    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    base: str = "debian 12"
    own: bool = False
    programs: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    workdir: str = "/"
    server: str = ""
    tools: tuple[str, ...] = ()


def server(name: str, path: str, *args: str, also: tuple[str, ...] = (), workdir: str = "/") -> Recipe:
    """An image with one server, started by the usual entrypoint script, and its tools."""
    tools = {f"/usr/local/bin/{tool}": tool for tool in also}
    script = (ENTRY.rpartition("/")[2],)
    return Recipe((name, *args), script, programs={path: name, **tools}, workdir=workdir, server=name)


_NGINX = Recipe(
    ("nginx", "-g", "daemon off;"),
    ("/docker-entrypoint.sh",),
    programs={
        "/docker-entrypoint.sh": "docker-entrypoint.sh",
        "/usr/sbin/nginx": "nginx",
        "/usr/sbin/nginx-debug": "nginx",
    },
    texts={
        "/usr/share/nginx/html/index.html": "<html><head><title>Welcome to nginx!</title></head>"
        "<body><h1>Welcome to nginx!</h1></body></html>\n",
        "/etc/nginx/conf.d/default.conf": "server {\n    listen       80;\n    server_name  localhost;\n}\n",
        "/etc/nginx/nginx.conf": "include /etc/nginx/conf.d/*.conf;\n",
    },
    tools=("curl",),
)
_TOMCAT_7 = "/root/apache-tomcat-7.0.42-v2"
_ENTRYPOINT = {"/entrypoint.sh": "docker-entrypoint.sh"}
_BUILD = ("curl", "git", "kill", "pgrep", "pkill", "ps", "top", "uptime", "w", "watch", "wget")
"""What an image has that is based on buildpack-deps: tools to fetch and to build software."""
_PYTHON = {"/usr/local/bin/python3": "python3", "/usr/local/bin/python": "python3"}
_MYSQL = server("mysqld", "/usr/sbin/mysqld", also=("mysqladmin",))
_AGNHOST = Recipe(("pause",), ("/agnhost",), programs={"/agnhost": "agnhost"})

RECIPES: dict[str, Recipe] = {
    "agnhost": _AGNHOST,
    "alpine": Recipe(("/bin/sh",), base="alpine", own=True),
    "bash": Recipe(("bash",), ("docker-entrypoint.sh",), base="alpine"),
    "busybox": Recipe(("sh",), base="busybox", own=True),
    "centos": Recipe(("bash",), base="centos", own=True),
    "curlimages/curl": Recipe(("curl",), ("/entrypoint.sh",), base="alpine", tools=("curl",), programs=_ENTRYPOINT),
    "debian": Recipe(("bash",), base="debian", own=True),
    "fedora": Recipe(("bash",), base="fedora", own=True),
    "hello-world": Recipe(("/hello",), base="scratch", programs={"/hello": "hello"}),
    "httpd": Recipe(
        ("httpd-foreground",),
        programs={"/usr/local/bin/httpd-foreground": "httpd-foreground"},
        texts={"/usr/local/apache2/htdocs/index.html": "<html><body><h1>It works!</h1></body></html>\n"},
        workdir="/usr/local/apache2",
    ),
    "liveness": Recipe(("/server",), programs={"/server": "agnhost"}),
    "mariadb": server("mariadbd", "/usr/sbin/mariadbd", also=("mysqladmin",)),
    "memcached": server("memcached", "/usr/local/bin/memcached"),
    "mongo": server("mongod", "/usr/bin/mongod"),
    "mysql": _MYSQL,
    "mytomcat": Recipe(
        (f"{_TOMCAT_7}/bin/start.sh",),
        programs={f"{_TOMCAT_7}/bin/start.sh": "catalina.sh"},
        env={"CATALINA_HOME": _TOMCAT_7},
    ),
    "nginx": _NGINX,
    "nginx-slim": _NGINX,
    "node": Recipe(("sh",), ("docker-entrypoint.sh",), tools=_BUILD),
    "pause": Recipe((), ("/pause",), base="scratch", programs={"/pause": "pause"}),
    "perl": Recipe(("perl", "-de0"), tools=_BUILD, programs={"/usr/local/bin/perl": "perl"}),
    "postgres": server("postgres", "/usr/local/bin/postgres", also=("pg_isready",)),
    "python": Recipe(("python3",), programs=_PYTHON, tools=_BUILD),
    "rabbitmq": replace(server("rabbitmq-server", "/usr/local/bin/rabbitmq-server"), server=""),
    "redis": server("redis-server", "/usr/local/bin/redis-server", also=("redis-cli",), workdir="/data"),
    "rockylinux": Recipe(("bash",), base="rocky", own=True),
    "sample": Recipe(("sh",), texts={"/sample.war": "PK\x03\x04 a web application\n"}),
    "stress": Recipe(("bash",), programs={"/usr/local/bin/stress": "stress"}),
    "tomcat": Recipe(
        ("catalina.sh", "run"),
        programs={"/usr/local/tomcat/bin/catalina.sh": "catalina.sh"},
        env={"CATALINA_HOME": "/usr/local/tomcat", "PATH": f"/usr/local/tomcat/bin:{DEFAULT_PATH}"},
        base="ubuntu 24.04",
        workdir="/usr/local/tomcat",
        tools=("curl", "wget"),
    ),
    "ubuntu": Recipe(("bash",), base="ubuntu", own=True),
    "vish/stress": Recipe(("-cpus", "0"), ("/stress",), base="scratch", programs={"/stress": "burn"}),
}


def find(reference: Reference) -> Image:
    """The image of that name: known by its path or the last part of it, or a stand-in."""
    name = _known(reference)
    base = _base(name, reference.tag)
    slim = "slim" in reference.tag or base.kind == "alpine"
    return _stand_in(base) if name is None else _make(name, base, slim and name != reference.path)


def _known(reference: Reference) -> str | None:
    return next((name for name in (reference.path, reference.base) if name in RECIPES), None)


def _base(name: str | None, tag: str) -> Base:
    """What an image of the catalogue, or one that is not in it, is based on."""
    if name is None:
        return bases.base_of(STAND_IN_BASE, tag)
    return bases.base_of(RECIPES[name].base, tag, own=RECIPES[name].own)


def least_size(reference: Reference) -> int:
    """Bytes of the smallest image on the same base: tools make an image of Debian thirty times one of busybox."""
    kind = _base(_known(reference), reference.tag).kind
    return {"scratch": 300_000, "distroless": 2_000_000, "busybox": 2_100_000, "alpine": 3_500_000}.get(
        kind, 60_000_000
    )


@cache
def _make(name: str, base: Base, slim: bool) -> Image:
    recipe = RECIPES[name]
    root = Directory(linux(base))
    for tool in () if slim else recipe.tools:
        root.add(f"/usr/bin/{tool}", File(mode=0o755, program=tool))
    for path, program in recipe.programs.items():
        root.add(path, File(mode=0o755, program=program))
    if recipe.entrypoint == (ENTRY.rpartition("/")[2],):
        script = servers.entrypoint_of(recipe.server) if recipe.server else "docker-entrypoint.sh"
        root.add(ENTRY, File(mode=0o755, program=script))
    for path, text in recipe.texts.items():
        root.add(path, File(text))
    root.make(recipe.workdir)
    env = {"PATH": DEFAULT_PATH, **recipe.env}
    return Image(root, recipe.entrypoint, recipe.command, tuple(env.items()), recipe.workdir, base=base)


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
    """The program of that name: a server of this catalogue, or one of podlab's shell and tools."""
    return _programs().get(name)


@cache
def _tools() -> Mapping[str, Program]:
    """podlab's shell and tools; they are loaded when the first container needs them."""
    from podlab.busybox import PROGRAMS

    return PROGRAMS


@cache
def _programs() -> dict[str, Program]:
    return {**_tools(), **databases.PROGRAMS, **servers.PROGRAMS}


def linux(base: Base) -> Directory:
    """The files of a base, with those of its tools that podlab has."""
    return bases.linux(base, _tool_names())


@cache
def _tool_names() -> frozenset[str]:
    return frozenset(_tools())
