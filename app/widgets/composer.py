"""Where a person types: Enter sends, Shift+Enter starts a line, and files or pictures are dropped, pasted or picked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.i18n import tr
from app.theme import Theme, draw_icon
from app.widgets.message import LONGEST, Message, local_files, picture_in, takes, too_long
from app.widgets.pictures import rounded, to_image, to_picture
from runtime.types import AudioSegment, ImageSegment, Segment, VideoFrame, VideoSegment

_MOST_ATTACHMENTS = 4
_THUMBNAIL = QSize(64, 48)


@dataclass(frozen=True, slots=True, eq=False)
class Attachment:
    segment: Segment
    name: str


class Composer(QFrame):
    """Text box, attachments and send; emits what is to be posted and keeps it until told to `clear`."""

    sent = Signal(str, tuple)
    files_offered = Signal(list)
    refused = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("composer")
        self.setAcceptDrops(True)
        self._theme = theme
        self._attachments: list[Attachment] = []
        self._held = False
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 6, 8, 6)
        rows.setSpacing(4)
        self._strip = QHBoxLayout()
        self._strip.setSpacing(8)
        self._strip.setAlignment(Qt.AlignmentFlag.AlignLeft)
        rows.addLayout(self._strip)
        row = QHBoxLayout()
        row.setSpacing(6)
        rows.addLayout(row)
        self.attach_button = QToolButton()
        self.attach_button.setAccessibleName(tr("Attach a picture, a recording or a video"))
        self.attach_button.setToolTip(tr("Attach a picture, a recording or a video (Ctrl+O)"))
        self.attach_button.clicked.connect(self.pick_files)
        self.message = Message()
        self.send_button = QToolButton()
        self.send_button.setProperty("kind", "send")
        self.send_button.setAccessibleName(tr("Send"))
        self.send_button.setToolTip(tr("Send (Enter)"))
        self.send_button.clicked.connect(self.send)
        row.addWidget(self.attach_button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.message, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.send_button, 0, Qt.AlignmentFlag.AlignBottom)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.message.sent.connect(self.send)
        self.message.textChanged.connect(self._enable)
        self.message.picture_pasted.connect(self._picture_pasted)
        self.message.files_pasted.connect(self.files_offered)
        self.message.refused.connect(self.refused)
        self.message.focus_changed.connect(self._focus_changed)
        theme.changed.connect(self._dress)
        self._dress()
        self._enable()

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(self._attachments)

    def attach(self, segment: Segment, name: str) -> None:
        """Put a picture, recording or video beside the message to come."""
        if len(self._attachments) >= _MOST_ATTACHMENTS:
            self.refused.emit(tr("At most {count} files fit one message.", count=_MOST_ATTACHMENTS))
            return
        self._attachments.append(Attachment(segment, name))
        self._show_attachments()

    def hold(self, on: bool) -> None:
        """Keep what is written instead of sending it, while nobody could answer."""
        self._held = on
        self._enable()

    @Slot()
    def send(self) -> None:
        text = self.message.toPlainText().strip()
        if self._held or not (text or self._attachments):
            return
        if len(text) > LONGEST:
            self.refused.emit(too_long(text))
            return
        self.sent.emit(text, tuple(each.segment for each in self._attachments))

    def clear(self) -> None:
        """What was written is on its way: make room for the next message."""
        self._attachments.clear()
        self._show_attachments()
        self.message.clear()

    @Slot()
    def pick_files(self) -> None:
        kinds = tr("Pictures, recordings and videos")
        endings = (
            "*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff *.wav *.flac *.ogg *.mp3 *.mp4 *.mkv *.webm *.avi *.mov"
        )
        files, _ = QFileDialog.getOpenFileNames(self, tr("Attach"), "", f"{kinds} ({endings});;{tr('All files')} (*)")
        if files:
            self.files_offered.emit(files)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if takes(event.mimeData()):
            event.acceptProposedAction()
            self.show_dropping(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.show_dropping(False)
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.show_dropping(False)
        self.take(event.mimeData())
        event.acceptProposedAction()

    def show_dropping(self, on: bool) -> None:
        """Whether what is being dragged would land here."""
        self._mark("dropping", on)

    def take(self, data: QMimeData) -> None:
        """What was dropped here or anywhere else on the window."""
        if files := local_files(data):
            self.files_offered.emit(files)
        elif data.hasImage():
            self._picture_pasted(picture_in(data))
        else:
            self.refused.emit(tr("What was dropped cannot be read: the other program no longer offers it."))

    @Slot(QImage)
    def _picture_pasted(self, image: QImage) -> None:
        if image.isNull():
            self.refused.emit(tr("The picture cannot be read: the other program does not hand it over."))
            return
        self.attach(ImageSegment(VideoFrame(to_picture(image))), tr("Pasted picture"))

    def _show_attachments(self) -> None:
        while (item := self._strip.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for each in self._attachments:
            self._strip.addWidget(self._chip(each))
        self._enable()

    def _chip(self, attachment: Attachment) -> QWidget:
        chip = QWidget()
        row = QHBoxLayout(chip)
        row.setContentsMargins(2, 2, 0, 2)
        row.setSpacing(2)
        face = QLabel()
        face.setFixedSize(_THUMBNAIL)
        face.setAlignment(Qt.AlignmentFlag.AlignCenter)
        face.setToolTip(attachment.name)
        face.setAccessibleName(attachment.name)
        ratio = self.devicePixelRatioF()
        match attachment.segment:
            case ImageSegment(frame=frame) | VideoSegment(frames=(frame, *_)):
                face.setPixmap(rounded(to_image(frame.rgb), _THUMBNAIL, 8, ratio))
            case AudioSegment():
                face.setPixmap(draw_icon("talk", self._theme.colour("quiet"), 28, ratio))
            case _:
                face.setPixmap(draw_icon("file", self._theme.colour("quiet"), 28, ratio))
        remove = QToolButton()
        remove.setIcon(self._theme.icon("close", "quiet", 16))
        remove.setAccessibleName(tr("Remove {name}", name=attachment.name))
        remove.setToolTip(tr("Remove {name}", name=attachment.name))
        remove.clicked.connect(lambda: self._remove(attachment))
        row.addWidget(face)
        row.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        return chip

    def _remove(self, attachment: Attachment) -> None:
        self._attachments = [each for each in self._attachments if each is not attachment]
        self._show_attachments()
        self.message.setFocus()

    @Slot()
    def _enable(self) -> None:
        something = bool(self.message.toPlainText().strip() or self._attachments)
        self.send_button.setEnabled(something and not self._held)

    @Slot(bool)
    def _focus_changed(self, on: bool) -> None:
        self._mark("active", on)

    @Slot()
    def _dress(self) -> None:
        self.attach_button.setIcon(self._theme.icon("attach", "quiet", 20))
        self.send_button.setIcon(self._theme.icon("send", "accent_text", 18))
        self._show_attachments()

    def _mark(self, name: str, on: bool) -> None:
        self.setProperty(name, on)
        self.style().unpolish(self)
        self.style().polish(self)
