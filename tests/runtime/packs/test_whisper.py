"""Whisper's graphs against the same arithmetic in numpy, on a tiny model of random numbers."""

import json
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from runtime.errors import Fault
from runtime.packs.whisper import export
from runtime.packs.whisper_balance import balance
from runtime.packs.whisper_layers import blockwise, columnwise
from runtime.packs.whisper_silence import FIRST, STRIDE, vowels

WIDTH, HEADS, LAYERS, BINS, AUDIO, TEXT, WORDS = 64, 2, 2, 80, 160, 24, 96
HEAD = WIDTH // HEADS
WATCHED = [[0, 1], [1, 0]]


def model_tensors():
    random = np.random.default_rng(7)
    tensors = {"encoder/num_heads": np.array(HEADS, np.int16)}

    def add(name, *shape, scale=None, about=0.0):
        scale = shape[-1] ** -0.5 if scale is None else scale
        tensors[name] = (about + random.normal(0, scale, shape)).astype(np.float16)

    def linear(name, rows, columns):
        add(name + "/weight", rows, columns)
        add(name + "/bias", rows, scale=0.1)

    def norm(name):
        add(name + "gamma", WIDTH, scale=0.3, about=1.0)
        add(name + "beta", WIDTH, scale=0.1)

    add("encoder/conv1/weight", WIDTH, BINS, 3, scale=0.06)
    add("encoder/conv1/bias", WIDTH, scale=0.1)
    add("encoder/conv2/weight", WIDTH, WIDTH, 3, scale=0.07)
    add("encoder/conv2/bias", WIDTH, scale=0.1)
    add("encoder/position_encodings/encodings", AUDIO, WIDTH, scale=0.5)
    add("decoder/position_encodings/encodings", TEXT, WIDTH, scale=0.5)
    add("decoder/embeddings/weight", WORDS, WIDTH, scale=0.5)
    for side in ("encoder", "decoder"):
        norm(f"{side}/layer_norm/")
        for layer in range(LAYERS):
            prefix = f"{side}/layer_{layer}/"
            norm(prefix + "self_attention/layer_norm/")
            linear(prefix + "self_attention/linear_0", 3 * WIDTH, WIDTH)
            linear(prefix + "self_attention/linear_1", WIDTH, WIDTH)
            norm(prefix + "ffn/layer_norm/")
            linear(prefix + "ffn/linear_0", 4 * WIDTH, WIDTH)
            linear(prefix + "ffn/linear_1", WIDTH, 4 * WIDTH)
            if side == "decoder":
                norm(prefix + "attention/layer_norm/")
                linear(prefix + "attention/linear_0", WIDTH, WIDTH)
                linear(prefix + "attention/linear_1", 2 * WIDTH, WIDTH)
                linear(prefix + "attention/linear_2", WIDTH, WIDTH)
    return tensors


@dataclass
class Tiny:
    """The model in numpy, in double precision, without any cache or shortcut."""

    tensors: dict

    def get(self, name):
        return self.tensors[name].astype(np.float64)

    def linear(self, x, name):
        return x @ self.get(name + "/weight").T + self.get(name + "/bias")

    def norm(self, x, name):
        centred = x - x.mean(axis=-1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-5) * self.get(
            name + "gamma"
        ) + self.get(name + "beta")

    def attend(self, query, key, value, mask=None):
        out = []
        for head in range(HEADS):
            part = slice(head * HEAD, (head + 1) * HEAD)
            scores = query[:, part] @ key[:, part].T / np.sqrt(HEAD)
            scores = scores if mask is None else np.where(mask, scores, -np.inf)
            weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
            weights /= weights.sum(axis=-1, keepdims=True)
            out.append((weights, weights @ value[:, part]))
        return [weights for weights, _ in out], np.concatenate([context for _, context in out], axis=1)

    def self_attention(self, x, prefix, causal=False):
        query, key, value = np.split(self.linear(self.norm(x, prefix + "layer_norm/"), prefix + "linear_0"), 3, axis=-1)
        mask = np.tri(len(x), dtype=bool) if causal else None
        return x + self.linear(self.attend(query, key, value, mask)[1], prefix + "linear_1")

    def feed_forward(self, x, prefix):
        hidden = self.linear(self.norm(x, prefix + "layer_norm/"), prefix + "linear_0")
        return x + self.linear(gelu(hidden), prefix + "linear_1")

    def encode(self, mel):
        x = mel.astype(np.float64)
        for name, stride in (("conv1", 1), ("conv2", 2)):
            padded = np.pad(x, ((0, 0), (1, 1)))
            columns = [padded[:, at : at + 3].ravel() for at in range(0, x.shape[1], stride)]
            weight = self.get(f"encoder/{name}/weight").reshape(WIDTH, -1)
            x = gelu((np.array(columns) @ weight.T + self.get(f"encoder/{name}/bias")).T)
        x = x.T + self.get("encoder/position_encodings/encodings")[: x.shape[1]]
        for layer in range(LAYERS):
            x = self.self_attention(x, f"encoder/layer_{layer}/self_attention/")
            x = self.feed_forward(x, f"encoder/layer_{layer}/ffn/")
        return self.norm(x, "encoder/layer_norm/")

    def decode(self, tokens, states):
        x = self.get("decoder/embeddings/weight")[tokens]
        x = x + self.get("decoder/position_encodings/encodings")[: len(tokens)]
        gazes = []
        for layer in range(LAYERS):
            x = self.self_attention(x, f"decoder/layer_{layer}/self_attention/", causal=True)
            prefix = f"decoder/layer_{layer}/attention/"
            query = self.linear(self.norm(x, prefix + "layer_norm/"), prefix + "linear_0")
            key, value = np.split(self.linear(states, prefix + "linear_1"), 2, axis=-1)
            weights, context = self.attend(query, key, value)
            gazes += [weights[head][-1] for each, head in WATCHED if each == layer]
            x = x + self.linear(context, prefix + "linear_2")
            x = self.feed_forward(x, f"decoder/layer_{layer}/ffn/")
        last = self.norm(x[-1], "decoder/layer_norm/")
        return last @ self.get("decoder/embeddings/weight").T, np.mean(gazes, axis=0)


def gelu(x):
    # Abramowitz and Stegun 7.1.26; its error of 1.5e-7 is far below what the comparison allows.
    scaled = np.abs(x) / np.sqrt(2)
    step = 1 / (1 + 0.3275911 * scaled)
    powers = 0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429
    tail = sum(factor * step ** (index + 1) for index, factor in enumerate(powers)) * np.exp(-(scaled**2))
    return 0.5 * x * (1 + np.sign(x) * (1 - tail))


def file(tensors):
    """The tensors as a CTranslate2 file."""

    def named(text):
        return struct.pack("<H", len(text) + 1) + text.encode() + b"\0"

    parts = [struct.pack("<I", 6), named("WhisperSpec"), struct.pack("<II", 3, len(tensors))]
    for name, values in tensors.items():
        kind = {"float16": 4, "int16": 2}[values.dtype.name]
        shape = struct.pack(f"<B{values.ndim}I", values.ndim, *values.shape)
        parts += [named(name), shape, struct.pack("<BI", kind, values.nbytes), values.tobytes()]
    return b"".join([*parts, struct.pack("<I", 0)])


CONFIG = {"alignment_heads": WATCHED, "suppress_ids": [1], "suppress_ids_begin": [2], "lang_ids": [3]}


def exported(folder: Path, bits, data=None, config=CONFIG):
    folder.mkdir(parents=True, exist_ok=True)
    data = file(model_tensors()) if data is None else data
    (folder / "a").write_bytes(data[:1000])
    (folder / "b").write_bytes(data[1000:])
    (folder / "tokens.json").write_text("{}", encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    parts = [folder / "a", folder / "b"]
    export(parts, folder / "tokens.json", folder / "config.json", folder / "hearing", bits=bits)
    return folder / "hearing"


class Graphs:
    """Both graphs of an exported folder, run with plain feeds."""

    def __init__(self, folder):
        self.encoder = ort.InferenceSession(folder / "encoder.onnx", providers=["CPUExecutionProvider"])
        self.decoder = ort.InferenceSession(folder / "decoder.onnx", providers=["CPUExecutionProvider"])

    def encode(self, mel):
        names = [each.name for each in self.encoder.get_outputs()]
        return dict(zip(names, self.encoder.run(names, {"mel": mel}), strict=True))

    def decode(self, steps, sound):
        """Feed the tokens of each step in turn; the last logits and gaze."""
        cache = {
            f"past_{kind}_{layer}": np.zeros((1, HEADS, 0, HEAD), np.float32)
            for layer in range(LAYERS)
            for kind in ("key", "value")
        }
        names = [each.name for each in self.decoder.get_outputs()]
        position = 0
        for step in steps:
            feed = {"tokens": np.array([step]), "positions": np.arange(position, position + len(step))}
            results = dict(zip(names, self.decoder.run(names, feed | cache | sound), strict=True))
            cache = {name: results[name.replace("past", "present")] for name in cache}
            position += len(step)
        return results["logits"][0], results["gaze"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {bits: exported(tmp_path_factory.mktemp(f"bits{bits}"), bits) for bits in (8, 32)}


@pytest.fixture(scope="module")
def mel():
    return np.random.default_rng(1).normal(0, 0.5, (BINS, 2 * AUDIO)).astype(np.float32)


TOKENS = [5, 17, 40, 3, 90, 61]


def test_a_full_window_equals_plain_arithmetic(folders, mel):
    graphs, tiny = Graphs(folders[32]), Tiny(model_tensors())
    sound = graphs.encode(mel)
    states = tiny.encode(mel)
    assert sound["cross_weight"].shape == (AUDIO,)
    for layer in range(LAYERS):
        key, value = np.split(tiny.linear(states, f"decoder/layer_{layer}/attention/linear_1"), 2, axis=-1)
        key = key.reshape(AUDIO, HEADS, HEAD).transpose(1, 2, 0) / np.sqrt(HEAD)
        np.testing.assert_allclose(sound[f"cross_key_{layer}"][0], key, atol=2e-4)
        value = value.reshape(AUDIO, HEADS, HEAD).transpose(1, 0, 2)
        np.testing.assert_allclose(sound[f"cross_value_{layer}"][0], value, atol=2e-3)
    logits, gaze = graphs.decode([TOKENS], sound)
    expected, expected_gaze = tiny.decode(TOKENS, states)
    np.testing.assert_allclose(logits, expected, atol=5e-3)
    np.testing.assert_allclose(gaze, expected_gaze, atol=1e-4)


@pytest.mark.parametrize("bits", [8, 32])
def test_cached_equals_uncached(folders, mel, bits):
    graphs = Graphs(folders[bits])
    sound = graphs.encode(mel[:, :90])
    whole, whole_gaze = graphs.decode([TOKENS], sound)
    stepped, stepped_gaze = graphs.decode([TOKENS[:1], TOKENS[1:4], TOKENS[4:5], TOKENS[5:]], sound)
    np.testing.assert_allclose(stepped, whole, atol=1e-3)
    np.testing.assert_allclose(stepped_gaze, whole_gaze, atol=1e-4)


def test_eight_bits_stay_close_to_thirty_two(folders, mel):
    results = []
    for bits in (8, 32):
        graphs = Graphs(folders[bits])
        results.append(graphs.decode([TOKENS], graphs.encode(mel[:, :90]))[0])
    assert np.linalg.norm(results[0] - results[1]) < 0.05 * np.linalg.norm(results[1])


@pytest.mark.parametrize("frames", [2, 61, 119, 120, 121, 138, 200, 2 * AUDIO - 1, 2 * AUDIO])
def test_remembered_silence_lies_behind_the_sound(folders, mel, frames):
    sound = Graphs(folders[32]).encode(mel[:, :frames])
    length = (frames + 1) // 2
    behind = [position for position in range(FIRST, AUDIO, STRIDE) if position >= length]
    weight = sound["cross_weight"]
    np.testing.assert_array_equal(weight[:length], 0)
    np.testing.assert_allclose(weight[length:], np.log(STRIDE), rtol=1e-6)
    assert len(weight) == length + len(behind) == sound["cross_value_0"].shape[2] == sound["cross_key_0"].shape[3]
    assert all(np.isfinite(each).all() for each in sound.values())


def test_balanced_tensors_compute_the_same():
    tensors = model_tensors()
    random = np.random.default_rng(2)
    prefix = "encoder/layer_0/ffn/"
    norms = {prefix + "layer_norm/": [prefix + "linear_0"]}
    peaks = {prefix + "layer_norm/": random.uniform(0.1, 50, WIDTH).astype(np.float32)}
    x = random.normal(size=(5, WIDTH))
    before = Tiny(tensors).feed_forward(x, prefix)
    after = Tiny(balance(tensors, norms, peaks)).feed_forward(x, prefix)
    np.testing.assert_allclose(after, before, atol=1e-4)


def test_rounding_is_within_half_a_step():
    weight = np.random.default_rng(0).normal(size=(6, 64)).astype(np.float32)
    weight[2] = 0
    quantised, scales = blockwise(weight)
    blocks = (quantised.astype(np.float32) - 128) * scales[:, :, None]
    assert np.abs(blocks.reshape(6, 64) - weight).max() <= 0.5001 * scales.max()
    quantised, scales = columnwise(weight)
    assert np.abs(quantised.T * scales[:, None] - weight).max() <= 0.5001 * scales.max()


def test_vowels_are_a_second_of_sound_within_range():
    sound = vowels()
    assert sound.shape == (16000,)
    assert 0.49 < np.abs(sound).max() <= 0.5


@pytest.mark.parametrize(
    ("lost", "words"),
    [
        ("encoder/num_heads", "num_heads"),
        ("decoder/layer_1/attention/linear_1/weight", "linear_1/weight"),
        ("encoder/layer_0/ffn/linear_0/weight", "no encoder"),
    ],
)
def test_a_missing_tensor_is_a_fault(tmp_path, lost, words):
    tensors = model_tensors()
    del tensors[lost]
    with pytest.raises(Fault, match=words):
        exported(tmp_path, 8, file(tensors))


@pytest.mark.parametrize("config", [{}, CONFIG | {"alignment_heads": [[5, 0]]}, CONFIG | {"lang_ids": "de"}, []])
def test_a_wrong_configuration_is_a_fault(tmp_path, config):
    with pytest.raises(Fault, match="configuration"):
        exported(tmp_path, 8, config=config)
