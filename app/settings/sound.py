"""The settings page for microphone, loudspeaker and the pace of talking."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout

from app.i18n import tr
from app.settings.page import INDENT, Page, fill
from app.theme import Theme
from app.widgets.meters import MicrophoneMeter
from runtime.types import Level


class SoundPage(Page):
    subject = "sound"
    icon = "sound"

    def __init__(self, theme: Theme) -> None:
        super().__init__(tr("Sound"))
        default = [("", tr("System default"))]
        self.microphone = self.choice("microphone", tr("Microphone"), default)
        self.meter = MicrophoneMeter(theme)
        below = QHBoxLayout()
        below.setContentsMargins(INDENT, 0, 0, 0)
        below.addWidget(self.meter)
        self.rows.addLayout(below)
        hint = self.note(tr("While you talk, the bar shows what the microphone hears."), "small")
        hint.setContentsMargins(INDENT, 0, 0, 6)
        self.speaker = self.choice("speaker", tr("Speaker"), default)
        self.toggle(
            "headphones",
            tr("I wear headphones"),
            tr("Then the microphone stays open while the voice speaks, and you can interrupt by speaking."),
        )
        self.line()
        self.slider("voice_volume", tr("Volume"), lambda share: f"{share:.0%}", 20)
        self.slider("voice_speed", tr("Voice speed"), lambda speed: f"{speed:.2g} ×", 30)
        self.choice(
            "patience",
            tr("Patience"),
            [("quick", tr("Quick")), ("normal", tr("Normal")), ("patient", tr("Patient"))],
            tr("How long a pause you may make before the answer begins."),
        )
        self.finish()

    def show_devices(self, microphones: Sequence[tuple[str, str]], speakers: Sequence[tuple[str, str]]) -> None:
        """What is plugged in now, each as (name, what the setting keeps)."""
        for box, devices in ((self.microphone, microphones), (self.speaker, speakers)):
            fill(box, [("", tr("System default")), *((setting, name) for name, setting in devices)])

    def show_level(self, level: Level | None) -> None:
        self.meter.show_level(level)
