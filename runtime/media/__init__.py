"""Reads sound, picture and video files into the runtime's own values, within bounded memory, and writes WAV files.

Every file a person names may be anything: missing, empty, cut off, huge, or not what its name says. Each case is one
`BadInput` that names the file. Nothing is written to disk but the file that was asked for.
"""

from runtime.media.pictures import LONGEST_SIDE, read_image
from runtime.media.sound import LONGEST_MINUTES, read_audio, write_wav
from runtime.media.videos import MOST_FRAMES, VIDEO_SIDE, go_through_video, keeping_qt_paths, opencv, read_video

__all__ = [
    "LONGEST_MINUTES",
    "LONGEST_SIDE",
    "MOST_FRAMES",
    "VIDEO_SIDE",
    "go_through_video",
    "keeping_qt_paths",
    "opencv",
    "read_audio",
    "read_image",
    "read_video",
    "write_wav",
]
