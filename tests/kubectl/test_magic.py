"""The magics in an IPython shell, without a notebook."""

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import podlab as pl
from podlab.simulation import session as sessions

SHOP = """\
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
  - {name: web, image: nginx}
"""


@pytest.fixture
def shell(monkeypatch, tmp_path):
    monkeypatch.setattr(sessions, "_current", None)
    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config, ipython_dir=str(tmp_path))
    shell.run_line_magic("load_ext", "podlab")
    return shell


@pytest.fixture
def run(shell, capsys):
    def run(cell):
        shell.run_cell(cell).raise_error()
        return tuple(capsys.readouterr())

    return run


def test_a_cell_is_piped_into_kubectl(run):
    assert run("%%kubectl apply -f -\n" + SHOP) == ("pod/shop created\n", "")
    assert run("%kubectl get pods")[0] == (
        "NAME   READY   STATUS    RESTARTS   AGE\nshop   1/1     Running   0          0s\n"
    )


def test_no_time_passes_unless_it_is_asked_to(run):
    session = pl.use(pl.Session(SHOP))
    run("%kubectl get pods")
    assert session.now == 0
    assert run("%advance 30") == ("t = 30 s\n", "")
    assert run("%advance 0.5") == ("t = 30.5 s\n", "")
    assert session.now == 30.5


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%advance", "%advance: give seconds, as in 30, not ''\n"),
        ("%advance soon", "%advance: give seconds, as in 30, not 'soon'\n"),
        ("%advance -1", "%advance: must be seconds from 0 to 2592000 (a month), not -1.0\n"),
        ("%advance nan", "%advance: must be seconds from 0 to 2592000 (a month), not nan\n"),
    ],
)
def test_what_is_no_time(run, line, said):
    assert run(line) == ("", said)


def test_watching_lets_time_pass(run):
    session = pl.use(pl.Session(SHOP))
    session.advance(20)
    session.do(pl.kill("shop/web", at=24), pl.kill("shop/web", at=26))
    assert run("%kubectl get pods -w")[0] == (
        "NAME   READY   STATUS    RESTARTS   AGE\n"
        "shop   1/1     Running   0          20s\n"
        "shop   0/1     Error     0          24s\n"
        "shop   1/1     Running   1 (0s ago)   24s\n"
        "shop   0/1     Error     1 (2s ago)   26s\n"
        "shop   0/1     CrashLoopBackOff   1 (10s ago)   36s\n"
        "shop   1/1     Running            2 (10s ago)   36s\n"
    )
    assert session.now == 80


def test_braces_and_dollars_are_left_to_kubectl(run):
    pl.use(pl.Session(SHOP))
    assert run("%kubectl get pods -o jsonpath='{.items[*].metadata.name}'")[0] == "shop"
    assert run("%kubectl exec shop -- sh -c 'X=$HOSTNAME; echo $X'")[0] == "shop\n"


def test_a_mistake_is_shown_with_a_hint(run):
    assert run("%kubectl get podz") == (
        "",
        'error: the server doesn\'t have a resource type "podz"\n(Did you mean pods?)\n',
    )


def test_a_result_shows_what_a_terminal_shows():
    session = pl.Session(SHOP)
    assert repr(session.kubectl("get pods -o name")) == "pod/shop"
    assert repr(session.kubectl("get podz")).startswith("error: the server doesn't have")


def test_only_a_session_can_be_used():
    with pytest.raises(TypeError, match="is no Session"):
        pl.use(pl.load(SHOP))
