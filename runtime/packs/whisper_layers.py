"""The pieces Whisper's graphs are made of, and how their weights are rounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from runtime.packs.ctranslate2 import tensor
from runtime.packs.onnx_graph import CONTRIB, Graph, WeightFile

_BLOCK = 32
_EPSILON = 1e-5

Values = NDArray[np.float32]
Tensors = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What differs from one size of Whisper to another."""

    width: int
    heads: int
    encoder_layers: int
    decoder_layers: int
    bins: int
    audio_positions: int
    text_positions: int
    vocabulary: int

    @property
    def head(self) -> int:
        return self.width // self.heads


def blockwise(weight: Values) -> tuple[NDArray[np.uint8], Values]:
    """Symmetric 8-bit blocks of 32 along the inputs, as `MatMulNBits` stores them.

    weight [out, in] → uint8 [out, in / 32, 32] around 128 and scales [out, in / 32]; w ≈ (q - 128) · scale.
    """
    rows, columns = weight.shape
    blocks = weight.reshape(rows, columns // _BLOCK, _BLOCK)
    scales = np.abs(blocks).max(axis=2) / 127.0
    divisors = np.where(scales == 0.0, 1.0, scales)
    quantised = np.rint(blocks / divisors[:, :, None]).astype(np.int16) + 128
    return quantised.astype(np.uint8), scales.astype(np.float32)


def columnwise(weight: Values) -> tuple[NDArray[np.int8], Values]:
    """One symmetric 8-bit scale per output: weight [out, in] → int8 [in, out] and scales [out]; wᵀ ≈ q · scale."""
    scales = np.maximum(np.abs(weight).max(axis=1) / 127.0, 1e-12).astype(np.float32)
    return np.rint(weight / scales[:, None]).astype(np.int8).T, scales


class Layers(Graph):
    """The pieces both graphs are made of; names its nodes by itself.

    Matrices of linear layers are stored in `bits`: 8 in blocks, or 32 as they are. When `measured`, the largest
    magnitude f32 [width] of each channel behind each layer norm is an output of the graph, `peak/` and the norm's name.
    """

    def __init__(
        self,
        name: str,
        weights: WeightFile,
        tensors: Tensors,
        size: Dimensions,
        bits: int,
        measured: bool = False,
    ) -> None:
        super().__init__(name, weights)
        self._tensors = tensors
        self._size = size
        self._bits = bits
        self._measured = measured
        self._count = 0

    def integers(self, *values: int) -> str:
        return self.constant("i_" + "_".join(map(str, values)), np.array(values, np.int64))

    def scalar(self, value: int) -> str:
        return self.constant(f"s_{value}", np.array(value, np.int64))

    def stored(self, name: str, *shape: int) -> str:
        """The tensor `name` of the model file as a weight."""
        return self.constant(name, tensor(self._tensors, name, *shape))

    def then(self, op: str, *inputs: str, output: str = "", domain: str = "", **attributes: Any) -> str:
        """Append a node with one output, named by itself unless `output` names it."""
        self._count += 1
        return self.node(op, list(inputs), [output or f"{op}_{self._count}"], domain, **attributes)

    def linear(
        self, x: str, name: str, weight: Values, bias: Values | None, output: str = "", dynamic: bool = False
    ) -> str:
        """x · weightᵀ + bias, with weight [out, in].

        `dynamic` rounds x to 8 bits too, all of it on one scale: three times as fast on many rows.
        """
        rows, columns = weight.shape
        offset = "" if bias is None else self.constant(name + ".b", bias)
        if self._bits == 32:
            product = self.then("MatMul", x, self.constant(name + ".w", weight.T), output="" if offset else output)
            return self.then("Add", product, offset, output=output) if offset else product
        if dynamic:
            quantised, scales = columnwise(weight)
            inputs = [x, self.constant(name + ".q", quantised), self.constant(name + ".s", scales), "", offset]
            return self.then("DynamicQuantizeMatMul", *inputs, output=output, domain=CONTRIB)
        quantised, scales = blockwise(weight)
        inputs = [x, self.constant(name + ".q", quantised), self.constant(name + ".s", scales), "", "", offset]
        shape = {"K": columns, "N": rows, "bits": 8, "block_size": _BLOCK, "accuracy_level": 4}
        return self.then("MatMulNBits", *inputs, output=output, domain=CONTRIB, **shape)

    def layer(self, x: str, name: str, rows: int, columns: int, dynamic: bool = False) -> str:
        """The linear layer stored under `name`."""
        weight = tensor(self._tensors, name + "/weight", rows, columns)
        return self.linear(x, name, weight, tensor(self._tensors, name + "/bias", rows), dynamic=dynamic)

    def norm(self, name: str, x: str) -> str:
        gamma, beta = (self.stored(name + each, self._size.width) for each in ("gamma", "beta"))
        normed = self.then("LayerNormalization", x, gamma, beta, axis=-1, epsilon=_EPSILON)
        if self._measured:
            self.then("ReduceMax", self.then("Abs", normed), self.integers(0, 1), output="peak/" + name, keepdims=0)
            self.output("peak/" + name, TensorProto.FLOAT, [self._size.width])
        return normed

    def self_attention(
        self,
        name: str,
        x: str,
        past: Sequence[str] = (),
        present: Sequence[str] = (),
        scores: str = "",
        causal: bool = False,
        dynamic: bool = False,
    ) -> str:
        """Attention among the positions of x and the earlier ones whose keys and values are `past`.

        `present` names all keys and values together; `scores` is added to the scores before the softmax.
        """
        width = self._size.width
        packed = self.layer(self.norm(name + "layer_norm/", x), name + "linear_0", 3 * width, width, dynamic)
        inputs = [f"{name}{part}" for part in ("query", "key", "value")]
        self.node("Split", [packed], inputs, axis=-1, num_outputs=3)
        context = self.node(
            "MultiHeadAttention",
            [*inputs, *(["", "", scores, *past] if past else [])],
            [name + "context", *present],
            CONTRIB,
            num_heads=self._size.heads,
            unidirectional=int(causal),
        )
        return self.then("Add", x, self.layer(context, name + "linear_1", width, width, dynamic))

    def cross_keys_and_values(self, layer: int, x: str) -> None:
        """What decoder layer `layer` attends to of the encoded sound x [1, T, width]."""
        width, heads, head = self._size.width, self._size.heads, self._size.head
        name = f"decoder/layer_{layer}/attention/linear_1"
        weight = tensor(self._tensors, name + "/weight", 2 * width, width).copy()
        bias = tensor(self._tensors, name + "/bias", 2 * width).copy()
        weight[:width] *= head**-0.5
        bias[:width] *= head**-0.5
        both = self.then(
            "Reshape", self.linear(x, name, weight, bias, dynamic=True), self.integers(0, 0, 2, heads, head)
        )
        key, value = (self.then("Gather", both, self.scalar(index), axis=2) for index in (0, 1))
        self.then("Transpose", key, output=f"cross_key_{layer}", perm=[0, 2, 3, 1])
        self.then("Transpose", value, output=f"cross_value_{layer}", perm=[0, 2, 1, 3])
        self.output(f"cross_key_{layer}", TensorProto.FLOAT, [1, heads, head, "audio"])
        self.output(f"cross_value_{layer}", TensorProto.FLOAT, [1, heads, "audio", head])

    def cross_attention(self, layer: int, x: str) -> tuple[str, str]:
        """Attention to the sound; returns its result and the attention weights [1, heads, S, T]."""
        width, heads, head = self._size.width, self._size.heads, self._size.head
        self.input(f"cross_key_{layer}", TensorProto.FLOAT, [1, heads, head, "audio"])
        self.input(f"cross_value_{layer}", TensorProto.FLOAT, [1, heads, "audio", head])
        name = f"decoder/layer_{layer}/attention/"
        query = self.layer(self.norm(name + "layer_norm/", x), name + "linear_0", width, width)
        query = self.then("Reshape", query, self.integers(0, 0, heads, head))
        query = self.then("Transpose", query, perm=[0, 2, 1, 3])
        scores = self.then("Add", self.then("MatMul", query, f"cross_key_{layer}"), "cross_weight")
        weight = self.then("Softmax", scores, axis=-1)
        context = self.then("Transpose", self.then("MatMul", weight, f"cross_value_{layer}"), perm=[0, 2, 1, 3])
        context = self.then("Reshape", context, self.integers(0, 0, width))
        return self.then("Add", x, self.layer(context, name + "linear_2", width, width)), weight

    def feed_forward(self, name: str, x: str, dynamic: bool = False) -> str:
        """`dynamic` concerns the first matrix only: what enters the second has channels too loud for one scale."""
        width = self._size.width
        hidden = self.layer(self.norm(name + "layer_norm/", x), name + "linear_0", 4 * width, width, dynamic)
        hidden = self.then("Gelu", hidden, domain=CONTRIB)
        return self.then("Add", x, self.layer(hidden, name + "linear_1", width, 4 * width))
