"""Amounts, image references, classes of service."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lightkube.models.core_v1 import Pod

from podlab.api import decode_object, parse_quantity, prepare_for_create, qos_class
from podlab.api.image import default_pull_policy, image_tag
from podlab.api.quantity import Notation, format_quantity


@pytest.mark.parametrize(
    ("text", "amount", "canonical"),
    [
        pytest.param("0", 0, "0", id="nothing"),
        pytest.param("1", 1, "1", id="one"),
        pytest.param("100m", Fraction(1, 10), "100m", id="thousandths"),
        pytest.param("0.1", Fraction(1, 10), "100m", id="a fraction"),
        pytest.param("1.5", Fraction(3, 2), "1500m", id="one and a half"),
        pytest.param("1000m", 1, "1", id="a thousand thousandths"),
        pytest.param("1000", 1000, "1k", id="a thousand"),
        pytest.param("64Mi", 64 * 2**20, "64Mi", id="binary"),
        pytest.param("1024Ki", 2**20, "1Mi", id="binary, the next unit"),
        pytest.param("1.5Gi", 3 * 2**29, "1536Mi", id="binary, a fraction"),
        pytest.param("0.5Ki", 512, "512", id="less than a Ki"),
        pytest.param("1e3", 1000, "1e3", id="an exponent"),
        pytest.param("1E3", 1000, "1E3", id="a capital exponent"),
        pytest.param("1E", 10**18, "1E", id="exa"),
        pytest.param("+1", 1, "+1", id="a plus"),
        pytest.param("-1", -1, "-1", id="a minus"),
        pytest.param("1n", Fraction(1, 10**9), "1n", id="the least"),
        pytest.param("0.1n", Fraction(1, 10**9), "1n", id="less than the least is rounded up"),
        pytest.param("-0.1n", Fraction(-1, 10**9), "-1n", id="away from zero"),
        pytest.param(".5", Fraction(1, 2), "500m", id="no digit before the point"),
        pytest.param("5.", 5, "5.", id="no digit after the point"),
        pytest.param(" 1 ", 1, "1", id="blanks around"),
        pytest.param(1, 1, "1", id="a JSON number"),
        pytest.param(0.5, Fraction(1, 2), "500m", id="a JSON fraction"),
        pytest.param(2.0, 2, "2", id="a JSON number with a point"),
        pytest.param("1e999999999", 10**400, None, id="an exponent beyond all bounds ends soon"),
    ],
)
def test_quantities(text: str | int | float, amount: Fraction | int, canonical: str | None) -> None:
    quantity = parse_quantity(text)
    assert quantity.amount == amount
    assert canonical is None or quantity.text == canonical


@pytest.mark.parametrize(
    "text", ["", "x", "1MB", "1 Gi", "1ki", "1KI", "--1", "1.2.3", "1e", "١", "0x10", "1_000", "Infinity"]
)
def test_no_quantities(text: str) -> None:
    with pytest.raises(ValueError, match="is not a quantity"):
        parse_quantity(text)


def test_rounding_goes_away_from_zero() -> None:
    assert parse_quantity("0.0001").rounded_up(1000).text == "1m"
    assert parse_quantity("-0.0001").rounded_up(1000).text == "-1m"
    assert parse_quantity("100m").rounded_up(1000).text == "100m"


@given(st.integers(-(10**18), 10**18), st.sampled_from(["DecimalSI", "BinarySI", "DecimalExponent"]))
def test_what_is_written_is_read_back(nanos: int, notation: Notation) -> None:
    amount = Fraction(nanos, 10**9)
    text = format_quantity(amount, notation)
    again = parse_quantity(text)
    assert again.amount == amount
    assert parse_quantity(again.text) == again


@pytest.mark.parametrize(
    ("image", "tag", "policy"),
    [
        pytest.param("nginx", "latest", "Always", id="neither tag nor digest"),
        pytest.param("nginx:latest", "latest", "Always", id="latest"),
        pytest.param("nginx:LATEST", "LATEST", "IfNotPresent", id="LATEST is a tag like others"),
        pytest.param("nginx:1.27", "1.27", "IfNotPresent", id="a tag"),
        pytest.param("localhost:5000/nginx", "latest", "Always", id="a port is no tag"),
        pytest.param("localhost:5000/nginx:1", "1", "IfNotPresent", id="a port and a tag"),
        pytest.param(f"nginx@sha256:{'a' * 64}", "", "IfNotPresent", id="a digest"),
        pytest.param(f"nginx:latest@sha256:{'a' * 64}", "latest", "Always", id="latest and a digest"),
        pytest.param("Nginx", None, "IfNotPresent", id="a capital is no reference"),
        pytest.param("a b", None, "IfNotPresent", id="a blank is no reference"),
        pytest.param("", None, "IfNotPresent", id="nothing"),
        pytest.param("a" * 64, None, "IfNotPresent", id="an image's id"),
        pytest.param("b" * 257, None, "IfNotPresent", id="too long"),
    ],
)
def test_images(image: str, tag: str | None, policy: str) -> None:
    assert image_tag(image) == tag
    assert default_pull_policy(image) == policy


FULL = {"cpu": "1", "memory": "1Gi"}


@pytest.mark.parametrize(
    ("resources", "expected"),
    [
        pytest.param([{}], "BestEffort", id="nobody asks for anything"),
        pytest.param([{"requests": {"cpu": "0"}}], "BestEffort", id="asking for nothing"),
        pytest.param([{"requests": {"ephemeral-storage": "1Gi"}}], "BestEffort", id="asking for storage only"),
        pytest.param([{"limits": FULL}], "Guaranteed", id="limits become requests"),
        pytest.param([{"limits": FULL, "requests": FULL}], "Guaranteed", id="requests as limits"),
        pytest.param(
            [{"limits": FULL, "requests": {"cpu": "1000m", "memory": "1024Mi"}}], "Guaranteed", id="the same otherwise"
        ),
        pytest.param([{"limits": FULL, "requests": {"cpu": "500m"}}], "Burstable", id="less asked than allowed"),
        pytest.param([{"limits": {"cpu": "1"}}], "Burstable", id="no memory limit"),
        pytest.param([{"limits": FULL}, {}], "Burstable", id="one of two has no limits"),
        pytest.param([{"requests": {"cpu": "1m"}}], "Burstable", id="only a request"),
    ],
)
def test_classes_of_service(resources: list[dict[str, object]], expected: str) -> None:
    containers = [{"name": f"c{n}", "image": "x", "resources": each} for n, each in enumerate(resources)]
    for field in ("containers", "initContainers"):
        pod = decode_object(Pod, {"metadata": {"name": "a"}, "spec": {"containers": [], field: containers}})
        stored = prepare_for_create(pod)
        assert qos_class(stored) == expected
        assert stored.status is not None
        assert stored.status.qosClass == expected


def test_what_the_whole_pod_asks_for_goes_first() -> None:
    spec = {"containers": [{"name": "a", "image": "x"}], "resources": {"limits": FULL}}
    assert qos_class(prepare_for_create(decode_object(Pod, {"spec": spec}))) == "Guaranteed"
