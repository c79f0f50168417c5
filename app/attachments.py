"""Decides what a file that a person attaches is: a picture, a recording or a video."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from app.footage import footage
from app.i18n import tr
from runtime import media
from runtime.errors import BadInput
from runtime.types import AudioSegment, ImageSegment, Segment


def read_attachment(path: Path) -> Segment:
    """The file as a part of a message. Raises `BadInput` when it is none of the three."""
    kind = (mimetypes.guess_type(path.name)[0] or "").split("/")[0]
    if path.is_dir():
        raise BadInput(tr("{name} is a folder.", name=path.name), tr("Attach the files in it one by one."))
    if kind == "audio":
        return AudioSegment(media.read_audio(path))
    if kind == "video":
        return footage(path)
    if kind == "image":
        return ImageSegment(media.read_image(path))
    raise BadInput(
        tr("{name} is neither a picture nor a recording nor a video, by its name.", name=path.name),
        available=tr("Pictures, recordings and videos can be attached."),
    )
