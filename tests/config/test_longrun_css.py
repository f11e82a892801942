"""The colours of longrun.css can be read: WCAG 2.2 contrast, in both themes."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR, "config/static/css/longrun.css").read_text(encoding="utf-8")
THEMES = ("light", "dark")
WASHES = ("grey", "red", "amber", "teal")

WORDS = [
    *product(("ink", "ink-soft", "muted"), ("surface", "ground", "surface-sunk")),
    *product(
        ("effort-text", "attributed-text", "baseline-text", "in-person-text"),
        ("surface", "ground"),
    ),
    *((f"{wash}-wash-text", f"{wash}-wash") for wash in WASHES),
    ("red-wash-text", "surface"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
]
# A border of a field, a focus ring and what is drawn need 3:1 against what lies around them.
SHAPES = [
    *product(("line-strong", "focus"), ("surface",)),
    *product(("effort", "attributed", "plan", "counted", "cost"), ("surface",)),
]


def colours(theme: str) -> dict[str, str]:
    """The custom properties of one theme that are colours, by name."""
    block = re.search(rf'\[data-bs-theme="{theme}"\] {{(.*?)}}', CSS, re.DOTALL)
    assert block is not None
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", block[1]))


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2, of `#rgb` or `#rrggbb`."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_contrast_is_what_the_standard_says() -> None:
    assert contrast("#fff", "#000000") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("theme", THEMES)
def test_words_can_be_read(theme: str) -> None:
    have = colours(theme)
    low = {
        pair: round(contrast(have[pair[0]], have[pair[1]]), 2)
        for pair in WORDS
        if contrast(have[pair[0]], have[pair[1]]) < 4.5
    }
    assert low == {}


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_can_be_told_from_their_ground(theme: str) -> None:
    have = colours(theme)
    low = {
        pair: round(contrast(have[pair[0]], have[pair[1]]), 2)
        for pair in SHAPES
        if contrast(have[pair[0]], have[pair[1]]) < 3
    }
    assert low == {}


def test_both_themes_name_the_same_colours() -> None:
    assert colours("light").keys() == colours("dark").keys()
