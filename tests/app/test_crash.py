"""What nobody expected becomes one sentence for the person and the whole story in the log."""

import logging
import threading

import pytest

from app import logs
from app.crash import CrashReport


@pytest.fixture
def report():
    told, stopped = [], []
    report = CrashReport(told.append, lambda: stopped.append(True))
    report.told, report.stopped = told, stopped
    report.install()
    yield report
    report.uninstall()


@pytest.fixture
def log():
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield logs.install()
    root.handlers[:] = before
    root.setLevel(level)


def raise_in_thread(error):
    def work():
        raise error

    thread = threading.Thread(target=work, name="some worker")
    thread.start()
    thread.join()


def test_an_exception_in_a_thread_is_told_in_a_sentence(report, log, capsys):
    raise_in_thread(ValueError("seven is not prime"))
    assert report.told == ["ValueError: seven is not prime"]
    assert "Traceback" not in capsys.readouterr().err
    assert "some worker" in log.text()
    assert "Traceback" in log.text()


@pytest.mark.usefixtures("log")
def test_the_same_exception_is_told_once_and_all_are_few(report):
    for number in (1, 1, 2, 3, 4, 5):
        raise_in_thread(ValueError(str(number)))
    assert report.told == ["ValueError: 1", "ValueError: 2", "ValueError: 3"]


@pytest.mark.usefixtures("log")
def test_an_exception_in_a_slot_is_told(report, until):
    from PySide6.QtCore import QTimer

    def slot():
        raise KeyError("x")

    QTimer.singleShot(0, slot)
    until(lambda: report.told)
    assert report.told == ["KeyError: 'x'"]


def test_control_c_stops_instead(report):
    import sys

    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert report.stopped == [True]
    assert report.told == []


def test_the_log_keeps_the_newest_lines_in_memory():
    memory = logs.MemoryLog(kept=3)
    for number in range(5):
        memory.emit(logging.LogRecord("a", logging.INFO, "", 0, f"line {number}", None, None))
    assert [line.rpartition(" ")[2] for line in memory.text().splitlines()] == ["2", "3", "4"]
