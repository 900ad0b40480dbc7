"""The widgets that the panel is made of, each with a class for styles and tests and a name for screen readers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as widgets

Widget = Any  # ipywidgets has no types


def button(text: str, css: str, action: Callable[[], None], tip: str) -> Widget:
    """A button that does one thing; its text is its name. (An `icon` of ipywidgets would become part of the name.)"""
    made = widgets.Button(description=text, tooltip=tip, layout={"width": "auto"})
    made.on_click(lambda _: action())
    return named(made, css)


def dropdown(label: str, css: str, options: Iterable[Any], chosen: Callable[[Any], None]) -> Widget:
    """A choice; its label is its name. `chosen` gets the new value."""
    made = widgets.Dropdown(options=tuple(options), description=label, layout={"width": "auto"})
    made.observe(lambda change: chosen(change["new"]), "value")
    return named(made, css)


def number(label: str, css: str, width: str, chosen: Callable[[float], None]) -> Widget:
    """A number of seconds, taken on when it is entered."""
    made = widgets.FloatText(description=label, continuous_update=False, layout={"width": width})
    made.observe(lambda change: chosen(change["new"]), "value")
    return named(made, css)


def check(label: str, css: str, chosen: Callable[[bool], None]) -> Widget:
    """A box to tick; its label is its name."""
    made = widgets.Checkbox(description=label, indent=False, layout={"width": "auto"})
    made.observe(lambda change: chosen(change["new"]), "value")
    return named(made, css)


def count(label: str, css: str, width: str) -> Widget:
    """A whole number of 0 to 100."""
    return named(widgets.BoundedIntText(description=label, min=0, max=100, layout={"width": width}), css)


def text_area(label: str, css: str, rows: int) -> Widget:
    """A text of several lines that can be copied or pasted."""
    return named(widgets.Textarea(description=label, rows=rows, layout={"width": "auto"}), css)


def html(css: str) -> Widget:
    """A piece of HTML, empty at first."""
    return named(widgets.HTML(), css)


def row(css: str, *children: Widget) -> Widget:
    """Widgets side by side."""
    return named(widgets.HBox(children), css)


def column(css: str, *children: Widget) -> Widget:
    """Widgets under one another."""
    return named(widgets.VBox(children), css)


def named(widget: Widget, css: str) -> Widget:
    """The widget, found by the class `podlab-CSS` from now on."""
    widget.add_class(f"podlab-{css}")
    return widget
