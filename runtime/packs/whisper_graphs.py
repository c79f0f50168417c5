"""Writes Whisper's encoder and decoder as ONNX graphs of the shape that fast, cancellable decoding wants."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from onnx import TensorProto

from runtime.packs.ctranslate2 import tensor
from runtime.packs.onnx_graph import CONTRIB, WeightFile
from runtime.packs.whisper_layers import Dimensions, Layers, Tensors
from runtime.packs.whisper_silence import FIRST, STRIDE, Silence


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
        graph = Layers(path.stem, weights, tensors, size, bits, measured=silence is None)
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
            name = f"encoder/layer_{layer}/self_attention/"
            if behind:
                # Nobody reads `present`, but without it ONNX Runtime 1.31 does not join what it is made of.
                present = [f"joined_key_{layer}", f"joined_value_{layer}"]
                x = graph.self_attention(name, x, behind.inner(layer), present, behind.scores, dynamic=True)
            else:
                present = [f"inner_key_{layer}", f"inner_value_{layer}"]
                empty = graph.constant("empty", np.zeros((1, size.heads, 0, size.head), np.float32))
                x = graph.self_attention(name, x, [empty, empty], present)
                for each in present:
                    graph.output(each, TensorProto.FLOAT, [1, size.heads, "audio", size.head])
            x = graph.feed_forward(f"encoder/layer_{layer}/ffn/", x, dynamic=True)
        x = graph.norm("encoder/layer_norm/", x)
        if behind is None:
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
        graph = Layers(path.stem, weights, tensors, size, bits)
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
            past, present = ([f"{when}_key_{layer}", f"{when}_value_{layer}"] for when in ("past", "present"))
            for each in past:
                graph.input(each, TensorProto.FLOAT, [1, size.heads, "past", size.head])
            for each in present:
                graph.output(each, TensorProto.FLOAT, [1, size.heads, "all", size.head])
            x = graph.self_attention(f"decoder/layer_{layer}/self_attention/", x, past, present, causal=True)
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


class _Behind:
    """The remembered silence behind a sound of `length` positions, within a graph."""

    def __init__(self, graph: Layers, silence: Silence, length: str) -> None:
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
