import pytest
from hypothesis import given
from hypothesis import strategies as st

from podlab.kubectl import human_duration, short_human_duration


@pytest.mark.parametrize(
    ("seconds", "human", "short"),
    [
        pytest.param(119.9, "119s", "1m", id="seconds up to two minutes, fractions dropped"),
        pytest.param(120, "2m", "2m", id="minutes from two minutes on"),
        pytest.param(185, "3m5s", "3m", id="minutes and seconds below ten minutes"),
        pytest.param(600, "10m", "10m", id="minutes only from ten minutes on"),
        pytest.param(7199, "119m", "1h", id="still minutes below three hours"),
        pytest.param(3 * 3600, "3h", "3h", id="no zero minutes"),
        pytest.param(3.5 * 3600, "3h30m", "3h", id="hours and minutes below eight hours"),
        pytest.param(47 * 3600, "47h", "1d", id="hours up to two days"),
        pytest.param((5 * 24 + 3) * 3600, "5d3h", "5d", id="days and hours up to eight days"),
        pytest.param(729 * 86400, "729d", "1y", id="days up to two years"),
        pytest.param((2 * 365 + 80) * 86400, "2y80d", "2y", id="years and days up to eight years"),
        pytest.param((8 * 365 + 80) * 86400, "8y", "8y", id="years only from eight years on"),
        pytest.param(-1.9, "0s", "0s", id="clocks differ by less than two seconds"),
        pytest.param(-2, "<invalid>", "<invalid>", id="the future"),
        pytest.param(float("inf"), "292y", "292y", id="Go cannot count further than 292 years"),
    ],
)
def test_ages(seconds, human, short):
    assert human_duration(seconds) == human
    assert short_human_duration(seconds) == short


@given(st.floats(0, 9e9), st.floats(0, 9e9))
def test_an_older_thing_never_has_a_smaller_age(one, other):
    younger, older = sorted((one, other))
    assert _read(human_duration(younger)) <= _read(human_duration(older)) <= older
    assert _read(short_human_duration(younger)) <= _read(short_human_duration(older)) <= older


def _read(text):
    units = {"s": 1, "m": 60, "h": 3600, "d": 86400, "y": 365 * 86400}
    total = number = 0
    for letter in text:
        if letter.isdigit():
            number = number * 10 + int(letter)
        else:
            total, number = total + number * units[letter], 0
    return total
