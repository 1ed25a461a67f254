"""Whether the style sheet's colours can be read, by day and by night."""

import re
from importlib import resources

import pytest

CSS = resources.files("logto.server.pages").joinpath("assets/pages.css").read_text()
TEXT = [
    (text, ground)
    for text in ("ink", "muted", "accent", "accent-strong", "danger")
    for ground in ("card", "paper", "sunk")
]
TEXT += [("on-accent", "accent"), ("on-accent", "accent-strong"), ("literal", "sunk"), ("ink", "soft")]
TEXT += [("ink", "danger-soft"), ("danger", "danger-soft")]
EDGES = [("edge", "card"), ("accent", "card"), ("danger", "card")]


def palettes() -> dict[str, dict[str, str]]:
    """The custom properties with a colour, of the day and of the night."""
    day, night = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    )
    return {"day": day, "night": night}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2)."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("time", ["day", "night"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (EDGES, 3)], ids=["text", "edges"])
def test_contrast(time, pairs, least):
    """Text has a contrast of 4.5 to its ground, and the edges of fields one of 3 (WCAG 2.2 AA 1.4.3 and 1.4.11)."""
    colours = palettes()[time]

    assert [pair for pair in pairs if contrast(colours[pair[0]], colours[pair[1]]) < least] == []


def test_motion_and_sight():
    """The style sheet moves nothing unless motion is welcome, never removes a focus ring, and loads nothing."""
    assert CSS.index("transition") > CSS.index("prefers-reduced-motion: no-preference")
    assert re.findall(r"([^\n{}]+)\{ outline: none", CSS) == [".home:focus "]
    assert "url(" not in CSS
    assert "@import" not in CSS
