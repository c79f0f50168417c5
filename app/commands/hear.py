"""`visavis hear`: writes down what is said in sound files, in their language or in English."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from app import opening, options
from app.console import Console, each

SUMMARY = "write down what is said in a sound file"
DESCRIPTION = (
    "Writes down what is said in each FILE (WAV, FLAC, OGG, MP3), in its own language or translated to English."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a sound file")
    parser.add_argument(
        "--task",
        choices=("transcribe", "translate"),
        default="transcribe",
        help="transcribe keeps the language that is spoken, translate writes English",
    )
    options.add_language(parser)
    options.add_machine(parser)
    options.add_output(parser)


def run(given: argparse.Namespace, console: Console) -> int:
    from app.cut_off import is_cut_off
    from runtime.media import read_audio

    settings = options.chosen(given)
    transcriber = opening.transcriber(settings, console.loading)
    console.end_progress()

    def hear(file: Path) -> None:
        utterance = read_audio(file)
        began = time.perf_counter()
        heard = transcriber.transcribe(utterance.samples, settings.language, given.task)
        took = time.perf_counter() - began
        record = {
            "file": str(file),
            "text": heard.text,
            "language": heard.language,
            "language_probability": round(heard.language_probability, 4),
            "no_speech_probability": round(heard.no_speech_probability, 4),
            "audio_seconds": round(heard.audio_seconds, 3),
            "hear_ms": round(took * 1000, 1),
            "segments": [
                {"start": round(part.start, 2), "end": round(part.end, 2), "text": part.text} for part in heard.segments
            ],
        }
        title = f"{file}: " if len(given.files) > 1 else ""
        console.result(record, f"{title}{heard.text}" if heard.text else None)
        if is_cut_off(file, utterance):
            console.note(f"visavis: {file} is cut off: what is there was heard.")
        if not heard.text:
            console.note(f"visavis: {file} holds no words.")

    return each(given.files, console, lambda file: {"file": str(file)}, hear)
