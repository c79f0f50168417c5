"""Probes survive what they probe."""

import os
import time

from app.health import probe


def _answer():
    return {"screens": 2}


def _raise():
    raise OSError("no such device")


def _die():
    os.abort()


def _hang():
    time.sleep(60)


def test_a_probe_returns_what_it_found():
    assert probe(_answer) == {"screens": 2}


def test_a_probe_that_raises_says_so():
    assert probe(_raise) == "OSError: no such device"


def test_a_probe_that_kills_its_process_says_so():
    assert probe(_die) == "it ended the process (code -6)"


def test_a_probe_that_hangs_is_given_up():
    assert probe(_hang, patience=3.0) == "no answer in 3 seconds"
