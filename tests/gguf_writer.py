"""Writes small GGUF files, whole tiny models among them, and computes what such a model must answer."""

import struct
from pathlib import Path

import numpy as np

F32, F16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, BF16 = 0, 1, 2, 3, 6, 7, 8, 12, 13, 14, 30
BLOCK = {F32: (1, 4), F16: (1, 2), BF16: (1, 2), Q4_0: (32, 18), Q4_1: (32, 20), Q5_0: (32, 22), Q5_1: (32, 24)}
BLOCK |= {Q8_0: (32, 34), Q4_K: (256, 144), Q5_K: (256, 176), Q6_K: (256, 210)}


def write(path: Path, metadata: dict, tensors: dict[str, tuple[int, tuple[int, ...], bytes]]) -> Path:
    """`tensors` maps names to (format, shape in numpy's order, bytes)."""
    out = bytearray(b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(metadata)))
    for key, value in metadata.items():
        out += _text(key) + _value(value)
    offset = 0
    for name, (format, shape, data) in tensors.items():
        out += _text(name) + struct.pack("<I", len(shape)) + struct.pack(f"<{len(shape)}Q", *shape[::-1])
        out += struct.pack("<IQ", format, offset)
        offset += -(-len(data) // 32) * 32
    for _, _, data in tensors.values():
        out += b"\0" * (-len(out) % 32) + data
    path.write_bytes(bytes(out))
    return path


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def _value(value) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", 7, value)
    if isinstance(value, int):
        return struct.pack("<II", 4, value)
    if isinstance(value, float):
        return struct.pack("<If", 6, value)
    if isinstance(value, str):
        return struct.pack("<I", 8) + _text(value)
    if isinstance(value, np.ndarray):
        kind = {"f": 6, "i": 5}[value.dtype.kind]
        return struct.pack("<IIQ", 9, kind, len(value)) + value.astype("<f4" if kind == 6 else "<i4").tobytes()
    return struct.pack("<IIQ", 9, 8, len(value)) + b"".join(map(_text, value))


def encode(values: np.ndarray, format: int) -> bytes:
    """f32[rows, columns] in one of the formats a test model uses."""
    values = values.astype(np.float32)
    if format == F32:
        return values.tobytes()
    if format == F16:
        return values.astype("<f2").tobytes()
    if format == BF16:
        return (values.view(np.uint32) >> 16).astype("<u2").tobytes()
    blocks = values.reshape(-1, 32)
    if format == Q8_0:
        scale = np.abs(blocks).max(axis=1, keepdims=True).astype("<f2") / np.float16(127)
        codes = np.clip(np.rint(blocks / np.maximum(scale.astype(np.float32), 1e-8)), -127, 127).astype(np.int8)
        return b"".join(s.tobytes() + c.tobytes() for s, c in zip(scale, codes, strict=True))
    low = blocks.min(axis=1, keepdims=True).astype("<f2")
    if format == Q4_1:
        scale = ((blocks.max(axis=1, keepdims=True) - low) / 15).astype("<f2")
        head, offset = np.concatenate([scale, low], axis=1), low.astype(np.float32)
    else:
        assert format == Q4_0
        scale = (np.abs(blocks).max(axis=1, keepdims=True) / 8).astype("<f2")
        head, offset = scale, -8 * scale.astype(np.float32)
    codes = np.clip(np.rint((blocks - offset) / np.maximum(scale.astype(np.float32), 1e-8)), 0, 15).astype(np.uint8)
    packed = codes[:, :16] | codes[:, 16:] << 4
    return b"".join(h.tobytes() + c.tobytes() for h, c in zip(head, packed, strict=True))


def letters() -> list[str]:
    """GPT-2's letter for each byte."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte if byte in kept else next(others)) for byte in range(256)]


SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]


def vocabulary(pre: str = "smollm") -> dict:
    """Three special tokens, every byte, and a few merges."""
    space = letters()[32]
    merges = ["h e", "l l", "he ll", "hell o", f"{space} w", f"{space}w o", "u s", "e r", "us er"]
    tokens = [*SPECIAL, *letters(), *(merge.replace(" ", "") for merge in merges)]
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": pre,
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": np.array([3] * 3 + [1] * (len(tokens) - 3), np.int32),
        "tokenizer.ggml.merges": merges,
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.ggml.add_bos_token": False,
    }


def tiny_model(
    path: Path,
    architecture: str = "llama",
    format: int = Q8_0,
    tied: bool = True,
    bias: bool = False,
    context: int = 128,
    seed: int = 0,
) -> Path:
    """A random model of two layers, 64 wide, 4 heads, 2 of them for keys and values."""
    random = np.random.default_rng(seed)
    width, heads, kv_heads, feed_forward, layers = 64, 4, 2, 96, 2
    head = width // heads
    words = vocabulary()
    metadata = {
        "general.architecture": architecture,
        "general.name": "tiny",
        f"{architecture}.block_count": layers,
        f"{architecture}.embedding_length": width,
        f"{architecture}.feed_forward_length": feed_forward,
        f"{architecture}.attention.head_count": heads,
        f"{architecture}.attention.head_count_kv": kv_heads,
        f"{architecture}.attention.layer_norm_rms_epsilon": 1e-5,
        f"{architecture}.rope.freq_base": 10000.0,
        f"{architecture}.context_length": context,
        **words,
    }
    tensors = {}

    def matrix(name: str, rows: int, columns: int, size: float = 0.15, as_format: int = format) -> None:
        values = random.normal(0.02, size, (rows, columns))
        tensors[name] = (as_format, (rows, columns), encode(values, as_format))

    def vector(name: str, length: int, mean: float, size: float) -> None:
        values = random.normal(mean, size, length).astype(np.float32)
        tensors[name] = (F32, (length,), values.tobytes())

    matrix("token_embd.weight", len(words["tokenizer.ggml.tokens"]), width, 1.0, Q8_0)
    if not tied:
        matrix("output.weight", len(words["tokenizer.ggml.tokens"]), width)
    vector("output_norm.weight", width, 1, 0.1)
    for layer in range(layers):
        for part, rows in (("q", heads * head), ("k", kv_heads * head), ("v", kv_heads * head)):
            matrix(f"blk.{layer}.attn_{part}.weight", rows, width)
            if bias:
                vector(f"blk.{layer}.attn_{part}.bias", rows, 0, 0.5)
        matrix(f"blk.{layer}.attn_output.weight", width, heads * head)
        matrix(f"blk.{layer}.ffn_gate.weight", feed_forward, width)
        matrix(f"blk.{layer}.ffn_up.weight", feed_forward, width)
        matrix(f"blk.{layer}.ffn_down.weight", width, feed_forward)
        vector(f"blk.{layer}.attn_norm.weight", width, 1, 0.1)
        vector(f"blk.{layer}.ffn_norm.weight", width, 1, 0.1)
    return write(path, metadata, tensors)


def reference_logits(values, metadata: dict, ids: list[int]) -> np.ndarray:
    """Logits [len(ids), vocabulary] of a Llama-family model in float64, written for clarity; `values(name)` gives a
    tensor or None. Rotary pairs are neighbours for architecture llama (as its files are permuted), halves else."""
    architecture = metadata["general.architecture"]
    layers = metadata[f"{architecture}.block_count"]
    heads = metadata[f"{architecture}.attention.head_count"]
    kv_heads = metadata[f"{architecture}.attention.head_count_kv"]
    epsilon = metadata[f"{architecture}.attention.layer_norm_rms_epsilon"]
    base = metadata[f"{architecture}.rope.freq_base"]
    hidden = values("token_embd.weight")[ids].astype(np.float64)
    length = len(ids)
    head = hidden.shape[1] // heads
    angles = np.arange(length)[:, None, None] * base ** -(np.arange(0, head, 2) / head)

    def norm(vectors, name):
        return vectors / np.sqrt((vectors**2).mean(-1, keepdims=True) + epsilon) * values(name)

    def linear(vectors, name):
        bias = values(name + ".bias")
        return vectors @ values(name + ".weight").T.astype(np.float64) + (0 if bias is None else bias)

    def rotate(vectors):
        neighbours = architecture == "llama"
        first, second = (vectors[..., ::2], vectors[..., 1::2]) if neighbours else np.split(vectors, 2, axis=-1)
        turned = (
            first * np.cos(angles) - second * np.sin(angles),
            second * np.cos(angles) + first * np.sin(angles),
        )
        return np.stack(turned, -1).reshape(vectors.shape) if neighbours else np.concatenate(turned, -1)

    for layer in range(layers):
        block = f"blk.{layer}."
        normed = norm(hidden, block + "attn_norm.weight")
        query = rotate(linear(normed, block + "attn_q").reshape(length, heads, head))
        key = rotate(linear(normed, block + "attn_k").reshape(length, kv_heads, head))
        value = linear(normed, block + "attn_v").reshape(length, kv_heads, head)
        key, value = (np.repeat(each, heads // kv_heads, axis=1) for each in (key, value))
        scores = np.einsum("thd,shd->hts", query, key) / np.sqrt(head)
        scores = np.where(np.tri(length, dtype=bool), scores, -np.inf)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        mixed = np.einsum("hts,shd->thd", weights, value).reshape(length, -1)
        hidden = hidden + linear(mixed, block + "attn_output")
        normed = norm(hidden, block + "ffn_norm.weight")
        gate = linear(normed, block + "ffn_gate")
        hidden = hidden + linear(gate / (1 + np.exp(-gate)) * linear(normed, block + "ffn_up"), block + "ffn_down")
    output = values("output.weight")
    return norm(hidden, "output_norm.weight") @ (values("token_embd.weight") if output is None else output).T
