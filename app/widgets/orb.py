"""The orb: shows what the assistant is doing by colour, by shape and by motion, and costs nothing while it rests."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPainterPath, QPaintEvent, QPen, QRadialGradient, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import tr
from app.models.state import Face
from app.theme import Theme, draw_icon

_FRAME_MS = 33
_CALM_MS = 50  # slow motion looks the same at 20 pictures a second, for two thirds of the work
_CALM = {Face.LOADING, Face.LISTENING}
_MOVING = {Face.LOADING, Face.LISTENING, Face.USER_SPEAKING, Face.THINKING, Face.SPEAKING}
_CORE = {
    Face.LOADING: 0.60,
    Face.FAILED: 0.74,
    Face.MUTED: 0.70,
    Face.IDLE: 0.72,
    Face.LISTENING: 0.72,
    Face.USER_SPEAKING: 0.76,
    Face.THINKING: 0.50,
    Face.SPEAKING: 0.74,
    Face.INTERRUPTED: 0.62,
}
_EASE_SECONDS = 0.12
_HUE_TURN = 0.045  # the shaded side leans towards red or violet: plain darkening looks dirty
_QUIETEST_DB = -60.0


def loudness(rms: float) -> float:
    """Root mean square 0…1 as a share of the range from -60 dB to full scale, which is how loudness is felt."""
    if rms <= 10 ** (_QUIETEST_DB / 20):
        return 0.0
    return min(1.0, 1.0 - 20 * math.log10(rms) / _QUIETEST_DB)


class Orb(QWidget):
    """Draws one face; the words beside it say the same, so colour is never the only sign."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._face = Face.LOADING
        self._done = 0.0
        self._target_level = 0.0
        self._level = 0.0
        self._radius = _CORE[Face.LOADING]
        self._tint = theme.colour(Face.LOADING.value)
        self._moment = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._advance)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(tr("State of the assistant"))
        theme.changed.connect(self._wake)

    def sizeHint(self) -> QSize:
        return QSize(240, 240)

    def minimumSizeHint(self) -> QSize:
        return QSize(84, 84)

    @property
    def moving(self) -> bool:
        """True while frames are being drawn."""
        return self._timer.isActive()

    def show_face(self, face: Face, done: float = 0.0) -> None:
        """`done` (0…1) is drawn while loading."""
        if face is self._face and done == self._done:
            return
        self._face, self._done = face, done
        self._wake()

    def show_level(self, rms: float) -> None:
        """Loudness of the microphone, root mean square 0…1."""
        self._target_level = loudness(rms)

    @Slot()
    def _wake(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._moment = time.monotonic()
            self._timer.start(_FRAME_MS)
        self.update()

    @Slot()
    def _advance(self) -> None:
        now = time.monotonic()
        share = 1.0 - math.exp(-min(0.2, now - self._moment) / _EASE_SECONDS)
        self._moment = now
        self._radius += (_CORE[self._face] - self._radius) * share
        rising = self._target_level > self._level
        self._level += (self._target_level - self._level) * (min(1.0, share * 2.2) if rising else share * 0.8)
        goal = self._theme.colour(self._face.value)
        self._tint = _mixed(self._tint, goal, share)
        settled = abs(self._radius - _CORE[self._face]) < 0.002 and _distance(self._tint, goal) < 4
        pace = _CALM_MS if settled and self._face in _CALM else _FRAME_MS
        if pace != self._timer.interval():
            self._timer.setInterval(pace)
        if settled and self._face not in _MOVING:
            self._radius, self._tint, self._level = _CORE[self._face], goal, 0.0
            self._timer.stop()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wake()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height())
        painter.translate(self.width() / 2, self.height() / 2)
        unit = side / 2 * 0.86
        now = time.monotonic()
        self._paint_halo(painter, unit)
        {
            Face.LOADING: self._paint_loading,
            Face.LISTENING: self._paint_listening,
            Face.USER_SPEAKING: self._paint_user_speaking,
            Face.THINKING: self._paint_thinking,
            Face.SPEAKING: self._paint_speaking,
            Face.INTERRUPTED: self._paint_interrupted,
            Face.MUTED: self._paint_muted,
            Face.FAILED: self._paint_failed,
            Face.IDLE: self._paint_idle,
        }[self._face](painter, unit, now)

    def _paint_halo(self, painter: QPainter, unit: float) -> None:
        strength = 0.10 if self._face in (Face.IDLE, Face.MUTED) else 0.22 + 0.20 * self._level
        halo = QRadialGradient(QPointF(0, 0), unit * 1.16)
        for at, alpha in ((0.0, strength), (0.62, strength * 0.75), (0.8, strength * 0.28), (1.0, 0.0)):
            halo.setColorAt(at, _faded(self._tint, alpha))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(halo)
        painter.drawEllipse(QPointF(0, 0), unit * 1.16, unit * 1.16)

    def _core(self, painter: QPainter, radius: float, path: QPainterPath | None = None) -> None:
        """The sphere: lit from the upper left."""
        shade = QRadialGradient(QPointF(-radius * 0.35, -radius * 0.42), radius * 1.7)
        shade.setColorAt(1.0, _deepened(self._tint))
        shade.setColorAt(0.0, self._tint.lighter(132))
        shade.setColorAt(0.42, self._tint)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        if path is None:
            painter.drawEllipse(QPointF(0, 0), radius, radius)
        else:
            painter.drawPath(path)

    def _ring(self, painter: QPainter, radius: float, alpha: float, width: float = 2.0) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_faded(self._tint, alpha), width))
        painter.drawEllipse(QPointF(0, 0), radius, radius)

    def _paint_idle(self, painter: QPainter, unit: float, now: float) -> None:  # noqa: ARG002
        self._core(painter, unit * self._radius)
        self._ring(painter, unit * 0.86, 0.35, 1.5)

    def _paint_loading(self, painter: QPainter, unit: float, now: float) -> None:
        self._core(painter, unit * self._radius * (1 + 0.02 * math.sin(now * 2.4)))
        width = max(3.0, unit * 0.045)
        self._ring(painter, unit * 0.86, 0.22, width)
        pen = QPen(self._tint, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        box = QRectF(-unit * 0.86, -unit * 0.86, unit * 1.72, unit * 1.72)
        painter.drawArc(box, 90 * 16, -round(max(0.02, self._done) * 360 * 16))

    def _paint_listening(self, painter: QPainter, unit: float, now: float) -> None:
        breath = 0.012 * math.sin(now * 1.9)
        self._core(painter, unit * (self._radius + breath))
        for step in range(3):
            spread = 0.80 + 0.075 * step + self._level * 0.05 * (step + 1) + breath
            self._ring(painter, unit * spread, 0.62 - 0.19 * step, 2.0)

    def _paint_user_speaking(self, painter: QPainter, unit: float, now: float) -> None:
        for layer, alpha in ((0.13, 0.25), (0.06, 0.45)):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_faded(self._tint, alpha))
            painter.drawPath(
                self._wave(unit * (self._radius + layer), now * 1.1 + layer * 20, 0.05 + 0.16 * self._level)
            )
        self._core(painter, unit * self._radius, self._wave(unit * self._radius, now, 0.03 + 0.12 * self._level))

    def _wave(self, radius: float, now: float, depth: float) -> QPainterPath:
        """A closed curve whose outline moves like a drum skin."""
        path = QPainterPath()
        for step in range(97):
            angle = step / 96 * math.tau
            swing = (
                math.sin(3 * angle + now * 3.1) * 0.5
                + math.sin(5 * angle - now * 4.3) * 0.3
                + math.sin(2 * angle + now * 1.7) * 0.2
            )
            length = radius * (1 + depth * swing)
            point = QPointF(math.cos(angle) * length, math.sin(angle) * length)
            if step:
                path.lineTo(point)
            else:
                path.moveTo(point)
        path.closeSubpath()
        return path

    def _paint_thinking(self, painter: QPainter, unit: float, now: float) -> None:
        self._core(painter, unit * self._radius * (1 + 0.03 * math.sin(now * 4)))
        self._ring(painter, unit * 0.78, 0.22, 1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        for dot in range(3):
            for trail in range(7):
                angle = now * 2.6 + dot * math.tau / 3 - trail * 0.11
                painter.setBrush(_faded(self._tint, 0.95 * (1 - trail / 7) ** 1.6))
                size = unit * 0.075 * (1 - trail * 0.09)
                painter.drawEllipse(QPointF(math.cos(angle) * unit * 0.78, math.sin(angle) * unit * 0.78), size, size)

    def _paint_speaking(self, painter: QPainter, unit: float, now: float) -> None:
        for ripple in range(2):
            grown = (now * 0.55 + ripple / 2) % 1.0
            self._ring(painter, unit * (self._radius + 0.38 * grown), 0.55 * (1 - grown) ** 1.5, 2.5)
        self._core(painter, unit * self._radius)
        painter.setBrush(QColor(255, 255, 255, 235))
        painter.setPen(Qt.PenStyle.NoPen)
        width = unit * 0.085
        for bar in range(5):
            beat = 0.5 + 0.5 * math.sin(now * (5.2 + bar * 0.9) + bar * 1.7)
            height = unit * (0.14 + 0.42 * beat * (1 - 0.22 * abs(bar - 2)))
            x = (bar - 2) * width * 1.85
            painter.drawRoundedRect(QRectF(x - width / 2, -height / 2, width, height), width / 2, width / 2)

    def _paint_interrupted(self, painter: QPainter, unit: float, now: float) -> None:  # noqa: ARG002
        self._core(painter, unit * self._radius)
        pen = QPen(_faded(self._tint, 0.8), 3)
        pen.setDashPattern([3, 4])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(0, 0), unit * 0.82, unit * 0.82)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(255, 255, 255, 235))
        for side in (-1, 1):
            bar = QRectF(side * unit * 0.13 - unit * 0.055, -unit * 0.2, unit * 0.11, unit * 0.4)
            painter.drawRoundedRect(bar, unit * 0.04, unit * 0.04)

    def _paint_muted(self, painter: QPainter, unit: float, now: float) -> None:  # noqa: ARG002
        self._core(painter, unit * self._radius)
        self._glyph(painter, unit, "mic-off")

    def _paint_failed(self, painter: QPainter, unit: float, now: float) -> None:  # noqa: ARG002
        self._core(painter, unit * self._radius)
        self._glyph(painter, unit, "warning")

    def _glyph(self, painter: QPainter, unit: float, name: str) -> None:
        size = round(unit * 0.62)
        picture = draw_icon(name, QColor(255, 255, 255, 240), size, self.devicePixelRatioF())
        painter.drawPixmap(QPointF(-size / 2, -size / 2 - unit * 0.02), picture)


def _faded(colour: QColor, alpha: float) -> QColor:
    faded = QColor(colour)
    faded.setAlphaF(max(0.0, min(1.0, alpha)))
    return faded


def _deepened(colour: QColor) -> QColor:
    """The colour of the shaded side."""
    hue = max(0.0, colour.hsvHueF())
    turn = -_HUE_TURN if hue < 0.25 else _HUE_TURN
    return QColor.fromHsvF((hue + turn) % 1.0, min(1.0, colour.hsvSaturationF() * 1.25), colour.valueF() * 0.62)


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    return QColor.fromRgbF(
        one.redF() + (other.redF() - one.redF()) * share,
        one.greenF() + (other.greenF() - one.greenF()) * share,
        one.blueF() + (other.blueF() - one.blueF()) * share,
    )


def _distance(one: QColor, other: QColor) -> int:
    return abs(one.red() - other.red()) + abs(one.green() - other.green()) + abs(one.blue() - other.blue())
