"""What every settings page is made of: labelled controls, each bound to one field of `Settings`."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.i18n import tr
from runtime.settings import Settings

INDENT = 146
"""Pixels from the left edge of a page to its controls."""

_FIELDS = {each.name: each for each in dataclasses.fields(Settings)}


class _Combo(QComboBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()  # scrolling the page must not change a setting


class _Slider(QSlider):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class Page(QScrollArea):
    """One subject. `changed` carries a field's name and its new value."""

    changed = Signal(str, object)
    subject = ""
    icon = ""

    def __init__(self, title: str, about: str = "") -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._setters: dict[str, Callable[[Any], None]] = {}
        inside = QWidget()
        inside.setObjectName("page")
        self.rows = QVBoxLayout(inside)
        self.rows.setContentsMargins(26, 22, 26, 22)
        self.rows.setSpacing(6)
        heading = QLabel(title)
        heading.setProperty("kind", "title")
        self.rows.addWidget(heading)
        if about:
            self.note(about)
        self.rows.addSpacing(8)
        self.setWidget(inside)

    def show_settings(self, settings: Settings) -> None:
        """Set every control; nothing is emitted."""
        for name, show in self._setters.items():
            show(getattr(settings, name))

    def finish(self) -> None:
        """To be called after the last control."""
        self.rows.addStretch(1)

    def note(self, words: str, kind: str = "quiet") -> QLabel:
        label = QLabel(words)
        label.setProperty("kind", kind)
        label.setWordWrap(True)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.rows.addWidget(label)
        return label

    def choice(self, field: str, label: str, options: Sequence[tuple[object, str]], hint: str = "") -> QComboBox:
        """One of several values, each with the words that stand for it."""
        box = _Combo()
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.setMinimumContentsLength(12)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        fill(box, options)

        def show(value: object) -> None:
            with QSignalBlocker(box):
                select(box, value)

        box.currentIndexChanged.connect(lambda _index: self.changed.emit(field, box.currentData()))
        self._add(field, label, box, hint, show)
        return box

    def toggle(self, field: str, label: str, hint: str = "") -> QCheckBox:
        box = QCheckBox(label)

        def show(value: bool) -> None:
            with QSignalBlocker(box):
                box.setChecked(value)

        box.toggled.connect(lambda on: self.changed.emit(field, on))
        box.setAccessibleName(label)
        box.setAccessibleDescription(hint or tr(_FIELDS[field].metadata["doc"]))
        self._setters[field] = show
        self.rows.addWidget(box)
        self._hint(hint, indent=30)
        return box

    def slider(self, field: str, label: str, words: Callable[[float], str], steps: int, hint: str = "") -> QSlider:
        """A number between the field's limits in `steps` steps; `words` says it beside the slider."""
        low, high = _FIELDS[field].metadata["low"], _FIELDS[field].metadata["high"]
        slider = _Slider(Qt.Orientation.Horizontal)
        slider.setRange(0, steps)
        slider.setPageStep(max(1, steps // 10))
        value_label = QLabel()
        value_label.setMinimumWidth(54)
        value_label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

        def value() -> float:
            return round(low + (high - low) * slider.value() / steps, 4)

        def tell() -> None:
            value_label.setText(words(value()))
            slider.setAccessibleDescription(words(value()))

        def moved(_position: int) -> None:
            tell()
            self.changed.emit(field, type(_FIELDS[field].default)(value()))

        def show(number: float) -> None:
            with QSignalBlocker(slider):
                slider.setValue(round((number - low) / (high - low) * steps))
            tell()

        slider.valueChanged.connect(moved)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(slider, 1)
        row.addWidget(value_label)
        both.setFocusProxy(slider)
        slider.setAccessibleName(label)
        self._add(field, label, both, hint, show)
        return slider

    def number(self, field: str, label: str, zero: str = "", hint: str = "") -> QSpinBox:
        """A whole number between the field's limits; `zero` stands for the lowest."""
        box = QSpinBox()
        box.setRange(_FIELDS[field].metadata["low"], _FIELDS[field].metadata["high"])
        if zero:
            box.setSpecialValueText(zero)
        box.setKeyboardTracking(False)
        box.lineEdit().setTextMargins(8, 0, 8, 0)

        def show(value: int) -> None:
            with QSignalBlocker(box):
                box.setValue(value)

        box.valueChanged.connect(lambda value: self.changed.emit(field, value))
        self._add(field, label, box, hint, show)
        return box

    def line(self) -> None:
        line = QFrame()
        line.setFixedHeight(14)
        self.rows.addWidget(line)

    def _add(self, field: str, label: str, control: QWidget, hint: str, show: Callable[[Any], None]) -> None:
        name = QLabel(label)
        name.setBuddy(control)
        grid = QGridLayout()
        grid.setColumnMinimumWidth(0, INDENT - 14)
        grid.setHorizontalSpacing(14)
        grid.addWidget(name, 0, 0)
        grid.addWidget(control, 0, 1)
        grid.setColumnStretch(1, 1)
        if not control.accessibleName():
            control.setAccessibleName(label)
        control.setAccessibleDescription(hint or tr(_FIELDS[field].metadata["doc"]))
        self._setters[field] = show
        self.rows.addLayout(grid)
        self._hint(hint, indent=INDENT)

    def _hint(self, words: str, indent: int) -> None:
        if words:
            label = QLabel(words)
            label.setProperty("kind", "small")
            label.setWordWrap(True)
            label.setContentsMargins(indent, 0, 0, 4)
            self.rows.addWidget(label)
        self.rows.addSpacing(4)


def fill(box: QComboBox, options: Sequence[tuple[object, str]]) -> None:
    """Replace the options and keep the choice; nothing is emitted."""
    with QSignalBlocker(box):
        chosen = box.currentData()
        box.clear()
        for value, words in options:
            box.addItem(words, value)
        if chosen is not None:
            select(box, chosen)


def select(box: QComboBox, value: object) -> None:
    """Show `value`, even one that is not on offer now, such as an unplugged microphone."""
    at = box.findData(value)
    if at < 0:
        box.addItem(tr("{name} (not here now)", name=value), value)
        at = box.count() - 1
    box.setCurrentIndex(at)
