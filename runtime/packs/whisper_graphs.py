"""Writes Whisper's encoder and decoder as ONNX graphs of the shape that fast, cancellable decoding wants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
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


def write_encoder(tensors: Tensors, size: Dimensions, path: Path, bits: int = 8) -> None:
    """Input `mel` f32 [bins, frames] of any length up to twice `audio_positions`.

    Outputs, per decoder layer i, what that layer attends to: `cross_key_i` f32 [1, heads, head, T] (already scaled, and
    laid out to be multiplied) and `cross_value_i` f32 [1, heads, T, head], with T = ceil(frames / 2).
    """
    with WeightFile(path.with_suffix(".bin")) as weights:
        graph = _Graph(path.stem, weights, tensors, size, bits)
        graph.input("mel", TensorProto.FLOAT, [size.bins, "frames"])
        x = graph.then("Unsqueeze", "mel", graph.integers(0))
        for name, stride, channels in (("conv1", 1, size.bins), ("conv2", 2, size.width)):
            name = "encoder/" + name
            x = graph.then(
                "Conv",
                x,
                graph.stored(name + "/weight", size.width, channels, 3),
                graph.stored(name + "/bias", size.width),
                kernel_shape=[3],
                strides=[stride],
                pads=[1, 1],
            )
            x = graph.then("Gelu", x, domain=CONTRIB)
        x = graph.then("Transpose", x, perm=[0, 2, 1])
        table = graph.stored("encoder/position_encodings/encodings", size.audio_positions, size.width)
        length = graph.then("Shape", x, start=1, end=2)
        x = graph.then("Add", x, graph.then("Slice", table, graph.integers(0), length, graph.integers(0)))
        for layer in range(size.encoder_layers):
            x = graph.self_attention(f"encoder/layer_{layer}/self_attention/", x)
            x = graph.feed_forward(f"encoder/layer_{layer}/ffn/", x)
        x = graph.norm("encoder/layer_norm/", x)
        for layer in range(size.decoder_layers):
            graph.cross_keys_and_values(layer, x)
        graph.save(path)


def write_decoder(
    tensors: Tensors, size: Dimensions, watched: Sequence[tuple[int, int]], path: Path, bits: int = 8
) -> None:
    """One step over S tokens after P earlier ones.

    Inputs: `tokens` int64 [1, S], `positions` int64 [S], `past_key_i`/`past_value_i` f32 [1, heads, P, head] and the
    encoder's `cross_key_i`/`cross_value_i` per layer. Outputs: `logits` f32 [1, vocabulary] after the last token,
    `gaze` f32 [T], how much the `watched` (layer, head) pairs look at each audio position while they choose what
    follows the last token (sums to 1), and `present_key_i`/`present_value_i` f32 [1, heads, P + S, head].
    """
    with WeightFile(path.with_suffix(".bin")) as weights:
        graph = _Graph(path.stem, weights, tensors, size, bits)
        graph.input("tokens", TensorProto.INT64, [1, "new"])
        graph.input("positions", TensorProto.INT64, ["new"])
        words = tensor(tensors, "decoder/embeddings/weight", size.vocabulary, size.width)
        # Half precision is what the model file stores; only the rows that are looked up ever leave the mapped file.
        table = graph.constant("words", words.astype(np.float16))
        x = graph.then("Cast", graph.then("Gather", table, "tokens"), to=TensorProto.FLOAT)
        table = graph.stored("decoder/position_encodings/encodings", size.text_positions, size.width)
        x = graph.then("Add", x, graph.then("Gather", table, "positions"))
        gazes: list[str] = []
        for layer in range(size.decoder_layers):
            x = graph.self_attention(f"decoder/layer_{layer}/self_attention/", x, cache=str(layer))
            x, weight = graph.cross_attention(layer, x)
            heads = [head for each, head in watched if each == layer]
            if heads:
                last = graph.then("Gather", weight, graph.scalar(-1), axis=2)
                gazes.append(graph.then("Gather", last, graph.integers(*heads), axis=1))
            x = graph.feed_forward(f"decoder/layer_{layer}/ffn/", x)
        last = graph.norm("decoder/layer_norm/", graph.then("Gather", x, graph.scalar(-1), axis=1))
        graph.linear(last, "words_out", words, None, output="logits")
        graph.output("logits", TensorProto.FLOAT, [1, size.vocabulary])
        graph.then("ReduceMean", graph.then("Concat", *gazes, axis=1), graph.integers(0, 1), output="gaze", keepdims=0)
        graph.output("gaze", TensorProto.FLOAT, ["audio"])
        graph.save(path)


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


class _Graph(Graph):
    """The pieces both graphs are made of; names its nodes by itself.

    Matrices of linear layers are stored in `bits`: 8 in blocks, or 32 as they are.
    """

    def __init__(self, name: str, weights: WeightFile, tensors: Tensors, size: Dimensions, bits: int) -> None:
        super().__init__(name, weights)
        self._tensors = tensors
        self._size = size
        self._bits = bits
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

    def linear(self, x: str, name: str, weight: Values, bias: Values | None, output: str = "") -> str:
        """x · weightᵀ + bias, with weight [out, in]."""
        rows, columns = weight.shape
        offset = "" if bias is None else self.constant(name + ".b", bias)
        if self._bits == 32:
            product = self.then("MatMul", x, self.constant(name + ".w", weight.T), output="" if offset else output)
            return self.then("Add", product, offset, output=output) if offset else product
        quantised, scales = blockwise(weight)
        inputs = [x, self.constant(name + ".q", quantised), self.constant(name + ".s", scales), "", "", offset]
        shape = {"K": columns, "N": rows, "bits": 8, "block_size": _BLOCK, "accuracy_level": 4}
        return self.then("MatMulNBits", *inputs, output=output, domain=CONTRIB, **shape)

    def layer(self, x: str, name: str, rows: int, columns: int) -> str:
        """The linear layer stored under `name`."""
        weight = tensor(self._tensors, name + "/weight", rows, columns)
        return self.linear(x, name, weight, tensor(self._tensors, name + "/bias", rows))

    def norm(self, name: str, x: str) -> str:
        gamma, beta = (self.stored(name + each, self._size.width) for each in ("gamma", "beta"))
        return self.then("LayerNormalization", x, gamma, beta, axis=-1, epsilon=_EPSILON)

    def self_attention(self, name: str, x: str, cache: str = "") -> str:
        """Attention among the positions of x; causal, and lengthening a cache, when `cache` names its layer."""
        width, heads, head = self._size.width, self._size.heads, self._size.head
        packed = self.layer(self.norm(name + "layer_norm/", x), name + "linear_0", 3 * width, width)
        inputs = [f"{name}{part}" for part in ("query", "key", "value")]
        self.node("Split", [packed], inputs, axis=-1, num_outputs=3)
        outputs = [name + "context"]
        if cache:
            past = [f"past_key_{cache}", f"past_value_{cache}"]
            outputs += [f"present_key_{cache}", f"present_value_{cache}"]
            inputs += ["", "", "", *past]
            for each in past:
                self.input(each, TensorProto.FLOAT, [1, heads, "past", head])
            for each in outputs[1:]:
                self.output(each, TensorProto.FLOAT, [1, heads, "all", head])
        context = self.node(
            "MultiHeadAttention", inputs, outputs, CONTRIB, num_heads=heads, unidirectional=int(bool(cache))
        )
        return self.then("Add", x, self.layer(context, name + "linear_1", width, width))

    def cross_keys_and_values(self, layer: int, x: str) -> None:
        """What decoder layer `layer` attends to of the encoded sound x [1, T, width]."""
        width, heads, head = self._size.width, self._size.heads, self._size.head
        name = f"decoder/layer_{layer}/attention/linear_1"
        weight = tensor(self._tensors, name + "/weight", 2 * width, width).copy()
        bias = tensor(self._tensors, name + "/bias", 2 * width).copy()
        weight[:width] *= head**-0.5
        bias[:width] *= head**-0.5
        both = self.then("Reshape", self.linear(x, name, weight, bias), self.integers(0, 0, 2, heads, head))
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
        weight = self.then("Softmax", self.then("MatMul", query, f"cross_key_{layer}"), axis=-1)
        context = self.then("Transpose", self.then("MatMul", weight, f"cross_value_{layer}"), perm=[0, 2, 1, 3])
        context = self.then("Reshape", context, self.integers(0, 0, width))
        return self.then("Add", x, self.layer(context, name + "linear_2", width, width)), weight

    def feed_forward(self, name: str, x: str) -> str:
        width = self._size.width
        hidden = self.layer(self.norm(name + "layer_norm/", x), name + "linear_0", 4 * width, width)
        hidden = self.then("Gelu", hidden, domain=CONTRIB)
        return self.then("Add", x, self.layer(hidden, name + "linear_1", width, 4 * width))
