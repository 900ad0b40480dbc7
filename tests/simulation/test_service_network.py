"""What a Service is to a program in a pod: a name, and an address behind which a ready pod answers."""

from __future__ import annotations

from typing import Any

import pytest

import podlab as pl

WEB = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "nginx", "image": "nginx"}]},
}
PAGE = "<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1></body></html>"


def service(**spec: Any) -> dict[str, Any]:
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80}], **spec}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "shop"}, "spec": spec}


def client(script: str) -> dict[str, Any]:
    container = {"name": "client", "image": "busybox", "command": ["sh", "-c", f"sleep 1; {script}"]}
    spec = {"restartPolicy": "Never", "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "client"}, "spec": spec}


@pytest.mark.parametrize(
    ("shop", "script", "expected"),
    [
        pytest.param(service(), "wget -qO- http://shop", PAGE, id="its name"),
        pytest.param(service(), "wget -qO- http://shop.default", PAGE, id="name and namespace"),
        pytest.param(service(), "wget -qO- http://shop.default.svc.cluster.local", PAGE, id="its full name"),
        pytest.param(
            service(), "wget -qO- http://shop.other", "wget: bad address 'shop.other'", id="another namespace"
        ),
        pytest.param(service(ports=[{"port": 8, "targetPort": 80}]), "wget -qO- shop:8", PAGE, id="another port"),
        pytest.param(service(clusterIP="None"), "wget -qO- http://shop", PAGE, id="headless: the pod's own IP"),
        pytest.param(
            service(clusterIP="10.96.1.1", selector={"app": "none"}),
            "wget -qO- http://shop",
            "wget: can't connect to remote host (10.96.1.1): Connection refused",
            id="no pod behind it: refused at once",
        ),
        pytest.param(
            service(type="ExternalName", externalName="example.com"),
            "wget -qO- http://shop",
            "wget: bad address 'shop'",
            id="a name outside the cluster",
        ),
    ],
)
def test_a_call(shop: dict[str, Any], script: str, expected: str) -> None:
    trace = pl.run([shop, WEB, client(script)], until=20)
    assert [line.text for line in trace.logs if line.pod == "client"] == [expected]


def test_the_api_server_has_a_name_everywhere() -> None:
    trace = pl.run(client("nslookup kubernetes"), until=5)
    assert "Address: 10.96.0.1" in [line.text for line in trace.logs]


def test_a_pod_that_is_being_deleted_is_called_only_when_no_other_is_ready() -> None:
    """kube-proxy's last resort: a terminating endpoint that still serves."""
    slow = {"containers": [{"name": "nginx", "image": "nginx", "lifecycle": {"preStop": {"sleep": {"seconds": 10}}}}]}
    leaving = {**WEB, "spec": slow}
    other = {**WEB, "metadata": {"name": "other", "labels": {"app": "web"}}}
    ask = client("for i in 1 2 3 4 5; do wget -qO- shop >/dev/null && echo page; sleep 4; done")
    alone = pl.run(pl.load([service(), leaving, ask]).but(pl.delete("web", 2)), until=30)
    said = [line.text for line in alone.logs if line.pod == "client"]
    assert said[:3] == ["page"] * 3, "at 1, 5 and 9 s; its hook ends at 12"
    assert [line.rpartition(": ")[2] for line in said[3:]] == ["Connection refused"] * 2
    both = pl.load([service(), leaving, other, client("sleep 2; for i in 1 2 3 4 5 6; do wget -qO- shop/mine; done")])
    typed = pl.typed("exec other -- sh -c 'echo me > /usr/share/nginx/html/mine'", 1)
    said = [line.text for line in pl.run(both.but(typed, pl.delete("web", 2)), until=9).logs if line.pod == "client"]
    assert said == ["me"] * 6
