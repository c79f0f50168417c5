"""Measures how well the ears hear: what true-length encoding costs in words, and that noise stays without words.

`python -m app.bench.hearing --data ../shared/data` prints its rows on their own.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from app.bench.rows import Row, median
from app.bench.words import repeats, word_error_rate
from runtime.errors import BadInput
from runtime.hearing.transcriber import WINDOW, Transcriber
from runtime.media import read_audio
from runtime.model.manifest import open_pack
from runtime.model.session import OnnxSessions
from runtime.ports import Progress, no_progress
from runtime.types import HEARING_RATE, Samples

_NOISE_SECONDS = 3


def rows(ours: Transcriber, whole: Transcriber, data: Path, progress: Progress = no_progress) -> Iterator[Row]:
    """What `ours` makes of the recordings under `data`/speech, against `whole`, which pads each to 30 s.

    Each recording is heard as it is, and once more cut to its speech with 0.3 s around it, as the live path delivers
    it. Raises `BadInput` when there are no recordings.
    """
    files = sorted(path for path in (data / "speech").rglob("*.flac") if "noise" not in path.name)
    if not files:
        raise BadInput(f"There are no recordings in {data / 'speech'}.")
    for name, cut in (("recordings", False), ("utterances", True)):
        pairs: list[tuple[str, str]] = []
        seconds: list[float] = []
        for index, path in enumerate(files):
            progress(f"Hearing {name}", index / len(files))
            sound = read_audio(path).samples
            if cut:
                sound = trimmed(sound)
            reference = whole.transcribe(sound, "en").text
            began = time.perf_counter()
            pairs.append((reference, ours.transcribe(sound, "en").text))
            seconds.append(time.perf_counter() - began)
        wrong = 100 * word_error_rate(pairs)
        yield Row(f"hearing {name}: words unlike the 30 s window's", "%", wrong, must="ours <= 3")
        looped = sum(repeats(heard) for _, heard in pairs)
        yield Row(f"hearing {name}: transcripts that repeat", "of " + str(len(files)), looped, must="ours <= 0")
        spent = median(seconds)
        yield Row(f"hearing {name}: time", "ms", None if spent is None else 1000 * spent)
    noises = list(noise(data))
    worded = sum(bool(ours.transcribe(each).text) for each in noises)
    yield Row("hearing noise: words where nobody spoke", f"of {len(noises)}", worded, must="ours <= 0")


def trimmed(samples: Samples) -> Samples:
    """From 0.3 s before the sound rises above a tenth of its loudest tenth of a second to 0.3 s behind its end."""
    loudness = np.convolve(np.square(samples), np.ones(HEARING_RATE // 10), mode="same")
    loud = np.flatnonzero(loudness > 0.01 * loudness.max())
    margin = int(0.3 * HEARING_RATE)
    return samples[max(0, int(loud[0]) - margin) : int(loud[-1]) + margin] if len(loud) else samples


def noise(data: Path) -> Iterator[Samples]:
    """Sounds without words, 3 s each: silence, noise of three colours at five levels, hum, clicks, and kitchens."""
    random = np.random.default_rng(1)
    count = _NOISE_SECONDS * HEARING_RATE
    time_s = np.arange(count) / HEARING_RATE
    yield np.zeros(count, np.float32)
    for loudness in (0.001, 0.01, 0.05, 0.2, 0.5):
        white = random.normal(size=count)
        brown = np.cumsum(white)
        brown -= np.convolve(brown, np.ones(800) / 800, mode="same")
        for colour in (white, np.diff(white, prepend=0.0), brown):
            yield (colour * (loudness / np.abs(colour).max())).astype(np.float32)
    for hertz in (50, 100, 440, 1000):
        hum = np.sin(2 * np.pi * hertz * time_s) + 0.5 * np.sin(4 * np.pi * hertz * time_s)
        yield (0.1 * hum).astype(np.float32)
    clicks = np.zeros(count, np.float32)
    clicks[:: HEARING_RATE // 2] = 0.8
    yield clicks
    for path in sorted((data / "speech").rglob("*noise*.flac")):
        sound = read_audio(path).samples
        for begin in range(0, len(sound) - count, count):
            yield sound[begin : begin + count]


def main() -> None:
    """Print one JSON object a row."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--pack", default="mini")
    parser.add_argument("--threads", type=int, default=0)
    given = parser.parse_args()
    folder = open_pack(given.pack).path / "hearing"
    sessions = OnnxSessions("auto", given.threads)
    ours, whole = Transcriber(folder, sessions), Transcriber(folder, sessions, tail=WINDOW)
    ours.load()
    whole.load()
    for row in rows(ours, whole, given.data):
        print(json.dumps(row.record()), flush=True)


if __name__ == "__main__":
    main()
