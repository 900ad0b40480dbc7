import pytest
from hypothesis import given
from hypothesis import strategies as st
from lightkube.models.meta_v1 import LabelSelector, LabelSelectorRequirement

from podlab.kubectl.api_resources import find_resource
from podlab.kubectl.fieldselectors import parse_field_selector
from podlab.kubectl.selectors import SelectorError, parse_selector, selector_of

SHOP = {"app": "shop", "tier": "front", "size": "3"}


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        pytest.param("", True, id="nothing is asked"),
        pytest.param("app=shop", True, id="equal"),
        pytest.param("app==shop,tier=front", True, id="both hold"),
        pytest.param("app=shop,tier=back", False, id="one does not"),
        pytest.param("color!=red", True, id="a label that is not there differs"),
        pytest.param("tier in (front, back)", True, id="one of several"),
        pytest.param("tier notin (front,back)", False, id="none of several"),
        pytest.param("color notin (red)", True, id="not there is not among them"),
        pytest.param("app", True, id="is there"),
        pytest.param("!app", False, id="is not there"),
        pytest.param("size>2,size<4", True, id="numbers"),
        pytest.param("app>2", False, id="a word is no number"),
        pytest.param("app=", False, id="an empty value"),
        pytest.param("in in (in)", False, id="a key may be called in"),
    ],
)
def test_matching(text, matches):
    assert parse_selector(text).matches(SHOP) == matches


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("=x", "found '=', expected: !, identifier, or 'end of string'"),
        ("a in x", "unable to parse requirement: found 'x' expected: '('"),
        ("a in (x", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a in ()", "unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, "
         "values set can't be empty"),
        ("a,", "found '', expected: identifier after ','"),
        ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("a>x", "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, "
         "the value must be an integer"),
        ("a=-", "unable to parse requirement: values[0][a]: Invalid value: \"-\": a valid label must be an empty "
         "string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
         "character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
         "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"),
    ],
)  # fmt: skip
def test_mistakes(text, message):
    with pytest.raises(SelectorError) as caught:
        parse_selector(text)
    assert str(caught.value) == message


@given(st.text("ab=!<>(),in ", max_size=12))
def test_any_text_is_a_selector_or_a_selector_error(text):
    try:
        selector = parse_selector(text)
    except SelectorError:
        return
    assert parse_selector(str(selector)).matches(SHOP) == selector.matches(SHOP)


def test_the_selector_of_a_replicaset():
    selector = selector_of(
        LabelSelector(
            matchLabels={"tier": "front", "app": "shop"},
            matchExpressions=[
                LabelSelectorRequirement(key="color", operator="DoesNotExist"),
                LabelSelectorRequirement(key="size", operator="In", values=["4", "3"]),
            ],
        )
    )
    assert str(selector) == "app=shop,!color,size in (3,4),tier=front"
    assert selector.matches(SHOP)
    assert not selector.matches({**SHOP, "color": "red"})
    assert selector_of(None).matches(None)


def test_field_selectors():
    from kubectl_fake import FakeApi, pod

    [web] = FakeApi(pod("web")).list("pods", None)
    pods = find_resource("pods")
    assert parse_field_selector("status.phase=Running,spec.nodeName!=node-2", pods)(web)
    assert not parse_field_selector("metadata.name==db", pods)(web)
    with pytest.raises(SelectorError, match=r"^field label not supported: spec\.color$"):
        parse_field_selector("spec.color=red", pods)
    with pytest.raises(SelectorError, match="can't understand 'status'"):
        parse_field_selector("status", pods)
