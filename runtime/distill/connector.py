"""The connector: from what the eyes' backbone sees of a picture to soft tokens, which the core reads like words."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from runtime.distill.connector_features import CELLS, MAPS

CHANNELS = sum(MAPS.values())

LEAD = 8
"""Soft tokens that are the same for every picture: they say what to do, as a prompt would."""

SLOTS = 12
"""Soft tokens that speak of the picture."""


class Connector(nn.Module):
    """From `maps` f32[n, 1432, 5, 5] to soft tokens f32[n, 20, width].

    Each slot is a mixture of the core's own word embeddings (`words` f32[k, width]) and a little more, so that it lands
    where the core can read (as in AlignVLM, Masry et al. 2025, with a small vocabulary). `lead` f32[8, width] is where
    the constant tokens begin. A queried attention (Perceiver, Jaegle et al. 2021) gathers the cells for the slots.
    """

    def __init__(self, words: Tensor, lead: Tensor, inner: int = 192, heads: int = 6) -> None:
        super().__init__()
        self.heads = heads
        self.register_buffer("words", words)
        self.lead = nn.Parameter(lead.clone())
        self.norm = nn.BatchNorm2d(CHANNELS, affine=False)
        self.narrow = nn.Conv2d(CHANNELS, inner, 1)
        self.place = nn.Parameter(0.1 * torch.randn(CELLS * CELLS, inner))
        self.around = nn.Sequential(
            nn.LayerNorm(inner), nn.Linear(inner, 2 * inner), nn.GELU(), nn.Linear(2 * inner, inner)
        )
        self.queries = nn.Parameter(0.5 * torch.randn(SLOTS, inner))
        self.key_value = nn.Linear(inner, 2 * inner)
        self.gathered = nn.Linear(inner, inner)
        self.think = nn.Sequential(
            nn.LayerNorm(inner), nn.Linear(inner, 3 * inner), nn.GELU(), nn.Linear(3 * inner, inner)
        )
        self.last = nn.LayerNorm(inner)
        self.name = nn.Linear(inner, len(words))
        self.more = nn.Linear(inner, words.shape[1])
        nn.init.zeros_(self.more.weight)
        nn.init.zeros_(self.more.bias)
        self.drop = nn.Dropout(0.15)

    def forward(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        """Soft tokens f32[n, 20, width], and for each slot the scores of the words it mixes, f32[n, 12, k]."""
        slots = self.slots(maps)
        said = self.name(slots)
        spoken = said.softmax(2) @ self.get_buffer("words") + self.more(slots)
        return torch.cat([self.lead.expand(len(maps), -1, -1), spoken], 1), said

    def slots(self, maps: Tensor) -> Tensor:
        """What is known of the picture in each slot, f32[n, 12, inner]."""
        cells = self.narrow(self.drop(self.norm(maps))).flatten(2).transpose(1, 2) + self.place
        cells = cells + self.around(cells)
        key, value = self.key_value(cells).chunk(2, 2)
        asked = self.queries.expand(len(maps), -1, -1)
        seen = functional.scaled_dot_product_attention(*(self._split(each) for each in (asked, key, value)))
        slots = asked + self.gathered(seen.transpose(1, 2).flatten(2))
        return self.last(self.drop(slots + self.think(slots)))

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(2, (self.heads, -1)).transpose(1, 2)
