"""Decides how much of a video is looked at: what shows something new, within bounded memory."""

from __future__ import annotations

from pathlib import Path

from runtime.media import go_through_video
from runtime.sight.scene import worth_a_look
from runtime.types import VideoSegment

STRETCHES = 10
"""Different pictures of a video at most; two frames of each stretch without change are kept, one is looked at."""


def footage(path: Path) -> VideoSegment:
    """The frames of the video `path` that are worth a look. Raises `BadInput` for a file that is no video."""
    return VideoSegment(worth_a_look(go_through_video(path), STRETCHES))
