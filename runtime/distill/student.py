"""The student: a light head on two maps of the frozen backbone, which says what is there and where."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from runtime.distill.names import NAMES

DEEP, MIDDLE = 1280, 112


class _Block(nn.Module):
    """A depthwise 5×5 and a pointwise convolution beside a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.spread = nn.Conv2d(width, width, 5, padding=2, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.mix = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.mix(functional.relu(self.norm(self.spread(x)))))


class Student(nn.Module):
    """From `features` f32[n, 1280, r, c] and `middle` f32[n, 112, 2r, 2c] to `presence` logits f32[n, 80], `scores`
    logits f32[n, 4rc, 80] and `places` f32[n, 4rc, 4] (left, top, right, bottom; shares of the picture's sides).

    Presence adds to the evidence of single cells (a soft maximum) that of the whole (a linear layer on the mean), so
    that a kitchen speaks for an oven. Places are distances from a cell's centre, after Tian et al., "FCOS" (2019).
    """

    def __init__(self, width: int = 160, deep: int = 384) -> None:
        super().__init__()
        self.narrow = nn.Sequential(nn.Conv2d(DEEP, deep, 1, bias=False), nn.BatchNorm2d(deep), nn.ReLU())
        self.around = _Block(deep)
        self.here = nn.Conv2d(deep, len(NAMES), 1)
        self.whole = nn.Linear(deep, len(NAMES))
        self.down = nn.Conv2d(deep, width, 1)
        self.side = nn.Sequential(nn.Conv2d(MIDDLE, width, 1, bias=False), nn.BatchNorm2d(width))
        self.blocks = nn.Sequential(_Block(width), _Block(width))
        self.score = nn.Conv2d(width, len(NAMES), 1)
        self.place = nn.Conv2d(width, 4, 1)
        # Nearly every cell is empty of nearly every class: start from there (Lin et al., "Focal loss", 2017).
        for layer in (self.score, self.here):
            nn.init.constant_(layer.bias, -4.0)  # type: ignore[arg-type]

    def forward(self, features: Tensor, middle: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        deep = self.around(self.narrow(features))
        here = self.here(deep).flatten(2)
        presence = torch.logsumexp(2 * here, 2) / 2 + self.whole(deep.mean((2, 3)))
        fine = self.side(middle) + functional.interpolate(self.down(deep), scale_factor=2.0, mode="nearest")
        fine = self.blocks(functional.relu(fine))
        scores = self.score(fine).flatten(2).transpose(1, 2)
        reach = functional.softplus(self.place(fine)).flatten(2).transpose(1, 2) * 0.2
        rows, columns = fine.shape[2:]
        y = (torch.arange(rows, device=fine.device) + 0.5) / rows
        x = (torch.arange(columns, device=fine.device) + 0.5) / columns
        centre = torch.stack([x.repeat(rows), y.repeat_interleave(columns)], 1)
        places = torch.cat([centre - reach[..., :2], centre + reach[..., 2:]], 2)
        return presence, scores, places
