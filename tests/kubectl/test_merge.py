import pytest
from hypothesis import given
from hypothesis import strategies as st

from podlab.kubectl.merge import merge, patched

PAIR = {"containers": [{"name": "a", "image": "x", "command": ["c"]}, {"name": "b", "image": "y"}]}


@pytest.mark.parametrize(
    ("patch", "containers"),
    [
        pytest.param(
            {"containers": [{"name": "b", "image": "z"}]},
            [PAIR["containers"][0], {"name": "b", "image": "z"}],
            id="the order stays",
        ),
        pytest.param(
            {"containers": [{"name": "c", "image": "z", "command": None}]},
            [*PAIR["containers"], {"name": "c", "image": "z"}],
            id="a new one comes last, without its nulls",
        ),
        pytest.param(
            {"containers": [{"name": "a", "command": None}]},
            [{"name": "a", "image": "x"}, PAIR["containers"][1]],
            id="null removes",
        ),
        pytest.param(
            {"containers": [{"name": "a", "command": ["d", "e"]}]},
            [{"name": "a", "image": "x", "command": ["d", "e"]}, PAIR["containers"][1]],
            id="a list without keys is replaced",
        ),
        pytest.param(
            {"containers": [{"name": "a", "$patch": "delete"}]}, [PAIR["containers"][1]], id="an element is deleted"
        ),
    ],
)
def test_a_patch_changes_what_it_says(patch, containers):
    assert patched(PAIR, patch) == {"containers": containers}
    assert PAIR["containers"][0]["image"] == "x", "nothing given is changed"


def test_a_patch_that_does_not_say_which_element_it_means_is_refused():
    with pytest.raises(ValueError, match=r"spec\.containers: every element of a patch needs its name"):
        patched({"spec": PAIR}, {"spec": {"containers": [{"image": "z"}]}})


@pytest.mark.parametrize(
    ("before", "wanted", "live", "merged"),
    [
        pytest.param({}, {"a": 1}, {"b": 2}, {"a": 1, "b": 2}, id="what others set stays"),
        pytest.param({"a": 1}, {}, {"a": 1, "b": 2}, {"b": 2}, id="what is no longer said goes"),
        pytest.param({}, {}, {"a": 1}, {"a": 1}, id="what was never said stays"),
        pytest.param({}, {"a": None}, {"a": 1}, {}, id="null removes"),
        pytest.param({"x": {"a": 1}}, {"x": {"b": 1}}, {"x": {"a": 1, "c": 3}}, {"x": {"b": 1, "c": 3}}, id="inside"),
        pytest.param({}, {"command": ["b"]}, {"command": ["a", "b"]}, {"command": ["b"]}, id="a list is replaced"),
        pytest.param(
            {},
            {"containers": [{"name": "a", "image": "y"}]},
            {"containers": [{"name": "a", "image": "x", "policy": "Always"}]},
            {"containers": [{"name": "a", "image": "y", "policy": "Always"}]},
            id="containers are told apart by name",
        ),
        pytest.param(
            {"env": [{"name": "OLD", "value": "1"}]},
            {"env": [{"name": "NEW", "value": "2"}]},
            {"env": [{"name": "OLD", "value": "1"}, {"name": "ADDED", "value": "3"}]},
            {"env": [{"name": "NEW", "value": "2"}, {"name": "ADDED", "value": "3"}]},
            id="an element that is no longer said goes, one that others added stays",
        ),
        pytest.param(
            {},
            {"ports": [{"port": 80}]},
            {"ports": [{"port": 80, "protocol": "TCP"}]},
            {"ports": [{"port": 80, "protocol": "TCP"}]},
            id="ports of a service",
        ),
        pytest.param({}, {"ports": [80]}, {"ports": [{"port": 80}]}, {"ports": [80]}, id="elements of another kind"),
    ],
)
def test_merge(before, wanted, live, merged):
    assert merge(before, wanted, live) == merged


TREES = st.recursive(
    st.integers(0, 2),
    lambda inner: (
        st.dictionaries(st.sampled_from(["a", "b", "command"]), inner, max_size=3) | st.lists(inner, max_size=2)
    ),
    max_leaves=6,
)
OBJECTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), TREES, max_size=3)


@given(OBJECTS, OBJECTS, OBJECTS)
def test_applying_twice_is_applying_once(before, wanted, live):
    once = merge(before, wanted, live)
    assert merge(wanted, wanted, once) == once
    assert wanted.keys() <= once.keys()
