"""Tools that show the pod's own network: ip, ifconfig, netstat. All containers of a pod see the same."""

from __future__ import annotations

from collections.abc import Sequence

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, tool
from podlab.linux.program import Proc


def _mac(ip: str) -> str:
    """The address bridges usually give the end of a veth pair: 0a:58 and the IP."""
    return "0a:58:" + ":".join(f"{int(part):02x}" for part in ip.split("."))


@tool("ip", style=EXEC)
def _ip(proc: Proc, argv: Sequence[str]) -> int:
    words = [word for word in argv[1:] if not word.startswith("-")]
    what = words[0] if words else ""
    only = [word for word in words[1:] if word not in ("show", "list", "dev")]
    if what and "route".startswith(what):
        if proc.ip:
            gateway = proc.ip.rpartition(".")[0]
            proc.print(f"default via {gateway}.1 dev eth0 \n{gateway}.0/24 dev eth0 scope link  src {proc.ip} ")
        return 0
    if not what or not ("address".startswith(what) or "link".startswith(what)):
        raise ToolError("podlab knows only ip addr, ip link and ip route")
    with_ips = "address".startswith(what)
    if not only or only == ["lo"]:
        proc.print("1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000")
        proc.print("    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00")
        if with_ips:
            proc.print("    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever")
    if proc.ip and (not only or only == ["eth0"]):
        proc.print("2: eth0@if3: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue ")
        proc.print(f"    link/ether {_mac(proc.ip)} brd ff:ff:ff:ff:ff:ff")
        if with_ips:
            broadcast = proc.ip.rpartition(".")[0] + ".255"
            proc.print(f"    inet {proc.ip}/24 brd {broadcast} scope global eth0")
            proc.print("       valid_lft forever preferred_lft forever")
    return 0


@tool("ifconfig", style=EXEC)
def _ifconfig(proc: Proc, argv: Sequence[str]) -> int:
    words = [word for word in argv[1:] if not word.startswith("-")]
    if words[:1] not in ([], ["lo"], ["eth0"]):
        raise ToolError(f"{words[0]}: error fetching interface information: Device not found")
    if proc.ip and words[:1] != ["lo"]:
        proc.print(f"eth0      Link encap:Ethernet  HWaddr {_mac(proc.ip).upper()}  ")
        proc.print(f"          inet addr:{proc.ip}  Bcast:{proc.ip.rpartition('.')[0]}.255  Mask:255.255.255.0")
        proc.print("          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n")
    if words[:1] != ["eth0"]:
        proc.print("lo        Link encap:Local Loopback  ")
        proc.print("          inet addr:127.0.0.1  Mask:255.0.0.0")
        proc.print("          UP LOOPBACK RUNNING  MTU:65536  Metric:1\n")
    return 0


@tool("netstat", style=EXEC)
def _netstat(proc: Proc, argv: Sequence[str]) -> int:
    """Listening sockets only: podlab keeps no list of connections."""
    opts = options.parse(argv, "ratluxnepwW")
    proc.print("Active Internet connections (only servers)")
    header = f"{'Proto':<5} {'Recv-Q':<6} {'Send-Q':<6} {'Local Address':<23} {'Foreign Address':<23} {'State':<12}"
    proc.print(header + ("PID/Program name" if "p" in opts else ""))
    for port, listeners in sorted(proc.process.group.net.ports.items()):
        for listener in listeners:
            owner = f"{listener.owner.pid}/{listener.owner.comm}" if listener.owner.ns is proc.process.ns else "-"
            local = f"{listener.host}:{port}"
            line = f"tcp   {0:6} {0:6} {local:<23} {'0.0.0.0:*':<23} {'LISTEN':<12}"
            proc.print(line + (owner if "p" in opts else ""))
    return 0
