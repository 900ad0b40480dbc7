"""The images podlab knows: what is in them and what they run. Any other image is taken for a long-running server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from podlab.linux.executable import DEFAULT_PATH
from podlab.linux.images import databases, servers
from podlab.linux.images.store import Image
from podlab.linux.streams import Noise, Null, Zero
from podlab.linux.tree import Device, Directory, File, Link

if TYPE_CHECKING:
    from podlab.api.image import Reference
    from podlab.linux.process import Program

ENTRY = "/usr/local/bin/docker-entrypoint.sh"
BASH = frozenset(("bash", "curl"))
"""What Debian has and busybox has not."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an image is made: on which base, with which programs (path to name) and texts (path to content).

    `server`: the program whose options the entrypoint script takes when it is given nothing but options.
    """

    command: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    base: str = "debian"
    programs: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)
    workdir: str = "/"
    server: str = ""


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
)
_TOMCAT_7 = "/root/apache-tomcat-7.0.42-v2"
_BASH = Recipe(("bash",))
_PYTHON = {"/usr/local/bin/python3": "python3", "/usr/local/bin/python": "python3"}
_MYSQL = server("mysqld", "/usr/sbin/mysqld", also=("mysqladmin",))
_AGNHOST = Recipe(("pause",), ("/agnhost",), programs={"/agnhost": "agnhost"})

RECIPES: dict[str, Recipe] = {
    "agnhost": _AGNHOST,
    "alpine": Recipe(("/bin/sh",), base="alpine"),
    "bash": _BASH,
    "busybox": Recipe(("sh",), base="busybox"),
    "centos": _BASH,
    "debian": _BASH,
    "fedora": _BASH,
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
    "node": Recipe(("sh",), ("docker-entrypoint.sh",)),
    "pause": Recipe((), ("/pause",), base="scratch", programs={"/pause": "pause"}),
    "perl": Recipe(("perl", "-de0"), programs={"/usr/local/bin/perl": "perl"}),
    "postgres": server("postgres", "/usr/local/bin/postgres", also=("pg_isready",)),
    "python": Recipe(("python3",), programs=_PYTHON),
    "rabbitmq": replace(server("rabbitmq-server", "/usr/local/bin/rabbitmq-server"), server=""),
    "redis": server("redis-server", "/usr/local/bin/redis-server", also=("redis-cli",), workdir="/data"),
    "rockylinux": _BASH,
    "sample": Recipe(("sh",), texts={"/sample.war": "PK\x03\x04 a web application\n"}),
    "stress": Recipe(("bash",), programs={"/usr/local/bin/stress": "stress"}),
    "tomcat": Recipe(
        ("catalina.sh", "run"),
        programs={"/usr/local/tomcat/bin/catalina.sh": "catalina.sh"},
        env={"CATALINA_HOME": "/usr/local/tomcat", "PATH": f"/usr/local/tomcat/bin:{DEFAULT_PATH}"},
        workdir="/usr/local/tomcat",
    ),
    "ubuntu": _BASH,
    "vish/stress": Recipe(("-cpus", "0"), ("/stress",), base="scratch", programs={"/stress": "burn"}),
}


def find(reference: Reference) -> Image:
    """The image of that name: known by its path or the last part of it, or a stand-in."""
    name = _known(reference)
    return _stand_in() if name is None else _make(name)


def _known(reference: Reference) -> str | None:
    return next((name for name in (reference.path, reference.base) if name in RECIPES), None)


def least_size(reference: Reference) -> int:
    """Bytes of the smallest image on the same base: tools make an image of Debian thirty times one of busybox."""
    name = _known(reference)
    base = "debian" if name is None else RECIPES[name].base
    return {"scratch": 300_000, "busybox": 2_100_000, "alpine": 3_500_000, "debian": 60_000_000}[base]


@cache
def _make(base: str) -> Image:
    recipe = RECIPES[base]
    root = Directory(linux(recipe.base))
    for path, name in recipe.programs.items():
        root.add(path, File(mode=0o755, program=name))
    if recipe.entrypoint == (ENTRY.rpartition("/")[2],):
        script = servers.entrypoint_of(recipe.server) if recipe.server else "docker-entrypoint.sh"
        root.add(ENTRY, File(mode=0o755, program=script))
    for path, text in recipe.texts.items():
        root.add(path, File(text))
    root.make(recipe.workdir)
    env = {"PATH": DEFAULT_PATH, **recipe.env}
    return Image(root, recipe.entrypoint, recipe.command, tuple(env.items()), recipe.workdir)


@cache
def _stand_in() -> Image:
    root = Directory(linux("debian"))
    root.add("/usr/local/bin/server", File(mode=0o755, program="server"))
    return Image(root, ("/usr/local/bin/server",), (), (("PATH", DEFAULT_PATH),), stand_in=True)


@lru_cache(maxsize=256)
def own(image: str, program: Program) -> Image:
    """A learner's image: its program, and a shell with the usual tools."""
    name = getattr(program, "__name__", "program")
    root = Directory(linux("busybox"))
    root.add(f"/usr/local/bin/{name}", File(mode=0o755, program=program))
    return Image(root, (name,), (), (("PATH", DEFAULT_PATH),), main=program)


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


@cache
def linux(base: str) -> Directory:
    """The files every image of a kind has: tools, /etc, /dev, /tmp."""
    root = Directory()
    for name, device in (("null", Null()), ("zero", Zero()), ("urandom", Noise()), ("random", Noise())):
        root.add(f"/dev/{name}", Device(device))
    if base == "scratch":
        return root
    for path in ("/home", "/root", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/sbin", "/var/run", "/var/log"):
        root.make(path)
    for path in ("/tmp", "/var/tmp"):
        root.make(path).mode = 0o1777
    for tool in _tools():
        if base == "debian" or tool not in BASH:
            root.add(f"/bin/{tool}", File(mode=0o755, program=tool))
    if base == "debian" and "bash" not in _tools():
        root.add("/bin/bash", File(mode=0o755, program="sh"))
    root.add("/usr/bin/env", Link("/bin/env"))
    root.add("/etc/passwd", File("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n"))
    root.add("/etc/group", File("root:x:0:\nnobody:x:65534:\n"))
    if base != "busybox":
        root.add("/etc/os-release", File(f"ID={base}\n"))
    return root
