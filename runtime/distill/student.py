"""The student: the back of the pack's backbone, trained further, and a light head that says what is there and where."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn
from torch.nn import functional

from runtime.distill.features import MIDDLE
from runtime.distill.names import NAMES

DEEP_WIDTH, MIDDLE_WIDTH, FINE_WIDTH = 1280, 112, 40
"""Channels of the backbone's last map, of its middle map and of its fine one."""

LAST = "_conv_head.relu6"
"""Name that the pack's graph gives the backbone's last map."""


class Tail(nn.Module):
    """What the pack's graph does between its middle map f32[n, 112, 2r, 2c] and its last one f32[n, 1280, r, c].

    Batch normalisation is part of the convolutions there and stays so: its statistics are those of a million pictures.
    """

    def __init__(self, graph: Path) -> None:
        super().__init__()
        model = onnx.load(str(graph))
        stored = {each.name: each for each in model.graph.initializer}
        self.nodes: list[onnx.NodeProto] = []
        self.layers = nn.ModuleDict()
        wanted = {MIDDLE}
        for node in model.graph.node:
            if not wanted & set(node.input):
                continue
            self.nodes.append(node)
            wanted.add(node.output[0])
            if node.op_type == "Conv":
                kernel, bias = (torch.tensor(numpy_helper.to_array(stored[name])) for name in node.input[1:])
                sizes = {each.name: list(each.ints) or each.i for each in node.attribute}
                layer = nn.Conv2d(
                    kernel.shape[1] * sizes["group"],
                    kernel.shape[0],
                    sizes["kernel_shape"],  # type: ignore[arg-type]
                    sizes["strides"],  # type: ignore[arg-type]
                    groups=sizes["group"],
                )
                layer.weight.data, layer.bias.data = kernel, bias  # type: ignore[union-attr]
                self.layers[_key(node)] = layer
            if node.output[0] == LAST:
                return
        raise SystemExit(f"{graph} has no way from {MIDDLE} to {LAST}.")

    def layer(self, node: onnx.NodeProto) -> nn.Conv2d:
        """The convolution that stands for a node of the graph."""
        layer = self.layers[_key(node)]
        assert isinstance(layer, nn.Conv2d)
        return layer

    def forward(self, middle: Tensor) -> Tensor:
        made = {MIDDLE: middle}
        for node in self.nodes:
            x = made[node.input[0]]
            if node.op_type == "Conv":
                top, left, bottom, right = next(each.ints for each in node.attribute if each.name == "pads")
                made[node.output[0]] = self.layer(node)(functional.pad(x, (left, right, top, bottom)))
            elif node.op_type == "Clip":
                made[node.output[0]] = functional.relu6(x)
            else:
                made[node.output[0]] = x + made[node.input[1]]
        return made[LAST]


def _key(node: onnx.NodeProto) -> str:
    return node.output[0].replace(".", "-")  # a dot would be a path in the state


class Block(nn.Module):
    """A depthwise 5×5 and a pointwise convolution beside a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.spread = nn.Conv2d(width, width, 5, padding=2, groups=width, bias=False)
        self.norm = nn.BatchNorm2d(width)
        self.mix = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(x + self.mix(functional.relu(self.norm(self.spread(x)))))


class Student(nn.Module):
    """From `fine` f32[n, 40, 4r, 4c] and `middle` f32[n, 112, 2r, 2c] to `presence` logits f32[n, 80], `scores`
    logits f32[n, 4rc, 80] and `places` f32[n, 4rc, 4] (left, top, right, bottom; shares of the picture's sides).

    Presence adds to the evidence of single cells (a soft maximum) that of the whole (a linear layer on the mean), so
    that a kitchen speaks for an oven. Places are distances from a cell's centre, after Tian et al., "FCOS" (2019);
    three scales meet in the middle one, after Lin et al., "Feature pyramid networks" (2017).
    """

    def __init__(self, graph: Path, width: int = 160, deep: int = 384) -> None:
        super().__init__()
        self.tail = Tail(graph)
        self.narrow = nn.Sequential(nn.Conv2d(DEEP_WIDTH, deep, 1, bias=False), nn.BatchNorm2d(deep), nn.ReLU())
        self.around = Block(deep)
        self.here = nn.Conv2d(deep, len(NAMES), 1)
        self.whole = nn.Linear(deep, len(NAMES))
        self.down = nn.Conv2d(deep, width, 1)
        self.side = nn.Sequential(nn.Conv2d(MIDDLE_WIDTH, width, 1, bias=False), nn.BatchNorm2d(width))
        self.near = nn.Sequential(
            nn.Conv2d(FINE_WIDTH, width, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(width)
        )
        self.blocks = nn.Sequential(Block(width), Block(width))
        self.score = nn.Conv2d(width, len(NAMES), 1)
        self.place = nn.Conv2d(width, 4, 1)
        # Nearly every cell is empty of nearly every class: start from there (Lin et al., "Focal loss", 2017).
        for layer in (self.score, self.here):
            nn.init.constant_(layer.bias, -4.0)  # type: ignore[arg-type]

    def forward(self, fine: Tensor, middle: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        deep = self.around(functional.dropout2d(self.narrow(self.tail(middle)), 0.1, self.training))
        here = self.here(deep).float().flatten(2)
        presence = torch.logsumexp(2 * here, 2) / 2 + self.whole(deep.mean((2, 3))).float()
        joined = self.side(middle) + self.near(fine)
        joined = joined + functional.interpolate(self.down(deep), scale_factor=2.0, mode="nearest")
        joined = self.blocks(functional.relu(joined))
        scores = self.score(joined).float().flatten(2).transpose(1, 2)
        reach = functional.softplus(self.place(joined).float()).flatten(2).transpose(1, 2) * 0.2
        rows, columns = joined.shape[2:]
        y = (torch.arange(rows, device=joined.device) + 0.5) / rows
        x = (torch.arange(columns, device=joined.device) + 0.5) / columns
        centre = torch.stack([x.repeat(rows), y.repeat_interleave(columns)], 1)
        places = torch.cat([centre - reach[..., :2], centre + reach[..., 2:]], 2)
        return presence, scores, places
