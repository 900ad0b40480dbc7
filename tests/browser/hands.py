"""What a hand does to the panel, by the names that a screen reader says."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, expect

Hands = Callable[[Locator], None]


def press(*names: str) -> Hands:
    def hands(lab: Locator) -> None:
        for name in names:
            lab.get_by_role("button", name=name, exact=True).click()

    return hands


def more(choice: str, replicas: int | None = None) -> Hands:
    def hands(lab: Locator) -> None:
        lab.get_by_label("more:").select_option(choice)
        if replicas is not None:
            lab.get_by_label("to:").fill(str(replicas))
            lab.get_by_label("to:").press("Tab")
        press("Do it")(lab)

    return hands


def choose(label: str, option: str, *names: str) -> Hands:
    def hands(lab: Locator) -> None:
        lab.get_by_label(label).select_option(option)
        press(*names)(lab)

    return hands


def says(words: str) -> Hands:
    return lambda lab: expect(lab.locator(".podlab-message")).to_contain_text(words)


def at(t: float, *then: Hands) -> Hands:
    def hands(lab: Locator) -> None:
        time, slider = lab.get_by_label("time (s):"), lab.get_by_role("slider", name="instant (s)")
        for patience in (1_000, 1_000, 5_000):  # an answer still on its way to the page may overwrite what is typed
            time.fill(str(t))
            time.press("Enter")
            try:
                expect(slider).to_have_attribute("aria-valuetext", f"{t:g} s", timeout=patience)
                break
            except AssertionError:
                if patience == 5_000:
                    raise
        for hand in then:
            hand(lab)

    return hands
