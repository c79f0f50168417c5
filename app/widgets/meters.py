"""The microphone meter: how loud it is, how much it sounds like speech, and from where on it counts as speech."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import tr
from app.theme import Theme
from app.widgets.orb import loudness
from runtime.types import Level

_FALL_PER_LEVEL = 0.06


class MicrophoneMeter(QWidget):
    """A bar for loudness and below it a thin one for speech, with a tick at the threshold."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._loudness = 0.0
        self._level: Level | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Microphone level"))
        self.setToolTip(
            tr("Upper bar: loudness. Lower bar: how much it sounds like speech; it counts from the tick on.")
        )
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(200, 20)

    def show_level(self, level: Level | None) -> None:
        """None: the microphone is closed or muted."""
        if level is None and self._level is None:
            return
        self._level = level
        self._loudness = 0.0 if level is None else max(loudness(level.rms), self._loudness - _FALL_PER_LEVEL)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        speaking = self._level is not None and self._level.speech >= self._level.threshold
        loud = self._theme.colour("user_speaking" if speaking else "listening")
        self._bar(painter, 2.0, 9.0, self._loudness, loud)
        if self._level is None:
            self._bar(painter, 14.0, 3.0, 0.0, loud)
            return
        self._bar(painter, 14.0, 3.0, self._level.speech, loud)
        painter.setBrush(self._theme.colour("text"))
        x = min(1.0, max(0.0, self._level.threshold)) * self.width()
        painter.drawRoundedRect(QRectF(x - 1, 11.5, 2, 8), 1, 1)

    def _bar(self, painter: QPainter, top: float, height: float, share: float, colour: object) -> None:
        painter.setBrush(self._theme.colour("line"))
        painter.drawRoundedRect(QRectF(0, top, self.width(), height), height / 2, height / 2)
        if share > 0.01:
            painter.setBrush(colour)  # type: ignore[arg-type]
            width = max(height, min(1.0, share) * self.width())
            painter.drawRoundedRect(QRectF(0, top, width, height), height / 2, height / 2)
