"""The face of the assistant: orb, phase in words, microphone meter, the four buttons, and the camera's picture."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.i18n import tr
from app.models.state import Face, State
from app.theme import Theme
from app.widgets.camera_preview import CameraPreview
from app.widgets.meters import MicrophoneMeter
from app.widgets.orb import Orb
from runtime.types import Level

WIDTH = 348


def face_words(state: State) -> tuple[str, str]:
    """The phase in words, and what a person can do now."""
    if state.face is Face.FAILED and state.failure is not None:
        return tr("Not available"), tr("See what happened beside this.")
    if state.face is Face.LOADING and state.loading is not None:
        return tr("Getting ready"), tr("{what} …", what=state.loading.what.rstrip(" .…"))
    silent = tr("Press Stop or Esc to interrupt.")
    talk = tr("Press Talk, or type.") if state.microphone else tr("No microphone: you can type.")
    return {
        Face.IDLE: (tr("Ready"), talk),
        Face.LISTENING: (tr("Listening"), tr("Go ahead, I am all ears.") if state.microphone else talk),
        Face.USER_SPEAKING: (tr("Hearing you"), tr("I answer when you pause.")),
        Face.THINKING: (tr("Thinking"), silent),
        Face.SPEAKING: (tr("Speaking"), tr("Just speak to interrupt.") if state.full_duplex else silent),
        Face.INTERRUPTED: (tr("Interrupted"), tr("Silenced.")),
        Face.MUTED: (tr("Muted"), tr("The microphone is ignored. You can type.")),
    }[state.face]


class Stage(QFrame):
    """Stands left of the conversation in a wide window, above it in a narrow one."""

    talk_pressed = Signal(bool)
    mute_pressed = Signal(bool)
    stop_pressed = Signal()
    camera_pressed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stage")
        self._theme = theme
        self._state = State()
        self.orb = Orb(theme)
        self.phase = QLabel()
        self.phase.setObjectName("phase")
        self.phase.setAccessibleName(tr("State"))
        self.hint = QLabel()
        self.hint.setObjectName("hint")
        self.hint.setWordWrap(True)
        self.meter = MicrophoneMeter(theme)
        self.preview = CameraPreview(theme)
        self.talk = self._button(tr("Talk"), tr("Start or end the conversation by voice (Ctrl+Space)"))
        self.mute = self._button(tr("Mute"), tr("Ignore the microphone for a while (Ctrl+M)"))
        self.stop = self._button(tr("Stop"), tr("Silence the reply (Esc)"))
        self.camera = self._button(tr("Camera"), tr("Switch the camera on or off (Ctrl+K)"))
        self.talk.clicked.connect(lambda: self.talk_pressed.emit(not self._state.talking))
        self.mute.clicked.connect(lambda: self.mute_pressed.emit(not self._state.muted))
        self.stop.clicked.connect(self.stop_pressed)
        self.camera.clicked.connect(lambda: self.camera_pressed.emit(not self._state.camera))
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(self.phase)
        words.addWidget(self.hint)
        words.addSpacing(6)
        words.addWidget(self.meter)
        words.addStretch(1)
        self._row = QWidget()
        row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.mute, self.stop, self.camera):
            row.addWidget(button, 1)
        self._grid = QGridLayout(self)
        self._narrow: bool | None = None
        self.arrange(narrow=False)
        theme.changed.connect(self._dress)
        self.show_state(self._state)

    def arrange(self, *, narrow: bool) -> None:
        """Place the parts for a column (wide window) or for a band (narrow window)."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setProperty("narrow", narrow)
        self.style().unpolish(self)
        self.style().polish(self)
        grid = self._grid
        for part in (self.orb, self._words, self.talk, self._row, self.preview):
            grid.removeWidget(part)
        row = self._row.layout()
        if row is not None:
            row.removeWidget(self.talk)
        for line in range(7):
            grid.setRowStretch(line, 0)
            grid.setColumnStretch(line, 0)
        centre = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignHCenter
        self.phase.setAlignment(centre)
        self.hint.setAlignment(centre)
        if narrow:
            self._arrange_band(grid)
        else:
            self._arrange_column(grid)
        self.preview.updateGeometry()

    def _arrange_column(self, grid: QGridLayout) -> None:
        self.setMinimumWidth(WIDTH)
        self.setMaximumSize(WIDTH, 16_777_215)
        self.orb.setMinimumSize(96, 96)
        self.orb.setMaximumSize(16_777_215, 300)
        self.preview.setMinimumSize(120, 110)
        self.preview.setMaximumSize(16_777_215, 240)
        grid.setContentsMargins(22, 14, 22, 20)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(12)
        for line, part in enumerate((self.orb, self._words, self.talk, self._row, self.preview), 1):
            grid.addWidget(part, line, 0)
        grid.setRowStretch(1, 6)
        self._balance()

    def _arrange_band(self, grid: QGridLayout) -> None:
        self.setMinimumWidth(0)
        self.setMaximumSize(16_777_215, 16_777_215)
        self.orb.setMinimumSize(92, 92)
        self.orb.setMaximumSize(92, 92)
        self.preview.setMinimumSize(123, 92)
        self.preview.setMaximumSize(123, 92)
        grid.setContentsMargins(14, 10, 14, 12)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.addWidget(self.orb, 0, 0)
        grid.addWidget(self._words, 0, 1)
        grid.addWidget(self.preview, 0, 2)
        row = self._row.layout()
        if isinstance(row, QHBoxLayout):
            row.insertWidget(0, self.talk, 1)
        grid.addWidget(self._row, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)

    def _balance(self) -> None:
        """Without the camera's picture the column stands in the middle of its height."""
        if self._narrow:
            return
        on = self._state.camera
        self._grid.setRowStretch(0, 0 if on else 2)
        self._grid.setRowStretch(5, 5 if on else 0)
        self._grid.setRowStretch(6, 0 if on else 3)

    def show_state(self, state: State) -> None:
        before, self._state = self._state, state
        self.orb.show_face(state.face, state.loading.done if state.loading else 0.0)
        phase, hint = face_words(state)
        self.phase.setText(phase)
        self.hint.setText(hint)
        self.orb.setAccessibleDescription(phase)
        self.meter.setVisible(state.talking)
        if before.camera != state.camera:
            self.preview.switch(state.camera)
            self._balance()
        self._dress()

    @Slot(object)
    def show_level(self, level: Level | None) -> None:
        self.meter.show_level(level)
        self.orb.show_level(level.rms if level else 0.0)

    @Slot()
    def _dress(self) -> None:
        state, icon = self._state, self._theme.icon
        self.talk.setText(tr("End") if state.talking else tr("Talk"))
        self.talk.setIcon(icon("end" if state.talking else "talk", "text" if state.talking else "accent_text"))
        self.talk.setAccessibleName(tr("End the conversation by voice") if state.talking else tr("Talk"))
        _kind(self.talk, "recording" if state.talking else "primary")
        self.talk.setEnabled(state.talking or state.failure is None)
        self.mute.setText(tr("Unmute") if state.muted else tr("Mute"))
        self.mute.setIcon(icon("mic-off" if state.muted else "mic"))
        _kind(self.mute, "on" if state.muted else "")
        self.mute.setEnabled(state.microphone and state.failure is None)
        self.stop.setIcon(icon("stop", "danger" if state.can_stop else "text"))
        self.stop.setEnabled(state.can_stop)
        self.camera.setIcon(icon("camera-off" if state.camera else "camera", "danger" if state.camera else "text"))
        self.camera.setAccessibleName(tr("Switch the camera off") if state.camera else tr("Switch the camera on"))
        self.camera.setEnabled(state.camera or state.failure is None)
        _kind(self.camera, "recording" if state.camera else "")

    def _button(self, words: str, tip: str) -> QPushButton:
        button = QPushButton(words)
        button.setToolTip(tip)
        button.setAccessibleName(words)
        button.setAccessibleDescription(tip)
        button.setIconSize(QSize(20, 20))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setMinimumHeight(40)
        return button


def _kind(button: QPushButton, kind: str) -> None:
    if button.property("kind") != kind:
        button.setProperty("kind", kind)
        button.style().unpolish(button)
        button.style().polish(button)
