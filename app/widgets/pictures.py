"""Pictures between the runtime's arrays and Qt, and the rounded way the window draws them."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPixmap

from runtime.types import Picture


def to_image(rgb: Picture) -> QImage:
    """A QImage that owns its pixels."""
    rgb = np.ascontiguousarray(rgb)
    height, width, _ = rgb.shape
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def to_picture(image: QImage) -> Picture:
    """RGB, uint8 [height, width, 3], of any QImage; what is transparent becomes white."""
    flat = QImage(image.size(), QImage.Format.Format_RGB888)
    flat.fill(Qt.GlobalColor.white)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    return rows[:, : 3 * flat.width()].reshape(flat.height(), flat.width(), 3).copy()


def rounded(image: QImage, size: QSize, radius: float, ratio: float = 1.0) -> QPixmap:
    """`image` filling `size` logical pixels, cut at the edges, with round corners."""
    pixmap = QPixmap(size * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    clip = QPainterPath()
    clip.addRoundedRect(QRectF(0, 0, size.width(), size.height()), radius, radius)
    painter.setClipPath(clip)
    filled = image.size().scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    x, y = (size.width() - filled.width()) / 2, (size.height() - filled.height()) / 2
    painter.drawImage(QRectF(x, y, filled.width(), filled.height()), image)
    painter.end()
    return pixmap
