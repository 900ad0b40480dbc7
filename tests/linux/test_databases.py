"""Database images: what they need to start, what they say, what their clients get, and what a volume keeps."""

from __future__ import annotations

import pytest
from lightkube.models.core_v1 import EmptyDirVolumeSource, Volume, VolumeMount
from one_node import Cluster, box, lines


def started(image, env, **fields):
    cluster = Cluster()
    (container,) = cluster.start(cluster.sandbox(box(image, **fields)), env=env)
    cluster.loop.run_until(1)
    return cluster, container


@pytest.mark.parametrize(
    ("image", "env", "said"),
    [
        pytest.param("postgres", {}, "superuser password is not specified", id="postgres"),
        pytest.param("mysql", {}, "    - MYSQL_ROOT_PASSWORD", id="mysql"),
        pytest.param("mariadb", {}, "You need to specify one of MARIADB_ROOT_PASSWORD", id="mariadb"),
        pytest.param("mongo", {"MONGO_INITDB_ROOT_USERNAME": "a"}, "both must be specified", id="mongo, half a user"),
        pytest.param(
            "mysql", {"MYSQL_ROOT_PASSWORD": "x", "MYSQL_USER": "root"}, 'MYSQL_USER="root"', id="root as user"
        ),
        pytest.param(
            "postgres",
            {"POSTGRES_PASSWORD": "x", "POSTGRES_PASSWORD_FILE": "/etc/hostname"},
            "Both POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are set",
            id="a variable and its file",
        ),
        pytest.param(
            "postgres", {"POSTGRES_PASSWORD_FILE": "/nope"}, "/nope: No such file", id="a file that is not there"
        ),
    ],
)
def test_what_a_database_needs(image, env, said):
    _, container = started(image, env)
    assert (container.state, container.exit_code) == ("exited", 1)
    assert any(said in line for line in lines(container)), lines(container)


@pytest.mark.parametrize(
    ("image", "env"),
    [
        ("postgres", {"POSTGRES_PASSWORD_FILE": "/etc/hostname"}),
        ("postgres", {"POSTGRES_HOST_AUTH_METHOD": "trust"}),
        ("mysql", {"MYSQL_ROOT_PASSWORD_FILE": "/etc/hostname"}),
        ("mysql", {"MYSQL_ALLOW_EMPTY_PASSWORD": "yes"}),
        ("mysql", {"MYSQL_RANDOM_ROOT_PASSWORD": "1"}),
        ("mariadb", {"MARIADB_ALLOW_EMPTY_ROOT_PASSWORD": "1"}),
        ("mariadb", {"MARIADB_RANDOM_ROOT_PASSWORD": "1"}),
        ("mariadb", {"MYSQL_ROOT_PASSWORD": "x"}),
        ("mongo", {}),
        ("mongo", {"MONGO_INITDB_ROOT_USERNAME": "a", "MONGO_INITDB_ROOT_PASSWORD": "b"}),
    ],
)
def test_with_that_it_starts(image, env):
    assert started(image, env)[1].state == "running"


def test_psql_prints_tables_and_refusals():
    cluster, container = started("postgres:16", {"POSTGRES_PASSWORD": "x"})
    rows = "create table t (id serial primary key, name text); insert into t (name) values ('a'), ('b')"
    assert cluster.exec(container, "psql", "-U", "postgres", "-c", rows) == (0, "CREATE TABLE\nINSERT 0 2\n")
    assert cluster.exec(container, "psql", "-U", "postgres", "-c", "select * from t") == (
        0,
        " id | name \n----+------\n  1 | a\n  2 | b\n(2 rows)\n\n",
    )
    assert cluster.exec(container, "psql", "-U", "postgres", "-tAc", "select count(*) from t") == (0, "2\n")
    code, said = cluster.exec(container, "psql", "-c", "select 1")
    assert (code, said.splitlines()[0].endswith('FATAL:  role "root" does not exist')) == (2, True)


def test_from_another_pod_a_password_is_asked():
    cluster = Cluster()
    sandbox = cluster.sandbox(box("postgres"))
    cluster.start(sandbox, env={"POSTGRES_PASSWORD": "right"})
    (client,) = cluster.pod(box("postgres", command=["sleep", "100"]))
    cluster.loop.run_until(1)
    ask = f"psql -h {sandbox.ip} -U postgres -tAc 'select 1'"
    assert "no password supplied" in cluster.exec(client, "sh", "-c", ask)[1]
    assert "password authentication failed" in cluster.exec(client, "sh", "-c", f"PGPASSWORD=wrong {ask}")[1]
    assert cluster.exec(client, "sh", "-c", f"PGPASSWORD=right {ask}") == (0, "1\n")


def test_mysql_answers_its_clients_and_can_be_shut_down():
    cluster, container = started("mysql:8.0", {"MYSQL_ROOT_PASSWORD": "x", "MYSQL_DATABASE": "shop"})
    sql = (
        "create table t (id int auto_increment primary key, n varchar(9)) engine=InnoDB; insert into t (n) values ('a')"
    )
    assert cluster.exec(container, "mysql", "-uroot", "--password=x", "shop", "-e", sql)[0] == 0
    assert cluster.exec(container, "sh", "-c", "MYSQL_PWD=x mysql shop -e 'select * from t'") == (0, "id\tn\n1\ta\n")
    refused = "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: NO)\n"
    assert cluster.exec(container, "mysql", "-uroot", "-e", "select 1") == (1, refused)
    assert cluster.exec(container, "mysqladmin", "ping")[0] == 0
    cluster.exec(container, "mysqladmin", "-uroot", "-px", "shutdown")
    assert (container.state, container.exit_code) == ("exited", 0)


def test_a_volume_keeps_what_a_database_holds():
    cluster = Cluster()
    mount = [VolumeMount(name="data", mountPath="/var/lib/mysql")]
    spec = box("mysql", volumeMounts=mount)
    sandbox = cluster.sandbox(spec, volumes=[Volume(name="data", emptyDir=EmptyDirVolumeSource())])
    (first,) = cluster.start(sandbox, env={"MYSQL_ROOT_PASSWORD": "x"})
    cluster.loop.run_until(1)
    cluster.exec(first, "sh", "-c", "MYSQL_PWD=x mysql -e 'create database kept'")
    cluster.runtime.signal(first, 9)
    cluster.loop.run_until(10)
    (second,) = cluster.start(sandbox, 1)
    assert "kept" in cluster.exec(second, "sh", "-c", "MYSQL_PWD=x mysql -e 'show databases'")[1]


def test_redis_keeps_lists_hashes_and_times_and_is_shut_down():
    cluster, redis = started("redis:7", {})

    def ask(*words):
        return cluster.exec(redis, "redis-cli", *words)[1]

    assert [ask("lpush", "l", "a", "b"), ask("lrange", "l", "0", "-1")] == ["2\n", "b\na\n"]
    assert [ask("hset", "h", "k", "v"), ask("hgetall", "h"), ask("type", "h")] == ["1\n", "k\nv\n", "hash\n"]
    assert [ask("set", "s", "1", "ex", "7"), ask("get", "s"), ask("get", "s")] == ["OK\n", "1\n", "\n"]
    assert ask("get", "l").startswith("WRONGTYPE")
    assert ask("nope", "x").startswith("ERR unknown command 'nope', with args beginning with: 'x'")
    cluster.exec(redis, "redis-cli", "shutdown")
    assert (redis.state, redis.exit_code) == ("exited", 0)
    assert lines(redis)[-1].endswith("# Redis is now ready to exit, bye bye...")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["redis-server", "/etc/nope.conf"], "# Fatal error, can't open config file '/etc/nope.conf': No such file"),
        (["redis-server", "--port", "99999"], "argument must be between 0 and 65535 inclusive"),
        (["redis-server", "--nonsense", "1"], "Bad directive or wrong number of arguments"),
    ],
)
def test_redis_refuses_a_configuration(command, said):
    _, redis = started("redis", {}, command=command)
    assert (redis.state, redis.exit_code) == ("exited", 1)
    assert any(said in line for line in lines(redis))


def test_redis_wants_its_password():
    cluster, redis = started("redis", {}, args=["--requirepass", "pw"])
    assert cluster.exec(redis, "redis-cli", "ping")[1].startswith("NOAUTH Authentication required.")
    assert cluster.exec(redis, "redis-cli", "--no-auth-warning", "-a", "pw", "ping") == (0, "PONG\n")


def test_mongosh_reads_what_it_wrote():
    cluster, mongo = started("mongo", {})
    assert cluster.exec(mongo, "mongosh", "--quiet", "--eval", "db.runCommand({ping: 1}).ok") == (0, "1\n")
    script = "db.t.insertOne({name: 'x'}); db.t.find(); db.t.countDocuments()"
    said = cluster.exec(mongo, "mongosh", "--quiet", "--eval", script)[1]
    assert said == "{ acknowledged: true }\n[ { name: 'x' } ]\n1\n"


def test_no_statement_opens_files_or_goes_on_for_ever():
    cluster, container = started("postgres", {"POSTGRES_PASSWORD": "x"})

    def ask(sql):
        return cluster.exec(container, "psql", "-U", "postgres", "-c", sql)

    assert ask("attach database '/tmp/x' as x")[0] == 1
    assert ask("with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n") == (
        1,
        "ERROR:  interrupted\n",
    )
