"""Opens the window: display, log, one instance, application; returns when it is closed."""

from __future__ import annotations

import signal
import sys

from PySide6.QtWidgets import QApplication

from app import display, logs
from app.application import Application, MakeSession, make_session
from app.i18n import tr
from app.instance import Instance


def run_window(make: MakeSession = make_session) -> int:
    """Open the window and stay until it is closed; returns the exit code.

    Raises `Missing` when there is no display, and `Fault` when a window of this program hangs.
    """
    display.require()
    log = logs.install()
    logs.take_qt_messages()
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
