"""Decides which token comes next, given the scores of all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How freely to choose. `temperature` 0 takes the likeliest token; `top_p` 0…1 is the share of probability drawn
    from; `repetition_penalty` > 1 makes tokens of the reply so far less likely; `stop` are texts that end the reply
    (and are not part of it)."""

    temperature: float = 0.0
    top_p: float = 1.0
    repetition_penalty: float = 1.0
    seed: int = 0
    max_tokens: int = 120
    stop: tuple[str, ...] = ()


class Sampler:
    """Draws one reply's tokens: the same seed and logits give the same tokens."""

    def __init__(self, sampling: Sampling) -> None:
        self._sampling = sampling
        self._random = np.random.default_rng(sampling.seed)
        self._used: set[int] = set()

    def choose(self, logits: Logits) -> int:
        """The next token from f32[vocabulary], which may be changed in place."""
        self._penalise(logits)
        token = int(logits.argmax()) if self._sampling.temperature <= 0 else self._draw(logits)
        self._used.add(token)
        return token

    def _penalise(self, logits: Logits) -> None:
        """CTRL's penalty (https://arxiv.org/abs/1909.05858, section 4.1): positive scores divided, negative multiplied.

        Only the reply's own tokens count: the question's words are what an answer is made of.
        """
        penalty = self._sampling.repetition_penalty
        if penalty == 1.0 or not self._used:
            return
        used = np.fromiter(self._used, np.int64, len(self._used))
        scores = logits[used]
        logits[used] = np.where(scores > 0, scores / penalty, scores * penalty)

    def _draw(self, logits: Logits) -> int:
        """Nucleus sampling (https://arxiv.org/abs/1904.09751): the fewest tokens that reach `top_p` together."""
        scores = (logits - logits.max()) / np.float32(self._sampling.temperature)
        # Beyond e^-20 of the best a token is never drawn; sorting the few that are left is quick.
        near = np.flatnonzero(scores > -20)
        order = near[np.argsort(-scores[near], kind="stable")]
        weights = np.exp(scores[order].astype(np.float64))
        reached = np.cumsum(weights)
        if self._sampling.top_p < 1:
            keep = int(np.searchsorted(reached, self._sampling.top_p * reached[-1])) + 1
            order, reached = order[:keep], reached[:keep]
        place = np.searchsorted(reached, self._random.random() * reached[-1], side="right")
        return int(order[min(int(place), len(order) - 1)])
