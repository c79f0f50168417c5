"""`visavis see`: says what pictures show, and what is written in them."""

from __future__ import annotations

import argparse
import mimetypes
import time
from pathlib import Path
from typing import Any

from app import opening, options
from app.console import Console, each
from runtime.sight.nouns import one
from runtime.types import Box, Percepts

SUMMARY = "say what is in a picture or a video"
DESCRIPTION = (
    "Says what each picture FILE (JPEG, PNG, WebP, BMP, ...) shows, and what is written in it; of a video (MP4, WebM, "
    "MOV, ...) what it shows at its end, and what happened in it."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a picture or a video")
    options.add_machine(parser)
    options.add_output(parser)


def run(given: argparse.Namespace, console: Console) -> int:
    from app.footage import footage
    from runtime.media import read_image
    from runtime.sight.watching import watched, with_events

    eyes = opening.eyes(options.chosen(given), console.loading)
    console.end_progress()

    def see(file: Path) -> None:
        is_video = (mimetypes.guess_type(file.name)[0] or "").startswith("video/")
        frames = footage(file).frames if is_video else (read_image(file),)
        began = time.perf_counter()
        if is_video:
            percepts, events = watched(frames, eyes)
            percepts = with_events(percepts, [events])
        else:
            percepts = eyes.look(frames[0].rgb)
        took = time.perf_counter() - began
        record = {"file": str(file), **_record(percepts), "see_ms": round(took * 1000, 1)}
        title = f"{file}: " if len(given.files) > 1 else ""
        console.result(record, f"{title}{percepts.description or percepts.line}")

    return each(given.files, console, lambda file: {"file": str(file)}, see)


def _record(percepts: Percepts) -> dict[str, Any]:
    return {
        "objects": [
            {
                "name": seen.name,
                "confidence": round(seen.confidence, 4),
                "box": _box(seen.box),
                "colour": seen.colour,
            }
            for seen in percepts.objects
        ],
        "tags": [{"name": name, "confidence": round(confidence, 4)} for name, confidence in _tags(percepts)],
        "text": [
            {"text": line.text, "confidence": round(line.confidence, 4), "box": _box(line.box)}
            for line in percepts.text
        ],
        "description": percepts.description,
    }


def _tags(percepts: Percepts) -> list[tuple[str, float]]:
    """What the picture as a whole shows: the finer names of its objects, and what is none of them."""
    finer = [(one(seen.kind), seen.confidence) for seen in percepts.objects if seen.kind]
    return finer + [(tag.name, tag.confidence) for tag in percepts.tags]


def _box(box: Box) -> list[float]:
    return [round(float(side), 4) for side in box]
