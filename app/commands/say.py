"""`visavis say`: speaks a text into a sound file."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from app import opening, options
from app.console import Console
from runtime.errors import BadInput

SUMMARY = "speak a text to a sound file"
DESCRIPTION = "Speaks TEXT into a WAV file. Markup, emoji and web addresses are put into words or left out."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="what to say")
    parser.add_argument("--out", type=Path, metavar="F.wav", required=True, help="the file to write")
    options.add_speed(parser)
    options.add_machine(parser)
    options.add_output(parser)


def run(given: argparse.Namespace, console: Console) -> int:
    import numpy as np

    from runtime.media import write_wav

    settings = options.chosen(given)
    out = options.writable(given.out)
    voice = opening.voice(settings, console.loading)
    console.end_progress()
    began = time.perf_counter()
    first = None
    pieces = []
    for piece in voice.stream(given.text, settings.voice_speed):
        first = first or time.perf_counter()
        pieces.append(piece)
    ended = time.perf_counter()
    if not pieces or first is None:
        raise BadInput("There is nothing to say in this text.", "Give it some words.")
    samples = np.concatenate(pieces)
    write_wav(out, samples, voice.rate)
    record = {
        "out": str(out),
        "audio_seconds": round(len(samples) / voice.rate, 3),
        "first_audio_ms": round((first - began) * 1000, 1),
        "total_ms": round((ended - began) * 1000, 1),
    }
    console.result(
        record, f"{out}: {record['audio_seconds']:.1f} seconds of speech, made in {record['total_ms']:.0f} ms"
    )
    return 0
