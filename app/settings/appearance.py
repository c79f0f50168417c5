"""The settings page for the look of the window."""

from __future__ import annotations

from app.i18n import tr
from app.settings.page import Page


class AppearancePage(Page):
    subject = "appearance"
    icon = "palette"

    def __init__(self) -> None:
        super().__init__(tr("Appearance"))
        self.choice(
            "theme",
            tr("Colours"),
            [("system", tr("As the system")), ("light", tr("Light")), ("dark", tr("Dark"))],
        )
        self.toggle(
            "captions",
            tr("Show the reply while it is spoken"),
            tr("Words already spoken stand out from those to come. Without this the reply appears when it is over."),
        )
        self.finish()
