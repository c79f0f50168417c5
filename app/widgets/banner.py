"""Troubles as cards above the conversation: what is missing and what to do about it, or that it is over."""

from __future__ import annotations

import functools
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.i18n import tr
from app.theme import Theme, draw_icon
from runtime.events import Trouble

_SIGNS = {"trouble": ("warning", "warning"), "news": ("done", "accent")}
"""The icon of each kind of card, and the role of its colour."""


class Banner(QWidget):
    """Shows the troubles there are and the newest good news; without height when there is neither."""

    dismissed = Signal(str)
    read = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._troubles: tuple[Trouble, ...] = ()
        self._news = ""
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(20, 12, 20, 0)
        self._rows.setSpacing(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setVisible(False)
        theme.changed.connect(self._rebuild)

    def show_troubles(self, troubles: tuple[Trouble, ...], news: str = "") -> None:
        if (troubles, news) == (self._troubles, self._news):
            return
        for trouble in troubles:
            if trouble not in self._troubles:
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, trouble.what))
        if news and news != self._news:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, news))
        self._troubles, self._news = troubles, news
        self._rebuild()

    @Slot()
    def _rebuild(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if self._news:
            self._rows.addWidget(self._card("news", self._news, self._news, self.read.emit))
        for each in self._troubles:
            words = " ".join(part for part in (each.what, each.do, each.available) if part)
            dismiss = functools.partial(self.dismissed.emit, each.what)
            self._rows.addWidget(self._card("trouble", each.what, words, dismiss))
        self.setVisible(bool(self._rows.count()))

    def _card(self, kind: str, what: str, text: str, dismiss: Callable[[], object]) -> QFrame:
        icon, colour = _SIGNS[kind]
        card = QFrame()
        card.setProperty("kind", kind)
        row = QHBoxLayout(card)
        row.setContentsMargins(12, 3, 6, 3)
        row.setSpacing(10)
        sign = QLabel()
        sign.setPixmap(draw_icon(icon, self._theme.colour(colour), 20, self.devicePixelRatioF()))
        sign.setFixedHeight(32)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QLabel(text)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setWordWrap(True)
        words.setContentsMargins(0, 4, 0, 4)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(words, 1)
        close = QToolButton()
        close.setIcon(self._theme.icon("close", "quiet", 16))
        close.setAccessibleName(tr("Dismiss: {what}", what=what))
        close.setToolTip(tr("Dismiss"))
        close.clicked.connect(lambda: dismiss())
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return card
