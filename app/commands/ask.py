"""`visavis ask`: answers a request made of speech, text, pictures and video; once, or for every line of a batch."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import opening, options
from app.console import Console, each
from app.requests import Wanted, from_line, identity
from runtime.errors import BadInput, Fault
from runtime.events import Heard, NothingHeard, ReplyEnded, ReplyFailed, Seen
from runtime.types import ReplyStatistics, Request, SpeechChunk, TextDelta

if TYPE_CHECKING:
    from runtime.replier import Replier

SUMMARY = "answer a question made of speech, text, pictures, video"
DESCRIPTION = (
    "Answers one request made of any mix of speech, text, pictures and video, in text and, with --out, in a WAV file. "
    "With --batch it answers many: one JSON request a line in, one JSON result a line out, everything loaded once."
)
STAGES = ("hear", "see", "prefill", "first_token", "first_audio", "total")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--speech", type=Path, action="append", default=[], metavar="F", help="a spoken question")
    parser.add_argument("--text", metavar="T", help="a written question, or words that go with the rest")
    parser.add_argument("--image", type=Path, action="append", default=[], metavar="F", help="a picture (repeatable)")
    parser.add_argument("--video", type=Path, action="append", default=[], metavar="F", help="a video (repeatable)")
    parser.add_argument("--out", type=Path, metavar="F.wav", help="write the spoken reply here")
    parser.add_argument(
        "--batch",
        metavar="REQUESTS.jsonl",
        help="requests {id, speech, text, image, video, out, history: [{user, assistant}]}, one a line; - for stdin",
    )
    options.add_language(parser)
    options.add_speed(parser)
    options.add_reply(parser)
    options.add_machine(parser)
    options.add_output(parser)


def run(given: argparse.Namespace, console: Console) -> int:
    settings = options.chosen(given)
    single = [name for name in ("speech", "text", "image", "video", "out") if getattr(given, name)]
    if given.batch is not None:
        if single:
            raise BadInput(f"--batch and --{single[0]} do not go together.", "Put it into the lines of the batch.")
        console.as_json = True  # results of a batch are for programs
        lines = _lines(given.batch)
        replier = opening.replier(settings, console.loading)
        console.end_progress()
        return _batch(lines, replier, console)
    if not set(single) - {"out"}:
        raise BadInput("ask has nothing to answer.", "Give it --speech, --text, --image or --video, or a --batch.")
    if len(given.speech) > 1:
        raise BadInput("ask takes one --speech.", "Use --batch for several questions.")
    wanted = Wanted(1, tuple(given.speech), given.text or "", tuple(given.image), tuple(given.video), given.out)

    def answer(wanted: Wanted) -> None:
        request = wanted.decoded(1)  # before the models: a bad file is told at once
        replier = opening.replier(settings, console.loading)
        console.end_progress()
        _answer(wanted, request, replier, console)

    return each([wanted], console, lambda wanted: {"id": wanted.id}, answer)


def _lines(source: str) -> Iterable[str]:
    """The lines of a batch: a file's are read before the work begins, stdin's as they come. Raises `BadInput`."""
    if source == "-":
        return sys.stdin
    try:
        # Not splitlines(): it would also cut at separators that JSON allows inside strings.
        return Path(source).read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError:
        raise BadInput(f"{source} is not a text file.", "Give a file of JSON objects, one a line.") from None
    except OSError as error:
        raise BadInput(
            f"{source} cannot be read: {error.strerror}.", "Give a file of JSON objects, one a line."
        ) from None


def _batch(lines: Iterable[str], replier: Replier, console: Console) -> int:
    """Requests in order; a bad one gets an object with `error`, the others are still answered."""

    def numbered() -> Iterator[tuple[int, str]]:
        return ((number, line) for number, line in enumerate(lines, 1) if line.strip())

    def answer(item: tuple[int, str]) -> None:
        wanted = from_line(*item)
        _answer(wanted, wanted.decoded(item[0]), replier, console)

    return each(numbered(), console, lambda item: {"id": identity(*item)}, answer)


def _answer(wanted: Wanted, request: Request, replier: Replier, console: Console) -> None:
    """Answer, write the speech, report. Raises `Fault` in words."""
    with _Telling(console) as telling:
        record = _answered(wanted, request, replier, telling)
    console.result(record)


def _answered(wanted: Wanted, request: Request, replier: Replier, telling: _Telling) -> dict[str, Any]:
    heard: str | None = None
    seen: str | None = None
    reply = ""
    speech: list[SpeechChunk] = []
    statistics = ReplyStatistics()
    for event in replier.reply(request, wanted.history, _never):
        if isinstance(event, Heard):
            heard = event.transcription.text
            telling.line("heard", heard)
        elif isinstance(event, NothingHeard):
            raise BadInput(f"No words were heard in {wanted.speech[0]}.", "Speak closer to the microphone, or type.")
        elif isinstance(event, Seen):
            seen = event.percepts.line or event.percepts.description
            telling.line("seen", seen)
        elif isinstance(event, TextDelta):
            telling.piece("reply", event.text)
        elif isinstance(event, SpeechChunk):
            speech.append(event)
        elif isinstance(event, ReplyFailed):
            raise Fault(event.what, event.do, event.available)
        elif isinstance(event, ReplyEnded):
            reply, statistics = event.text, event.statistics
    seconds = sum(len(chunk.samples) / chunk.rate for chunk in speech)
    out = _write(wanted.out, speech) if wanted.out else None
    timings = {stage: _ms(statistics.timings_ms.get(stage)) for stage in STAGES}
    telling.line("out", f"{out}, {seconds:.1f} seconds of speech" if out else "")
    telling.line("timings", ", ".join(f"{name} {ms:.0f} ms" for name, ms in timings.items() if ms is not None))
    return {
        "id": wanted.id,
        "heard": heard,
        "seen": seen,
        "reply": reply,
        "out": out,
        "audio_seconds": round(seconds, 3),
        "timings_ms": timings,
        "tokens": statistics.tokens,
        "tokens_per_second": round(statistics.tokens_per_second, 1),
        "providers": {},
    }


def _never() -> bool:
    return False


def _ms(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _write(out: Path, speech: list[SpeechChunk]) -> str:
    import numpy as np

    from runtime.media import write_wav

    if not speech:
        raise Fault(f"The reply has no speech, so {out} was not written.", "Ask in another way.")
    write_wav(out, np.concatenate([chunk.samples for chunk in speech]), speech[0].rate)
    return str(out)


class _Telling:
    """Tells a person the answer while it is being made; silent when results are JSON."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._open = ""

    def line(self, title: str, text: str) -> None:
        if text:
            self.piece(title, text)

    def piece(self, title: str, text: str) -> None:
        """More of `title`'s text; a new title begins a new line."""
        if self._console.as_json or not text:
            return
        if title != self._open:
            self._console.write(f"{chr(10) if self._open else ''}{title:8}")
            self._open = title
        self._console.write(text)

    def __enter__(self) -> _Telling:
        return self

    def __exit__(self, *_: object) -> None:
        if self._open:
            self._console.write("\n")
