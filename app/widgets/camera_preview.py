"""The camera's picture beside the orb, with a sign that cannot be overlooked that the camera is on."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.i18n import tr
from app.theme import Theme
from app.widgets.pictures import to_image
from runtime.types import VideoFrame

_RADIUS = 14
_ENOUGH = 640  # pixels across; more would only cost time
_RED = QColor("#ff3b30")


class CameraPreview(QWidget):
    """Shows the newest frame; forgets it the moment the camera is switched off."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._image: QImage | None = None
        self._index = -1
        self._mirror = True
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Camera picture. The camera is on."))
        self.setVisible(False)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(280, 210)

    def minimumSizeHint(self) -> QSize:
        return QSize(104, 78)

    @property
    def empty(self) -> bool:
        return self._image is None

    def show_mirrored(self, on: bool) -> None:
        self._mirror = on
        self.update()

    def show_frame(self, frame: VideoFrame | None) -> None:
        """None: the camera gives no pictures just now."""
        if frame is None:
            self._image = None
            self.update()
        elif frame.index != self._index or self._image is None:
            self._index = frame.index
            step = max(1, frame.rgb.shape[1] // _ENOUGH)
            self._image = to_image(frame.rgb[::step, ::step])
            self.update()

    def switch(self, on: bool) -> None:
        self._image = None
        self._index = -1
        self.setVisible(on)
        self.update()

    @Slot()
    def off(self) -> None:
        self.switch(False)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box = self._box()
        clip = QPainterPath()
        clip.addRoundedRect(box, _RADIUS, _RADIUS)
        painter.fillPath(clip, self._theme.colour("raised"))
        if self._image is None:
            painter.setPen(self._theme.colour("quiet"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tr("Waiting for the camera …"))
        else:
            painter.save()
            painter.setClipPath(clip)
            if self._mirror:
                painter.translate(box.center().x() * 2, 0)
                painter.scale(-1, 1)
            painter.drawImage(box, self._image)
            painter.restore()
        painter.setPen(QPen(_RED, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), _RADIUS, _RADIUS)
        self._paint_sign(painter, box)

    def _box(self) -> QRectF:
        """The frame's shape inside the widget, as large as fits."""
        shape = QSize(4, 3) if self._image is None else self._image.size()
        size = shape.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF(
            (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
        )

    def _paint_sign(self, painter: QPainter, box: QRectF) -> None:
        font = QFont(self.font())
        font.setPixelSize(round(self._theme.base * 0.8))
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        words = tr("CAMERA ON") if box.width() > 150 else tr("ON")
        width = painter.fontMetrics().horizontalAdvance(words) + 30
        sign = QRectF(box.left() + 8, box.top() + 8, width, 22)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 165))
        painter.drawRoundedRect(sign, 11, 11)
        painter.setBrush(_RED)
        painter.drawEllipse(QPointF(sign.left() + 12, sign.center().y()), 4.5, 4.5)
        painter.setPen(QColor("white"))
        painter.drawText(sign.adjusted(22, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
