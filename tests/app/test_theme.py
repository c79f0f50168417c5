"""Both sets of colours can be read, every icon can be drawn, and the window follows the choice."""

import dataclasses

import pytest
from PySide6.QtGui import QColor

from app.theme import ASSETS, DARK, LIGHT, Colours, draw_icon


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = [getattr(QColor(colour), name)() for name in ("redF", "greenF", "blueF")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize(
    ("role", "backgrounds"),
    [
        ("text", ("window", "surface", "raised", "person", "warning_soft", "danger_soft", "accent_soft")),
        ("quiet", ("window", "surface", "raised")),
        ("coming", ("window", "surface")),
        ("danger", ("surface", "danger_soft")),
        ("accent_text", ("accent",)),
    ],
)
def test_text_can_be_read(colours: Colours, role, backgrounds):
    for background in backgrounds:
        assert contrast(getattr(colours, role), getattr(colours, background)) >= 4.5, background


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_faces_stand_out_from_the_stage(colours: Colours):
    for face in ("listening", "user_speaking", "thinking", "speaking", "interrupted", "failed", "idle", "muted"):
        assert contrast(getattr(colours, face), colours.surface) >= 3.0, face


@pytest.mark.usefixtures("qt_application")
@pytest.mark.parametrize("path", sorted((ASSETS / "icons").glob("*.svg")), ids=lambda path: path.stem)
def test_every_icon_draws_something(path):
    image = draw_icon(path.stem, QColor("red"), 24).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def test_the_choice_is_worn(theme, qt_application):
    told = []
    theme.changed.connect(lambda: told.append(theme.dark))
    theme.use("light")
    assert qt_application.palette().window().color() == QColor(LIGHT.window)
    theme.use("dark")
    assert qt_application.palette().window().color() == QColor(DARK.window)
    assert told == [False, True]
    assert "$" not in qt_application.styleSheet().replace("$names", "")


def test_every_colour_is_one():
    for colours in (DARK, LIGHT):
        for each in dataclasses.fields(colours):
            assert QColor(getattr(colours, each.name)).isValid(), each.name
