"""Composes the window: display, instance, settings, theme, bridge, session; and takes all apart again at the end."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from app import display, logs
from app.background import Background
from app.bridge import Bridge
from app.crash import CrashReport
from app.i18n import tr
from app.instance import Instance
from app.settings.dialog import SettingsDialog
from app.theme import Theme
from app.widgets.window import Window
from runtime import settings as saved
from runtime.errors import Fault
from runtime.events import ChangeSettings, Outgoing, Trouble
from runtime.settings import Settings

if TYPE_CHECKING:
    from app.session import Session

MakeSession = Callable[[Settings, Callable[[Outgoing], None]], "Session"]
"""Builds what the window talks to."""

_LOOK_EVERY_MS = 3_000


def make_session(settings: Settings, emit: Callable[[Outgoing], None]) -> Session:
    """The session on this machine's devices; importing it takes longer than the window should."""
    from app.session import Session

    return Session(settings, emit)


class Application(QObject):
    """The window and everything behind it, from the first picture to the last thread."""

    def __init__(self, app: QApplication, log: logs.MemoryLog, make: MakeSession = make_session) -> None:
        super().__init__()
        self._app = app
        self._log = log
        self._make_session = make
        self._dialog: SettingsDialog | None = None
        self._session: Session | None = None
        self._crash_box: QMessageBox | None = None
        self.bridge = Bridge()
        self._desk = Background("desk", self.bridge)
        self._devices = Background("devices", self.bridge)
        self.settings, damaged = _load_settings()
        self._keep_aside = damaged is not None
        self.theme = Theme(app)
        self.theme.use(self.settings.theme)
        self.window = Window(self.bridge, self.theme)
        self.window.apply_settings(self.settings)
        if damaged is not None:
            self.bridge.note_trouble(damaged)
        self.window.camera_wanted.connect(self._switch_camera)
        self.window.files_offered.connect(self._read_files)
        self.window.settings_wanted.connect(self.show_settings)
        self.window.again_wanted.connect(self.open_session)
        self.bridge.state_changed.connect(self._state_changed)
        self._watch = QTimer(self)
        self._watch.setInterval(_LOOK_EVERY_MS)
        self._watch.timeout.connect(self._watch_devices)
        self.crashes = CrashReport(
            lambda what: self.bridge.call(lambda: self._show_crash(what)), self._quit_from_anywhere
        )

    def start(self) -> None:
        self.crashes.install()
        self._desk.start()
        self._devices.start()
        self.window.show()
        self._watch.start()
        self.open_session()

    def stop(self) -> None:
        """End every thread before the application object goes."""
        self._watch.stop()
        self.window.hide()
        self._devices.stop()
        if self._session is not None:
            self.bridge.detach()
            self._session.stop()
        self._desk.stop()
        self.crashes.uninstall()

    # ── the conversation behind the window ──────────────────────────────────────────────────────────────────────────

    @Slot()
    def open_session(self) -> None:
        """Build the assistant and open the devices, off Qt's thread; once more after a failure."""
        self.bridge.start_over()
        old, settings = self._session, self.settings
        self._session = None
        self.bridge.detach()

        def build() -> Session:
            if old is not None:
                old.stop()
            session = self._make_session(settings, self.bridge.deliver)
            session.start()
            return session

        def use(session: Session) -> None:
            self._session = session
            self.bridge.attach(session)
            self._look_for_devices()

        def give_up(fault: Fault) -> None:
            self.bridge.note_failure(Trouble(fault.what, fault.do, fault.available))

        self._devices.do(build, use, give_up)

    # ── devices ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def _look_for_devices(self) -> None:
        session = self._session
        if session is not None:
            self._devices.do(session.look_for_devices, lambda _none: self._note_devices())

    @Slot()
    def _watch_devices(self) -> None:
        """Whatever is missing may be plugged in at any time, and the camera may stop by itself."""
        state = self.bridge.state
        if not (state.microphone and state.speaker):
            self._look_for_devices()

    def _note_devices(self) -> None:
        session, before = self._session, self.bridge.state
        if session is None:
            return
        self.bridge.note_devices(microphone=session.has_microphone, speaker=session.has_speaker)
        now = self.bridge.state
        for word, had, has in (
            ("microphone", before.microphone, now.microphone),
            ("loudspeaker", before.speaker, now.speaker),
        ):
            if has and not had:
                for trouble in now.troubles:
                    if word in trouble.what:
                        self.bridge.forget_trouble(trouble.what)
        if before.microphone and not now.microphone:
            self.bridge.note_trouble(
                Trouble(tr("There is no microphone."), tr("Connect one to talk; until then you can type."))
            )

    @Slot(bool)
    def _switch_camera(self, on: bool) -> None:
        session = self._session
        if session is None:
            self.bridge.note_trouble(Trouble(tr("The camera can be used once everything is loaded.")))
            return
        self.bridge.note_devices(camera=on)
        if on:
            self._devices.do(session.use_camera, failed=self._camera_failed)
        else:
            session.drop_camera()

    def _camera_failed(self, fault: Fault) -> None:
        self.bridge.note_devices(camera=False)
        self.bridge.note_trouble(Trouble(fault.what, fault.do, fault.available))

    @Slot(list)
    def _read_files(self, paths: list[str]) -> None:
        from app.attachments import read_attachment

        for path in paths:
            name = Path(path).name
            self._desk.do(
                lambda path=path: read_attachment(Path(path)),
                lambda segment, name=name: self.window.composer.attach(segment, name),
            )

    # ── settings ────────────────────────────────────────────────────────────────────────────────────────────────────

    @Slot(str)
    def show_settings(self, subject: str) -> None:
        if self._dialog is None:
            self._dialog = SettingsDialog(self.theme, self.settings, self._log.text, str(saved.home()), self.window)
            self._dialog.chosen.connect(self.change_settings)
            self.bridge.level_measured.connect(self._dialog.show_level)
        self._dialog.show_settings(self.settings)
        self._dialog.show_state(self.bridge.state)
        self._dialog.open_page(subject)
        self._fill_dialog()

    def _fill_dialog(self) -> None:
        from runtime.model.manifest import names

        dialog = self._dialog
        if dialog is None:
            return
        self._desk.do(names, dialog.show_packs)
        session = self._session
        if session is not None:
            self._devices.do(session.list_devices, lambda found: dialog.show_devices(*found))

    @Slot(object)
    def change_settings(self, settings: Settings) -> None:
        """Let `settings` act at once, and last."""
        before, self.settings = self.settings, settings
        if settings == before:
            return
        if settings.theme != before.theme:
            self.theme.use(settings.theme)
        self.window.apply_settings(settings)
        self.bridge.post(ChangeSettings(settings))
        self._desk.do(lambda: self._save(settings))
        session = self._session
        if session is not None:
            self._devices.do(lambda: session.change(settings), failed=self._camera_failed)
        if self.bridge.state.failure is not None and settings.pack != before.pack:
            self.open_session()

    def _save(self, settings: Settings) -> None:
        path = saved.settings_file()
        try:
            if self._keep_aside and path.exists():
                os.replace(path, path.with_name(path.name + ".damaged"))
            self._keep_aside = False
            saved.save(settings, path)
        except OSError as error:
            raise Fault(
                tr("The settings cannot be written to {path}: {why}.", path=path, why=error.strerror or error),
                tr("They hold until the window closes."),
            ) from error

    @Slot()
    def _state_changed(self) -> None:
        if self._dialog is not None:
            self._dialog.show_state(self.bridge.state)

    # ── the unexpected ──────────────────────────────────────────────────────────────────────────────────────────────

    def _show_crash(self, what: str) -> None:
        if self._crash_box is not None and self._crash_box.isVisible():
            return
        box = QMessageBox(self.window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setWindowTitle(tr("Vis-à-vis"))
        box.setText(tr("Something inside went wrong. Your conversation is still here."))
        box.setInformativeText(what)
        copy = box.addButton(tr("Copy the log"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Close)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._log.text()))
        box.setModal(False)
        box.show()
        self._crash_box = box

    def _quit_from_anywhere(self) -> None:
        self.bridge.call(self._app.quit)


def _load_settings() -> tuple[Settings, Trouble | None]:
    """The saved settings; the defaults and a sentence when the file is damaged."""
    try:
        return saved.load(), None
    except Fault as fault:
        return Settings(), Trouble(
            fault.what,
            tr(
                "The defaults are in use; the old file is kept as {name} when you change one.",
                name="settings.json.damaged",
            ),
            fault.available,
        )


def run_window(make: MakeSession = make_session) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    Raises `Missing` when there is no display, and `Fault` when a window of this program hangs.
    """
    display.require()
    log = logs.install()
    qt = QApplication.instance()
    app = qt if isinstance(qt, QApplication) else QApplication(["visavis"])
    app.setApplicationName("visavis")
    app.setApplicationDisplayName(tr("Vis-à-vis"))
    app.setDesktopFileName("visavis")
    instance = Instance()
    if not instance.claim():
        print(tr("Vis-à-vis is already open: its window has come to the front."))
        return 0
    application = Application(app, log, make)
    instance.called.connect(application.window.come_forward)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda _number, _frame: app.quit())
    try:
        application.start()
        return app.exec()
    finally:
        application.stop()
        instance.release()
        sys.stdout.flush()
