"""The programs of well-known images."""

from __future__ import annotations

import pytest
from lightkube.models.core_v1 import EmptyDirVolumeSource, Volume, VolumeMount
from one_node import Cluster, box, lines


@pytest.mark.parametrize(
    ("image", "port", "body"),
    [
        pytest.param("nginx:1.27", 80, "Welcome to nginx!", id="nginx"),
        pytest.param("httpd:2.4", 80, "It works!", id="httpd"),
        pytest.param("registry.k8s.io/e2e-test-images/agnhost:2.40", None, "", id="agnhost without arguments"),
    ],
)
def test_what_a_server_serves(image, port, body):
    cluster = Cluster()
    (container,) = cluster.pod(box(image))
    cluster.loop.run_until(1)
    assert container.state == "running"
    if port:
        status, text = cluster.get(container, port)
        assert (status, body in text) == (200, True)
        assert cluster.get(container, port, "/none")[0] == 404
    cluster.runtime.signal(container, 15)
    cluster.loop.run_until(20)
    assert cluster.exits[0][2:] == (0, "Completed")


@pytest.mark.parametrize(
    ("image", "said"),
    [
        pytest.param("nginx", "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)", id="nginx"),
        pytest.param(
            "httpd", "(98)Address already in use: AH00072: make_sock: could not bind to address 0.0.0.0:80", id="httpd"
        ),
        pytest.param(
            "redis",
            "Warning: Could not create server TCP listening socket *:6379: bind: Address already in use",
            id="redis",
        ),
    ],
)
def test_the_second_server_of_a_pod_cannot_have_the_port(image, said):
    cluster = Cluster()
    one, two = cluster.pod(box(image, "one"), box(image, "two"))
    cluster.loop.run_until(1)
    assert (one.state, two.state, two.exit_code) == ("running", "exited", 1)
    assert any(line.endswith(said) for line in lines(two))


def test_busybox_has_an_httpd_of_its_own():
    cluster = Cluster()
    one, two = cluster.pod(*(box("busybox", name, command=["httpd", "-f", "-p", "8080"]) for name in ("one", "two")))
    cluster.loop.run_until(1)
    assert (one.state, two.state, two.exit_code) == ("running", "exited", 1)
    assert lines(two) == ["httpd: bind: Address already in use"]
    assert cluster.get(one, 8080)[0] == 404


def test_nginx_serves_what_another_container_wrote_into_its_volume():
    def writer(proc):
        proc.write_file("/out/index.html", "written by another")

    cluster = Cluster(writer)
    _, nginx = cluster.pod(
        box("writer", "w", volumeMounts=[VolumeMount(name="html", mountPath="/out")]),
        box("nginx", "n", volumeMounts=[VolumeMount(name="html", mountPath="/usr/share/nginx/html")]),
        volumes=[Volume(name="html", emptyDir=EmptyDirVolumeSource())],
    )
    cluster.loop.run_until(1)
    assert cluster.get(nginx, 80) == (200, "written by another")


@pytest.mark.parametrize(
    ("mounted", "status"),
    [
        pytest.param("/usr/share/nginx/html", 403, id="a folder without an index"),
        pytest.param("/usr/share/nginx", 404, id="no such folder"),
    ],
)
def test_nginx_without_a_page_says_whether_there_is_the_folder(mounted, status):
    cluster = Cluster()
    mounts = [VolumeMount(name="empty", mountPath=mounted)]
    volumes = [Volume(name="empty", emptyDir=EmptyDirVolumeSource())]
    (web,) = cluster.pod(box("nginx", volumeMounts=mounts), volumes=volumes)
    cluster.loop.run_until(1)
    assert cluster.get(web, 80)[0] == status


def test_nginx_reads_its_configuration_again_when_it_is_told():
    def editor(proc):
        for at, conf in ((1, "server { listen 8080; }"), (3, "server { listen 81; }\nserver { listen 90; }"), (5, "")):
            yield proc.sleep(at - proc.now)
            proc.write_file("/conf/default.conf", conf)
        yield proc.pause()

    def taker(proc):
        proc.listen(90, serve=lambda path: (200, "mine"))
        yield proc.pause()

    cluster = Cluster(editor, taker)
    _, _, nginx = cluster.pod(
        box("editor", "e", volumeMounts=[VolumeMount(name="conf", mountPath="/conf")]),
        box("taker", "t"),
        box("nginx", "n", volumeMounts=[VolumeMount(name="conf", mountPath="/etc/nginx/conf.d")]),
        volumes=[Volume(name="conf", emptyDir=EmptyDirVolumeSource())],
    )

    def ports():
        return [port for port in (80, 81, 8080) if cluster.get(nginx, port, wait=0.01)[0] in (200, 404)]

    cluster.loop.run_until(2)
    assert ports() == [], "no server is configured, and a changed file changes nothing by itself"
    cluster.runtime.signal(nginx, 1)
    cluster.loop.run_until(2.5)
    assert ports() == [8080]
    cluster.loop.run_until(4)
    cluster.runtime.signal(nginx, 1)
    cluster.loop.run_until(4.5)
    assert ports() == [8080], "a port that is taken: the old configuration stays"
    assert any(line.endswith("bind() to 0.0.0.0:90 failed (98: Address already in use)") for line in lines(nginx))
    cluster.loop.run_until(6)
    cluster.runtime.signal(nginx, 1)
    cluster.loop.run_until(6.5)
    assert ports() == []
    assert nginx.state == "running"


@pytest.mark.parametrize(
    ("conf", "ports"),
    [
        pytest.param("server {\n  listen 8080;\n}\n", [8080], id="another port"),
        pytest.param("server {\n  listen 80;\n  listen 8080;\n}\n", [80, 8080], id="one more"),
        pytest.param("# listen 81;\nserver { listen 8080; } # listen 80", [8080], id="in one line, with a comment"),
        pytest.param("server { root /pages; }\n", [80], id="a server that names none"),
        pytest.param("", [], id="no server"),
        pytest.param("server {\n  listen 81;\n}\n", [80], id="one that is taken: it stays as it was"),
    ],
)
def test_nginx_reads_its_configuration_anew_at_sighup(conf, ports):
    def other(proc):
        proc.listen(81)
        yield proc.pause()

    cluster = Cluster(other)
    other_one, nginx = cluster.pod(box("other", "o"), box("nginx", "n"))
    cluster.loop.run_until(1)
    write = f"printf '{conf}' > /etc/nginx/conf.d/default.conf; kill -HUP 1".replace("\n", "\\n")
    assert cluster.exec(nginx, "sh", "-c", write)[0] == 0
    assert [port for port in (80, 8080) if cluster.get(nginx, port)[0] in (200, 404)] == ports
    assert nginx.state == other_one.state == "running"


def test_redis_answers_on_a_unix_socket_in_a_shared_volume():
    mount = [VolumeMount(name="talk", mountPath="/talk")]
    command = ["redis-server", "--port", "0", "--unixsocket", "/talk/redis.sock"]
    cluster = Cluster()
    redis, client = cluster.pod(
        box("redis", "r", command=command, volumeMounts=mount),
        box("redis", "c", command=["sleep", "100"], volumeMounts=mount),
        volumes=[Volume(name="talk", emptyDir=EmptyDirVolumeSource())],
    )
    cluster.loop.run_until(1)
    assert lines(redis)[-1].endswith("* Ready to accept connections unix")
    assert cluster.exec(client, "redis-cli", "-s", "/talk/redis.sock", "ping") == (0, "PONG\n")
    refused = "Could not connect to Redis at 127.0.0.1:6379: Connection refused\n"
    assert cluster.exec(client, "redis-cli", "ping") == (1, refused)


def test_redis_clears_away_a_socket_left_behind():
    cluster = Cluster()
    command = ["sh", "-c", "redis-server --unixsocket /s & sleep 1; kill -9 $!; redis-server --port 1 --unixsocket /s"]
    (redis,) = cluster.pod(box("redis", "r", command=command))
    cluster.loop.run_until(2)
    assert redis.state == "running"
    assert cluster.exec(redis, "redis-cli", "-s", "/s", "ping") == (0, "PONG\n")


def test_tomcat_serves_the_war_in_its_webapps():
    def war(proc):
        proc.write_file("/app/sample.war", "PK")

    cluster = Cluster(war)
    _, tomcat = cluster.pod(
        box("war", "w", volumeMounts=[VolumeMount(name="app", mountPath="/app")]),
        box("tomcat", "t", volumeMounts=[VolumeMount(name="app", mountPath="/usr/local/tomcat/webapps")]),
        volumes=[Volume(name="app", emptyDir=EmptyDirVolumeSource())],
    )
    cluster.loop.run_until(1)
    assert cluster.get(tomcat, 8080, "/sample/")[0] == 200
    assert cluster.get(tomcat, 8080, "/other/")[0] == 404


def test_redis_answers_its_client():
    cluster = Cluster()
    (redis,) = cluster.pod(box("redis:7"))
    cluster.loop.run_until(1)
    assert cluster.exec(redis, "redis-cli", "ping") == (0, "PONG\n")
    assert cluster.exec(redis, "redis-cli", "set", "a", "1") == (0, "OK\n")
    assert cluster.exec(redis, "redis-cli", "incr", "a") == (0, "2\n")
    assert cluster.exec(redis, "redis-cli", "get", "nothing") == (0, "\n")
    assert cluster.exec(redis, "redis-cli", "-p", "1", "ping") == (
        1,
        "Could not connect to Redis at 127.0.0.1:1: Connection refused\n",
    )


@pytest.mark.parametrize(
    ("image", "env", "state"),
    [
        pytest.param("postgres", {}, "exited", id="postgres without a password"),
        pytest.param("postgres", {"POSTGRES_PASSWORD": "x"}, "running", id="postgres"),
        pytest.param("mysql", {}, "exited", id="mysql without a password"),
        pytest.param("mysql", {"MYSQL_ROOT_PASSWORD": "x"}, "running", id="mysql"),
        pytest.param("mongo", {}, "running", id="mongo"),
    ],
)
def test_databases_want_a_password(image, env, state):
    cluster = Cluster()
    (container,) = cluster.start(cluster.sandbox(box(image)), env=env)
    cluster.loop.run_until(1)
    assert container.state == state


def test_a_database_says_when_it_is_ready():
    cluster = Cluster()
    (container,) = cluster.start(cluster.sandbox(box("postgres")), env={"POSTGRES_PASSWORD": "x"})
    assert cluster.exec(container, "pg_isready", "-U", "postgres") == (
        0,
        "/var/run/postgresql:5432 - accepting connections\n",
    )


@pytest.mark.parametrize(("at", "status"), [(5, 200), (11, 500)])
def test_agnhost_liveness_fails_after_ten_seconds(at, status):
    cluster = Cluster()
    (container,) = cluster.pod(box("registry.k8s.io/e2e-test-images/agnhost:2.40", args=["liveness"]))
    cluster.loop.run_until(at)
    assert cluster.get(container, 8080, "/healthz", wait=0)[0] == status


def test_stress_takes_more_memory_than_it_may():
    cluster = Cluster()
    spec = box("polinux/stress", command=["stress"], args=["--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"])
    cluster.start(cluster.sandbox(spec), memory_limit=100 << 20)
    cluster.loop.run_until(1)
    assert cluster.exits == [(0, "app", 137, "OOMKilled")]


def test_hello_world_greets_and_ends():
    cluster = Cluster()
    (container,) = cluster.pod(box("hello-world"))
    cluster.loop.run_until(1)
    assert "Hello from Docker!" in lines(container)
    assert container.exit_code == 0


@pytest.mark.parametrize(
    ("image", "code"),
    [
        pytest.param("busybox", 127, id="busybox has no bash"),
        pytest.param("alpine", 127, id="alpine has no bash"),
        pytest.param("nginx", 0, id="nginx is Debian"),
        pytest.param("registry.k8s.io/pause:3.10", 127, id="pause has nothing"),
    ],
)
def test_which_images_have_bash(image, code):
    cluster = Cluster()
    fields = {"command": ["sleep", "100"]} if image in ("busybox", "alpine") else {}
    (container,) = cluster.pod(box(image, **fields))
    assert cluster.exec(container, "bash", "-c", "exit 0")[0] == code
