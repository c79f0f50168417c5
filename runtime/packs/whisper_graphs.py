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
from runtime.packs.whisper_silence import FIRST, STRIDE, Silence

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


def write_encoder(
    tensors: Tensors, size: Dimensions, path: Path, bits: int = 8, silence: Silence | None = None
) -> None:
    """Input `mel` f32 [bins, frames] of any length up to twice `audio_positions`; T = ceil(frames / 2).

    With `silence`, its R' positions that lie behind the sound are attended to as well (none when T fills the window).
    Outputs, per decoder layer i, what that layer attends to: `cross_key_i` f32 [1, heads, head, T + R'] (already
    scaled, and laid out to be multiplied) and `cross_value_i` f32 [1, heads, T + R', head], first the sound; and
    `cross_weight` f32 [T + R'], what is to be added to each position's score.
    Without, the outputs are instead what `whisper_silence.remember` wants.
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
        behind = _Behind(graph, silence, length) if silence else None
        for layer in range(size.encoder_layers):
            x = graph.self_attention(f"encoder/layer_{layer}/self_attention/", x, inner=layer, behind=behind)
            x = graph.feed_forward(f"encoder/layer_{layer}/ffn/", x, dynamic=True, measured=behind is None)
        x = graph.norm("encoder/layer_norm/", x)
        if behind is None:
            graph.peak("encoder/layer_norm/", x)
            graph.then("Identity", x, output="states")
            graph.output("states", TensorProto.FLOAT, [1, "audio", size.width])
        else:
            x = graph.then("Concat", x, behind.states(), axis=1)
            graph.then("Identity", behind.weight, output="cross_weight")
            graph.output("cross_weight", TensorProto.FLOAT, ["audio"])
            for layer in range(size.decoder_layers):
                graph.cross_keys_and_values(layer, x)
        graph.save(path)


def write_decoder(
    tensors: Tensors, size: Dimensions, watched: Sequence[tuple[int, int]], path: Path, bits: int = 8
) -> None:
    """One step over S tokens after P earlier ones.

    Inputs: `tokens` int64 [1, S], `positions` int64 [S], `past_key_i`/`past_value_i` f32 [1, heads, P, head] and the
    encoder's outputs. Outputs: `logits` f32 [1, vocabulary] after the last token,
    `gaze` f32 [T], how much the `watched` (layer, head) pairs look at each audio position while they choose what
    follows the last token (sums to 1), and `present_key_i`/`present_value_i` f32 [1, heads, P + S, head].
    """
    with WeightFile(path.with_suffix(".bin")) as weights:
        graph = _Graph(path.stem, weights, tensors, size, bits)
        graph.input("tokens", TensorProto.INT64, [1, "new"])
        graph.input("positions", TensorProto.INT64, ["new"])
        graph.input("cross_weight", TensorProto.FLOAT, ["audio"])
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


def columnwise(weight: Values) -> tuple[NDArray[np.int8], Values]:
    """One symmetric 8-bit scale per output: weight [out, in] → int8 [in, out] and scales [out]; wᵀ ≈ q · scale."""
    scales = np.maximum(np.abs(weight).max(axis=1) / 127.0, 1e-12).astype(np.float32)
    return np.rint(weight / scales[:, None]).astype(np.int8).T, scales


class _Behind:
    """The remembered silence behind a sound of `length` positions, within a graph."""

    def __init__(self, graph: _Graph, silence: Silence, length: str) -> None:
        self._graph = graph
        self._silence = silence
        kept = silence.states.shape[1]
        # Remembered position k stands at FIRST + k·STRIDE: the first one behind the sound is the smallest k with that
        # ≥ length, or all of them are when the sound is shorter than FIRST.
        ahead = graph.then("Sub", length, graph.integers(FIRST - STRIDE + 1))
        index = graph.then("Div", graph.then("Max", ahead, graph.integers(0)), graph.integers(STRIDE))
        self._from = graph.then("Min", index, graph.integers(kept))
        count = graph.then("Sub", graph.integers(kept), self._from)
        zero = graph.constant("zero", np.zeros(1, np.float32))
        heavier = graph.constant("heavier", np.full(1, np.log(STRIDE), np.float32))
        own = graph.then("Expand", zero, length)
        rest = graph.then("Expand", heavier, count)
        self.weight = graph.then("Concat", own, rest, axis=0)
        shape = graph.then("Concat", graph.integers(1, 1), length, graph.then("Add", length, count), axis=0)
        # The remembered ones come first here: MultiHeadAttention takes them as its past.
        self.scores = graph.then("Expand", graph.then("Concat", rest, own, axis=0), shape)

    def inner(self, layer: int) -> list[str]:
        """Keys and values for the attention of an encoder layer."""
        pairs = (("key", self._silence.keys), ("value", self._silence.values))
        return [self._behind(self._graph.constant(f"silence_{kind}_{layer}", all_[layer]), 2) for kind, all_ in pairs]

    def states(self) -> str:
        """The encoder's results [1, R', width]."""
        return self._behind(self._graph.constant("silence_states", self._silence.states), 1)

    def _behind(self, table: str, axis: int) -> str:
        end = self._graph.integers(2**31 - 1)
        return self._graph.then("Slice", table, self._from, end, self._graph.integers(axis))


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
        return self.then("LayerNormalization", x, gamma, beta, axis=-1, epsilon=_EPSILON)

    def self_attention(
        self, name: str, x: str, cache: str = "", inner: int | None = None, behind: _Behind | None = None
    ) -> str:
        """Attention among the positions of x.

        Causal, and lengthening a cache, when `cache` names its layer; with what lies `behind`, when that is given;
        otherwise its keys and values become outputs of the graph.
        """
        width, heads, head = self._size.width, self._size.heads, self._size.head
        normed = self.norm(name + "layer_norm/", x)
        dynamic = inner is not None
        packed = self.layer(normed, name + "linear_0", 3 * width, width, dynamic)
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
        elif inner is not None and behind is not None:
            inputs += ["", "", behind.scores, *behind.inner(inner)]
            # Nobody reads these two, but without them ONNX Runtime 1.31 does not join past and present.
            outputs += [f"joined_key_{inner}", f"joined_value_{inner}"]
        elif inner is not None:
            empty = self.constant("empty", np.zeros((1, heads, 0, head), np.float32))
            inputs += ["", "", "", empty, empty]
            outputs += [f"inner_key_{inner}", f"inner_value_{inner}"]
            for each in outputs[1:]:
                self.output(each, TensorProto.FLOAT, [1, heads, "audio", head])
            self.peak(name + "layer_norm/", normed)
        context = self.node(
            "MultiHeadAttention", inputs, outputs, CONTRIB, num_heads=heads, unidirectional=int(bool(cache))
        )
        return self.then("Add", x, self.layer(context, name + "linear_1", width, width, dynamic))

    def peak(self, name: str, x: str) -> None:
        """The largest magnitude of each channel of x [1, T, width] as an output of the graph."""
        self.then("ReduceMax", self.then("Abs", x), self.integers(0, 1), output="peak/" + name, keepdims=0)
        self.output("peak/" + name, TensorProto.FLOAT, [self._size.width])

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

    def feed_forward(self, name: str, x: str, dynamic: bool = False, measured: bool = False) -> str:
        """`dynamic` concerns the first matrix only: what enters the second has channels too loud for one scale."""
        width = self._size.width
        normed = self.norm(name + "layer_norm/", x)
        if measured:
            self.peak(name + "layer_norm/", normed)
        hidden = self.layer(normed, name + "linear_0", 4 * width, width, dynamic)
        hidden = self.then("Gelu", hidden, domain=CONTRIB)
        return self.then("Add", x, self.layer(hidden, name + "linear_1", width, 4 * width))
