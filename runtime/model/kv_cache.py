"""Owns the keys and values of everything the core has read, and knows which tokens that was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnxruntime as ort


class KvCache:
    """`capacity` positions for each of `layers`, f32[1, heads, capacity, head] for keys and for values.

    The graph reads and writes the same buffers (past and present are bound to one), so keeping a prefix costs nothing:
    positions from `len(tokens)` on are simply written over.
    """

    def __init__(self, layers: int, heads: int, capacity: int, head: int) -> None:
        self.capacity = capacity
        self.tokens: list[int] = []
        self._buffers = {
            f"{what}.{layer}": ort.OrtValue.ortvalue_from_numpy(np.zeros((1, heads, capacity, head), np.float32))
            for layer in range(layers)
            for what in ("key", "value")
        }

    def bind(self, binding: ort.IOBinding) -> None:
        """Let a graph use the buffers as both past and present."""
        for name, buffer in self._buffers.items():
            binding.bind_ortvalue_input(f"past_{name}", buffer)
            binding.bind_ortvalue_output(f"present_{name}", buffer)

    def common(self, tokens: Sequence[int]) -> int:
        """How many of `tokens` from the first on are in the cache already."""
        for place, (mine, theirs) in enumerate(zip(self.tokens, tokens, strict=False)):
            if mine != theirs:
                return place
        return min(len(self.tokens), len(tokens))

    def cut(self, length: int) -> None:
        """Forget everything from position `length` on."""
        del self.tokens[length:]
