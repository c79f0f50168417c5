"""The figures every release must reach: speed of the core and of hearing, first audio, readiness and memory."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
from PIL import Image, ImageDraw, ImageFont

from app.bench.peers import PACKAGES, THREADS, Child, Peers
from app.bench.quiet import Measured, Watch, interleave
from app.bench.rows import Row, median
from app.bench.speech import Question
from runtime.errors import Fault
from runtime.events import ReplyFailed
from runtime.model.omni import Generation
from runtime.model.prompt import Message
from runtime.model.sampler import Sampling
from runtime.model.tokenizer import Tokenizer
from runtime.ports import Progress
from runtime.replier import Replier
from runtime.settings import Settings
from runtime.types import AudioSegment, Request, SpeechChunk

_REPLY_TOKENS = 64
_STORY = "Tell me a long story about a cat who lives in a big city and goes to sea."
_LONG = (
    "The harbour was quiet that morning, and the old man who kept the light had gone to bed late. He wrote down the "
    "ships that came and went, their names, their flags and what they carried, and had done so for thirty years. "
)


class CoreSuite:
    """Measures with everything loaded once, ours in this process and the peers in theirs."""

    def __init__(
        self,
        replier: Replier,
        pack: Path,
        settings: Settings,
        peers: Peers,
        questions: list[Question],
        people: list[Question],
    ) -> None:
        """`questions` are spoken by our own voice, `people` are recordings (perhaps none)."""
        self._replier = replier
        self._pack = pack
        self._settings = settings
        self._peers = peers
        self._questions = questions
        self._people = people
        self._tokenizer = Tokenizer(pack / "core" / "tokenizer.json")
        self._watch = Watch([peers.process_id] if peers.versions else [])
        self._turn = 0

    def rows(self, progress: Progress) -> Iterator[Row]:
        """Every row, each as soon as it is measured."""
        progress("Measuring decoding", 0.1)
        yield self._decode()
        for tokens in (38, 300):
            progress(f"Measuring the reading of {tokens} tokens", 0.2)
            yield self._prefill(tokens)
        progress("Measuring hearing", 0.4)
        yield self._hearing("hearing utterances", self._questions, 5, "ratio >= 6", "ratio >= 8")
        yield self._hearing("hearing, the peer greedy like ours", self._questions, 1)
        if self._people:
            yield self._hearing("hearing recordings of people", self._people, 5)
        progress("Measuring first audio", 0.6)
        yield self._first_audio(
            "first audio after a spoken question", self._questions, "ratio <= 0.35", "ratio <= 0.25"
        )
        if self._people:
            yield self._first_audio("first audio after a recorded question", self._people)
        progress("Measuring fresh starts", 0.9)
        yield from self._fresh()

    def _decode(self) -> Row:
        """Greedy tokens after the first: ours with text made of them, the peer's without."""

        def ours() -> float:
            return self._run([Message("user", _STORY)], _REPLY_TOKENS).tokens_per_second

        def theirs() -> float:
            return self._peers.ask(do="decode", tokens=prompt, count=_REPLY_TOKENS)["tokens_per_second"]

        prompt = self._words(self._run([Message("user", _STORY)], 2).prompt_tokens)
        found = interleave(self._watch, self._sides("chat", ours, theirs), rounds=7)
        return self._row("decode", "tokens/s", found, ("chat",), "ratio >= 1.2", "ratio >= 1.3")

    def _prefill(self, length: int) -> Row:
        """From an empty memory to the scores after a prompt's last token."""
        count = length - self._frame_tokens()

        def ours() -> float:
            # Another beginning each time, so that next to nothing of the last prompt can be used again.
            self._turn += 1
            words = self._tokenizer.decode(self._words(count, str(1000 + self._turn)))
            generation = self._run([Message("user", words)], 1)
            return (generation.prompt_tokens - generation.reused_tokens) / generation.prefill_ms * 1000

        def theirs() -> float:
            return length / self._peers.ask(do="prefill", tokens=self._words(length))["ms"] * 1000

        ours()
        found = interleave(self._watch, self._sides("chat", ours, theirs), rounds=9)
        return self._row(f"prefill of {length} tokens", "tokens/s", found, ("chat",), "ratio >= 1.5", "ratio >= 1.8")

    def _sides(
        self, part: str, ours: Callable[[], float], theirs: Callable[[], float]
    ) -> dict[str, Callable[[], float]]:
        return {"ours": ours, "peer": theirs} if self._peers.have(part) else {"ours": ours}

    def _hearing(self, name: str, questions: list[Question], beam: int, must: str = "", aim: str = "") -> Row:
        """How many seconds of speech are transcribed in a second, language recognition included."""

        def ours(question: Question) -> float:
            began = time.perf_counter()
            self._replier.transcriber.transcribe(question.utterance.samples)
            return question.utterance.seconds / (time.perf_counter() - began)

        def theirs(question: Question) -> float:
            answer = self._peers.ask(do="hear", wav=str(question.path), beam=beam)
            return question.utterance.seconds / answer["ms"] * 1000

        found = self._asked(questions, ours, theirs if self._peers.have("hearing") else None)
        seconds = sorted(question.utterance.seconds for question in questions)
        length = f"{seconds[0]:.1f} to {seconds[-1]:.1f} s"
        return self._row(
            f"{name} of {length}", "s of speech/s", found, ("hearing",), must, aim, f"base int8, beam {beam}"
        )

    def _first_audio(self, name: str, questions: list[Question], must: str = "", aim: str = "") -> Row:
        """From the whole question to the first sound of the answer, without any wait for the end of the turn."""
        system = self._settings.persona or self._replier.core.system_prompt

        def theirs(question: Question) -> float:
            longest = self._settings.max_reply_tokens
            answer = self._peers.ask(do="cascade", wav=str(question.path), system=system, max_tokens=longest)
            return answer["first_audio_ms"]

        parts = ("hearing", "chat", "voice")
        found = self._asked(questions, self._first_audio_ms, theirs if self._peers.have(*parts) else None)
        return self._row(name, "ms", found, parts, must, aim)

    def _asked(
        self,
        questions: list[Question],
        ours: Callable[[Question], float],
        theirs: Callable[[Question], float] | None,
    ) -> dict[str, Measured]:
        """Both sides on every question in turn."""
        both = {"ours": Measured(), **({"peer": Measured()} if theirs else {})}
        for question in questions:
            sides = {"ours": partial(ours, question), **({"peer": partial(theirs, question)} if theirs else {})}
            for side, found in interleave(self._watch, sides, rounds=1).items():
                both[side].add(found)
        return both

    def _first_audio_ms(self, question: Question) -> float:
        self._turn += 1
        request = Request((AudioSegment(question.utterance),), self._turn)
        began = time.perf_counter()
        events = self._replier.reply(request)
        try:
            for event in events:
                if isinstance(event, SpeechChunk) and len(event.samples):
                    return (time.perf_counter() - began) * 1000
                if isinstance(event, ReplyFailed):
                    raise Fault(f"A reply failed while it was measured: {event.what}", event.do, event.available)
        finally:
            events.close()  # type: ignore[attr-defined]
        raise Fault(f"There was no spoken answer to {question.path.name}.")

    def _fresh(self) -> Iterator[Row]:
        ready, memory = Measured(), []
        picture = self._questions[0].path.with_name("sign.png")
        _draw_sign(picture)
        for _ in range(3):
            began = time.perf_counter()
            command = [sys.executable, "-m", "app.bench.fresh", str(self._pack)]
            with Child([*command, self._settings.provider, str(THREADS)]) as child:
                watch = Watch([child.id])

                def until_ready(child: Child = child, began: float = began) -> float:
                    child.answer()
                    return time.perf_counter() - began

                watch.measure(ready, until_ready)
                child.ask(speech=str(self._questions[0].path), image=str(picture))
                memory.append(psutil.Process(child.id).memory_info().rss / 1e9)
        yield self._row("ready after start", "s", {"ours": ready}, (), "ours <= 3", "ours <= 2")
        yield Row(
            "resident memory, everything loaded and used", "GB", median(memory), must="ours <= 1.0", aim="ours <= 0.8"
        )

    def _row(
        self,
        name: str,
        unit: str,
        found: dict[str, Measured],
        parts: tuple[str, ...],
        must: str = "",
        aim: str = "",
        how: str = "",
    ) -> Row:
        peer = " → ".join(self._peers.versions.get(part, PACKAGES[part][0].replace("==", " ")) for part in parts)
        reason = self._peers.why_not(*parts)
        disturbed = max(each.disturbed for each in found.values())
        if disturbed:
            reason += f"{'; ' if reason else ''}other programs used {disturbed:.1f} cores meanwhile"
        theirs = found["peer"].median if "peer" in found else None
        peer = f"{peer}, {how}" if how else peer
        return Row(name, unit, found["ours"].median, peer, theirs, must, aim, reason)

    def _words(self, count: int, first: str = "") -> list[int]:
        """`count` tokens of ordinary text; what they say makes no difference to their cost."""
        return self._tokenizer.encode(f"{first} {_LONG * 8}")[:count]

    def _frame_tokens(self) -> int:
        """Tokens the prompt format adds around one message."""
        return self._run([Message("user", "a")], 1).prompt_tokens - 1

    def _run(self, messages: list[Message], max_tokens: int) -> Generation:
        """A finished greedy generation."""
        sampling = Sampling(temperature=0.0, repetition_penalty=1.0, max_tokens=max_tokens)
        generation = self._replier.core.generate(messages, sampling)
        for _ in generation:
            pass
        return generation


def _draw_sign(path: Path) -> None:
    """A picture with two lines of writing, 640×480."""
    picture = Image.new("RGB", (640, 480), (200, 200, 200))
    pen = ImageDraw.Draw(picture)
    for line, words in enumerate(("EXIT 42", "Platform 7")):
        pen.text((60, 120 + 140 * line), words, fill=(20, 20, 20), font=ImageFont.load_default(90))
    picture.save(path)
