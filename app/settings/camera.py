"""The settings page for the camera."""

from __future__ import annotations

from collections.abc import Sequence

from app.i18n import tr
from app.settings.page import Page, fill


class CameraPage(Page):
    subject = "camera"
    icon = "camera"

    def __init__(self) -> None:
        super().__init__(
            tr("Camera"),
            tr(
                "The camera is off until you switch it on, and a red sign shows while it is on. "
                "Its pictures stay in memory."
            ),
        )
        self.camera = self.choice("camera", tr("Camera"), [("", tr("First camera"))])
        self.choice(
            "camera_turned",
            tr("Turn it"),
            [(0, tr("As it is")), (90, tr("To the right")), (180, tr("Upside down")), (270, tr("To the left"))],
            tr("For a camera that hangs upside down, or a phone on its side; the model gets it turned, too."),
        )
        self.toggle("mirror", tr("Show it as a mirror"), tr("The model always gets the picture as it is."))
        self.finish()

    def show_devices(self, cameras: Sequence[tuple[str, str]]) -> None:
        """What is plugged in now, each as (name, what the setting keeps)."""
        fill(self.camera, [("", tr("First camera")), *((setting, name) for name, setting in cameras)])
