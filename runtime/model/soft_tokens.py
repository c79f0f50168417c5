"""Embeddings in a prompt that no word stands for, numbered so that the cache can tell them apart."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

FIRST = 1 << 32
"""Numbers from here on stand for soft tokens; no vocabulary reaches it."""


class SoftTokens:
    """`embeds` f32[length, width], and for each a number that only an equal one has.

    The number is a 48-bit hash of the values (BLAKE2b), so prompts with soft tokens are compared as others are: the
    cache keeps what was read of a picture exactly as long as its embeddings stay the same.
    """

    def __init__(self, embeds: NDArray[np.float32]) -> None:
        self.embeds = np.ascontiguousarray(embeds, np.float32)
        self.numbers = tuple(
            FIRST + int.from_bytes(blake2b(each.tobytes(), digest_size=6).digest()) for each in self.embeds
        )
