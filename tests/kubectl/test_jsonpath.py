import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podlab.kubectl.jsonpath import JsonPathError, parse_template
from podlab.kubectl.jsonpath_find import render

PODS = {
    "kind": "List",
    "items": [
        {"name": "web", "labels": {"a.b/c": "1"}, "restarts": 3, "ready": True, "ports": [80, 443, 8080]},
        {"name": "db", "restarts": 0, "ready": False, "ports": []},
    ],
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("{.kind}", "List", id="a field"),
        pytest.param("{$.kind}{@.kind}", "ListList", id="the object itself"),
        pytest.param("kind: {.kind}!", "kind: List!", id="text around it"),
        pytest.param("{.items[0].name}", "web", id="an index"),
        pytest.param("{.items[-1].name}", "db", id="an index from the end"),
        pytest.param("{.items[*].name}", "web db", id="all of a list"),
        pytest.param("{.items[*]['name','restarts']}", "web db 3 0", id="several fields"),
        pytest.param("{.items[0].ports[0:2]}", "80 443", id="a slice"),
        pytest.param("{.items[0].ports[-2:]}", "443 8080", id="a slice to the end"),
        pytest.param("{.items[0].ports[::2]}", "80 8080", id="every second"),
        pytest.param("{.items[0].ports[0,2]}", "80 8080", id="a union"),
        pytest.param("{.items[0].ports[1:1]}", "", id="an empty slice"),
        pytest.param(r"{.items[0].labels.a\.b/c}", "1", id="a dot in a key"),
        pytest.param("{.items[0]['name']}", "web", id="a key in quotes"),
        pytest.param('{range .items[*]}{.name}{"\\t"}{.restarts}{"\\n"}{end}', "web\t3\ndb\t0\n", id="range"),
        pytest.param("{range .items[*]}[{range .ports[*]}{@} {end}]{end}.", "[80 443 8080 ][].", id="range in range"),
        pytest.param("{range .nothing[*]}x{end}done", "done", id="range over nothing"),
        pytest.param('{.items[?(@.name=="db")].restarts}', "0", id="filter by text"),
        pytest.param("{.items[?(@.restarts>0)].name}", "web", id="filter by number"),
        pytest.param("{.items[?(@.ready==true)].name}", "web", id="filter by truth"),
        pytest.param("{.items[?(@.labels)].name}", "web", id="filter by presence"),
        pytest.param("{.items[?(@.labels.x!='1')].name}", "", id="what is not there is not compared"),
        pytest.param("{..name}", "web db", id="wherever it is"),
        pytest.param("{.items[0].*}", '{"a.b/c":"1"} web [80,443,8080] true 3', id="all fields"),
        pytest.param("{.items[1]}", '{"name":"db","ports":[],"ready":false,"restarts":0}', id="an object is JSON"),
        pytest.param("{.nothing.at.all}", "", id="what is not there is nothing"),
        pytest.param("no braces", "no braces", id="only text"),
        pytest.param(r"{'it\'s'}{1.5}", "it's1.5", id="literals"),
    ],
)
def test_templates(template, text):
    assert render(parse_template(template), PODS) == text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{.kind", "unclosed action"),
        ("{.items[0", "unterminated array"),
        ("{.items[x]}", "invalid array index x"),
        ("{.items[-]}", "array index - is not a number"),
        ("{.items[?(@.name=='x']}", "unterminated filter"),
        ("{.items[?(@.name)}", "unclosed array expect ]"),
        ("{'open}", "unterminated quoted string"),
        (r"{'\q'}", r"unquote string '\q' error invalid syntax"),
        ("{~}", "unrecognized character in action: U+007E '~'"),
        ("{1.2.3}", "cannot parse number 1.2.3"),
        ("{....x}", "invalid multiple recursive descent"),
        ("{name}", "unrecognized identifier name"),
        ("{end}", "not in range, nothing to end"),
        ("{.items[2]}", "array index out of bounds: index 2, length 2"),
        ("{.items[-3]}", "array index out of bounds: index -1, length 2"),
        ("{.items[0:5]}", "array index out of bounds: index 4, length 2"),
        ("{.items[0].ports[2:1]}", "starting index 2 is greater than ending index 1"),
        ("{.items[::0]}", "step must be > 0"),
        ("{.kind[0]}", "string is not array or slice"),
        ("{.items[?(@.name>1)]}", "incompatible types for comparison"),
        ("{.items[?(@.ready>true)]}", "invalid type for comparison"),
        ("{.items[?(@.ports[*]==1)]}", "can only compare one element at a time"),
        ("{.items[?(@.name=>'x')]}", "unrecognized filter operator =>"),
        ("{.kind[?(@.x)]}", "List is not array or slice and cannot be filtered"),
    ],
)
def test_mistakes(template, message):
    with pytest.raises(JsonPathError) as caught:
        render(parse_template(template), PODS)
    assert str(caught.value) == message


@given(st.text(alphabet="{}[]().?@$*:,-'\"\\ =<>!019kindrange", max_size=16))
def test_any_text_is_a_template_or_a_template_error(text):
    with contextlib.suppress(JsonPathError):
        assert isinstance(render(parse_template(text), PODS), str)
