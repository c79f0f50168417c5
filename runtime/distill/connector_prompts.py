"""How lessons are written for the core: as the program will ask, several questions about a picture side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from runtime.model.prompt import ChatFormat, Message
from runtime.model.soft_tokens import FIRST, SoftTokens

Written = tuple[list[int], int, float]
"""Tokens of a question with its answer, how many of them come before the answer, and the answer's weight."""


class Lines:
    """Writes questions as the core will read them: the tokens of `chat`, with `soft` soft tokens before the words.

    `before` are the tokens up to the soft ones, the same for every question.
    """

    def __init__(self, chat: ChatFormat, system: str, soft: int) -> None:
        self._chat, self._system = chat, system
        self._soft = SoftTokens(np.arange(soft, dtype=np.float32)[:, None])
        self.before = list(takewhile(lambda token: token < FIRST, self._written("?", "")[0]))

    def write(self, question: str, answer: str, line: str = "", weight: float = 1.0) -> Written:
        """A question and its answer; `line` is a camera line to stand before the question."""
        tokens, begin = self._written(question, line, answer)
        skip = len(self.before) + len(self._soft.numbers)
        return tokens[skip:], begin - skip, weight

    def _written(self, question: str, line: str, answer: str = "") -> tuple[list[int], int]:
        text = f"{line}\n{question}" if line else question
        messages = [Message("system", self._system), Message("user", text, self._soft)]
        asked = self._chat.encode(messages, 1 << 16)
        if not answer:
            return asked, len(asked)
        # One more question, so that the answer stands there as a whole message.
        whole = self._chat.encode([*messages, Message("assistant", answer), Message("user", "")], 1 << 16)
        end = next(at for at in range(len(asked), len(whole)) if whole[at] in self._chat.stop_tokens)
        return whole[: end + 1], len(asked)


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Several pictures, each with several questions that do not see one another.

    `tokens` i64[n, length]: what follows the soft tokens; `branch` i64[n, length]: 0 before the questions part, then
    the number of the question, -1 padding; `places` i64[n, length]: how far behind the soft tokens; `weight`
    f32[n, length]: what foretelling the token is worth, 0 where it is no answer.
    """

    tokens: NDArray[np.int64]
    branch: NDArray[np.int64]
    places: NDArray[np.int64]
    weight: NDArray[np.float32]


def batch(written: Sequence[Sequence[Written]]) -> Batch:
    """Pictures by their questions as `Lines.write` gave them; what all of one picture begin with is read once."""
    rows = [_row(each) for each in written]
    length = max(len(row[0]) for row in rows)
    size = (len(rows), length)
    made = Batch(np.zeros(size, np.int64), np.full(size, -1), np.zeros(size, np.int64), np.zeros(size, np.float32))
    for at, (tokens, branch, places, weight) in enumerate(rows):
        made.tokens[at, : len(tokens)] = tokens
        made.branch[at, : len(branch)] = branch
        made.places[at, : len(places)] = places
        made.weight[at, : len(weight)] = weight
    return made


def _row(questions: Sequence[Written]) -> tuple[list[int], list[int], list[int], list[float]]:
    shared = 0
    if len(questions) > 1:
        # The token that foretells the first of the answer stays in its own branch.
        least = min(start for _, start, _ in questions) - 1
        while shared < least and len({tokens[shared] for tokens, _, _ in questions}) == 1:
            shared += 1
    tokens, branch = questions[0][0][:shared], [0] * shared
    places, worth = list(range(shared)), [0.0] * shared
    for number, (each, start, weight) in enumerate(questions, 1):
        tokens += each[shared:]
        branch += [number] * (len(each) - shared)
        places += range(shared, len(each))
        worth += [weight * (at >= start) for at in range(shared, len(each))]
    return tokens, branch, places, worth
