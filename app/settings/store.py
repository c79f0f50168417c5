"""Keeps the settings in their file: a damaged file is put aside when it is first written over, never lost."""

from __future__ import annotations

import os
from pathlib import Path

from app.i18n import tr
from runtime import settings as saved
from runtime.errors import Fault
from runtime.events import Trouble
from runtime.settings import Settings


class Store:
    """One settings file; `save` is called by one thread at a time."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or saved.settings_file()
        self._damaged = False

    def load(self) -> tuple[Settings, Trouble | None]:
        """The saved settings; the defaults and a trouble in words when the file is damaged."""
        try:
            return saved.load(self._path), None
        except Fault as fault:
            self._damaged = True
            kept = tr(
                "The defaults are in use; the old file is kept as {name} when you change one.", name=self._aside.name
            )
            return Settings(), Trouble(fault.what, kept, fault.available)

    def save(self, settings: Settings) -> None:
        """Raises `Fault` when the file cannot be written."""
        try:
            if self._damaged and self._path.exists():
                os.replace(self._path, self._aside)
            self._damaged = False
            saved.save(settings, self._path)
        except OSError as error:
            raise Fault(
                tr("The settings cannot be written to {path}: {why}.", path=self._path, why=error.strerror or error),
                tr("They hold until the window closes."),
            ) from error

    @property
    def _aside(self) -> Path:
        return self._path.with_name(self._path.name + ".damaged")
