"""Owns the look: two sets of colours, the palette and style sheet made from them, fonts, and icons in any colour."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from string import Template

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontInfo, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyleFactory

ASSETS = Path(__file__).resolve().parent.parent / "assets"

# The first family that is installed wins; DejaVu Sans is the one packaging/run.sh makes sure of.
_FAMILIES = [
    "Inter",
    "Segoe UI Variable Text",
    "Segoe UI",
    ".AppleSystemUIFont",
    "Cantarell",
    "Noto Sans",
    "DejaVu Sans",
]


@dataclass(frozen=True, slots=True)
class Colours:
    """Names say the role. Text roles keep a contrast of at least 4.5 on `window`, `surface` and `raised`."""

    window: str
    surface: str
    raised: str
    line: str
    text: str
    quiet: str
    coming: str
    accent: str
    accent_text: str
    accent_soft: str
    person: str
    danger: str
    danger_soft: str
    warning: str
    warning_soft: str
    loading: str
    idle: str
    listening: str
    user_speaking: str
    thinking: str
    speaking: str
    interrupted: str
    muted: str
    failed: str


DARK = Colours(
    window="#0e1117",
    surface="#151a23",
    raised="#1e2531",
    line="#2c3545",
    text="#eef1f7",
    quiet="#a3aec2",
    coming="#8591a8",
    accent="#7c9cff",
    accent_text="#0b1020",
    accent_soft="#1d2742",
    person="#25345c",
    danger="#ff7b7b",
    danger_soft="#3a1d22",
    warning="#f7c35f",
    warning_soft="#352b16",
    loading="#7c9cff",
    idle="#6f86c9",
    listening="#38bdf8",
    user_speaking="#34d399",
    thinking="#fbbf24",
    speaking="#a78bfa",
    interrupted="#fb923c",
    muted="#8391a9",
    failed="#f87171",
)

LIGHT = Colours(
    window="#f5f6fa",
    surface="#ffffff",
    raised="#edf0f6",
    line="#d5dbe6",
    text="#141925",
    quiet="#4b566a",
    coming="#667085",
    accent="#3f5bd9",
    accent_text="#ffffff",
    accent_soft="#e3e8fc",
    person="#dfe6fd",
    danger="#c62828",
    danger_soft="#fde8e8",
    warning="#8a5a00",
    warning_soft="#fdf1d6",
    loading="#3f5bd9",
    idle="#6f84c4",
    listening="#0284c7",
    user_speaking="#059669",
    thinking="#c77700",
    speaking="#7c3aed",
    interrupted="#d9560b",
    muted="#75829a",
    failed="#dc2626",
)


class Theme(QObject):
    """The look in force; `changed` is emitted after the application wears it."""

    changed = Signal()

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice = "system"
        self._icons: dict[tuple[str, str, int], QIcon] = {}
        self.colours = DARK
        style = QStyleFactory.create("Fusion")
        if style is not None:
            app.setStyle(style)
        font = app.font()
        font.setFamilies(_FAMILIES)
        font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
        app.setFont(font)
        # The person's own text size stays in charge; a broken font set-up must not give an unreadable window.
        self.base = min(24, max(13, QFontInfo(font).pixelSize() + 1))
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    @property
    def dark(self) -> bool:
        return self.colours is DARK

    def use(self, choice: str) -> None:
        """`choice` is system, light or dark."""
        self._choice = choice
        hints = QGuiApplication.styleHints()
        system_is_light = hints.colorScheme() == Qt.ColorScheme.Light
        self.colours = LIGHT if choice == "light" or (choice == "system" and system_is_light) else DARK
        self._icons.clear()
        self._app.setPalette(_palette(self.colours))
        self._app.setStyleSheet(self._style_sheet())
        self.changed.emit()

    def colour(self, role: str, alpha: float = 1.0) -> QColor:
        """The colour of a role, `alpha` 0…1."""
        colour = QColor(getattr(self.colours, role))
        colour.setAlphaF(alpha)
        return colour

    def icon(self, name: str, role: str = "text", size: int = 20) -> QIcon:
        """An icon of assets/icons drawn in the colour of `role`; dimmed when its control is disabled."""
        key = (name, role, size)
        if key not in self._icons:
            icon = QIcon(draw_icon(name, self.colour(role), size, self._app.devicePixelRatio()))
            icon.addPixmap(
                draw_icon(name, self.colour("coming", 0.55), size, self._app.devicePixelRatio()), QIcon.Mode.Disabled
            )
            self._icons[key] = icon
        return self._icons[key]

    @Slot()
    def _system_changed(self) -> None:
        if self._choice == "system":
            self.use("system")

    def _style_sheet(self) -> str:
        sizes = {
            "base": self.base,
            "small": round(self.base * 0.87),
            "large": round(self.base * 1.2),
            "title": round(self.base * 1.55),
        }
        sheet = Template((ASSETS / "style" / "window.qss").read_text(encoding="utf-8"))
        name = "dark" if self.dark else "light"
        arrow = ASSETS / "style" / f"chevron-{name}.svg"
        tick = ASSETS / "style" / f"tick-{name}.svg"
        return sheet.substitute(
            dataclasses.asdict(self.colours),
            chevron=arrow.as_posix(),
            chevron_up=arrow.with_name(f"chevron-up-{name}.svg").as_posix(),
            tick=tick.as_posix(),
            **{name: f"{size}px" for name, size in sizes.items()},
        )


def draw_icon(name: str, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """Render assets/icons/<name>.svg, whose strokes are `currentColor`, at `size` logical pixels."""
    source = (ASSETS / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    opacity = f"{colour.alphaF():.3f}"
    source = source.replace("currentColor", colour.name()).replace("<svg ", f'<svg opacity="{opacity}" ', 1)
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(source.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def _palette(colours: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for each, name in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.raised),
        (role.Text, colours.text),
        (role.Button, colours.raised),
        (role.ButtonText, colours.text),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.coming),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.accent_text),
        (role.Link, colours.accent),
        (role.LinkVisited, colours.accent),
        (role.Accent, colours.accent),
    ):
        palette.setColor(each, QColor(name))
    for each in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, each, QColor(colours.coming))
    return palette
