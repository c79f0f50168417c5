"""Troubles as cards above the conversation: what is missing and what to do about it, dismissed one by one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.i18n import tr
from app.theme import Theme, draw_icon
from runtime.events import Trouble


class Banner(QWidget):
    """Shows the troubles there are; empty and without height when there are none."""

    dismissed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._troubles: tuple[Trouble, ...] = ()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(20, 12, 20, 0)
        self._rows.setSpacing(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setVisible(False)
        theme.changed.connect(self._rebuild)

    def show_troubles(self, troubles: tuple[Trouble, ...]) -> None:
        if troubles == self._troubles:
            return
        for trouble in troubles:
            if trouble not in self._troubles:
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, trouble.what))
        self._troubles = troubles
        self._rebuild()

    @Slot()
    def _rebuild(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for trouble in self._troubles:
            self._rows.addWidget(self._card(trouble))
        self.setVisible(bool(self._troubles))

    def _card(self, trouble: Trouble) -> QFrame:
        card = QFrame()
        card.setProperty("kind", "trouble")
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 3, 6, 3)
        row.setSpacing(10)
        sign = QLabel()
        sign.setPixmap(draw_icon("warning", self._theme.colour("warning"), 20, self.devicePixelRatioF()))
        sign.setFixedHeight(32)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QLabel(" ".join(part for part in (trouble.what, trouble.do, trouble.available) if part))
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setContentsMargins(0, 4, 0, 4)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(words, 1)
        close = QToolButton()
        close.setIcon(self._theme.icon("close", "quiet", 16))
        close.setAccessibleName(tr("Dismiss: {what}", what=trouble.what))
        close.setToolTip(tr("Dismiss"))
        close.clicked.connect(lambda: self.dismissed.emit(trouble.what))
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return card
