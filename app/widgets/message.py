"""Decides what goes into a message's text box, and what pasted or dropped data holds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit

from app.i18n import tr

LONGEST = 8_000
"""Characters that can be sent at once: about what the core can read."""

_MOST_LINES = 6
_LONGEST_PASTED = 100_000  # what the box can hold without becoming slow


class Message(QPlainTextEdit):
    """The text box; grows with its lines."""

    sent = Signal()
    picture_pasted = Signal(QImage)
    files_pasted = Signal(list)
    refused = Signal(str)
    focus_changed = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message")
        self.setPlaceholderText(tr("Type a message"))
        self.setAccessibleName(tr("Message"))
        self.setAccessibleDescription(tr("Enter sends, Shift and Enter start a new line."))
        self.setTabChangesFocus(True)
        self.setAcceptDrops(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(4)
        self.textChanged.connect(self._fit)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & (Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.AltModifier):
            self.sent.emit()
            return
        super().keyPressEvent(event)

    def insertFromMimeData(self, source: QMimeData) -> None:
        # Office programs put a picture of the words beside the words; browsers the address beside the picture.
        words = source.hasText() and not (source.hasImage() and source.hasUrls())
        if files := local_files(source):
            self.files_pasted.emit(files)
        elif source.hasImage() and not words:
            self.picture_pasted.emit(picture_in(source))
        elif len(text := source.text()) > _LONGEST_PASTED:
            self.refused.emit(too_long(text))
        else:
            self.insertPlainText(text)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasImage() or source.hasUrls() or source.hasText()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focus_changed.emit(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    @Slot()
    def _fit(self) -> None:
        lines = max(1, min(_MOST_LINES, round(self.document().size().height())))
        overflowing = self.document().size().height() > _MOST_LINES
        self.setVerticalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if overflowing else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + 12)


def too_long(text: str) -> str:
    """Why `text` cannot be sent, in a sentence."""
    return tr(
        "These are {count} characters and a message holds {most}: shorten it, or send it in parts.",
        count=f"{len(text):,}",
        most=f"{LONGEST:,}",
    )


def picture_in(data: QMimeData) -> QImage:
    """The picture of `data`; a null one when it was promised but cannot be had."""
    picture = data.imageData()
    return picture if isinstance(picture, QImage) else QImage()


def local_files(data: QMimeData) -> list[str]:
    return [url.toLocalFile() for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []


def takes(data: QMimeData) -> bool:
    """True for what can be dropped on the window."""
    return bool(local_files(data)) or data.hasImage()
