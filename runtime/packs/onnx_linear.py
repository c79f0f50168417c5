"""Decides how a quantized matrix becomes nodes of the graph: which integers are stored, and what keeps them faithful.

MatMulNBits computes scale * (code - zero) with an integer zero point per block of columns. Formats with a free offset
(Q4_1, Q4_K) do not fit: with the zero point rounded to a 4-bit integer, as model builders do, SmolLM2-135M Q4_1 takes
another next token than its stored numbers would in 36 of 100 places. What the rounding loses is a constant per block,
and a constant times a block of inputs is the constant times their mean: so the means of the blocks are appended to
the inputs, and the constants to the matrix as further columns (one for every 32, 4 bits like the others).

Measured on two cores against the exact float64 result of the stored numbers, 20 chats (agreement of the next token,
divergence of its distribution) and against llama.cpp reading the same file in the same run (speed of decoding):

    llama.cpp               0.951   0.0038   1
    rounded zero points     0.641   0.416    1.37
    8 bits, codes times 17  0.969   0.0049   1.08   (reads twice the memory)
    exact remainder, f32    0.967   0.0043   1.04   (a product, a sum and an addition more for every matrix)
    columns for the means   0.961   0.0057   1.22
"""

from __future__ import annotations

import numpy as np

from runtime.packs.gguf_quants import Blocks, Bytes, Floats
from runtime.packs.onnx_graph import CONTRIB, Graph

_INT8_ACTIVATIONS = 4
"""MatMulNBits' accuracy level: inputs are rounded to 8 bits per block, as llama.cpp does too."""


def linear(graph: Graph, name: str, value: str, matrix: Blocks, bias: Floats | None = None) -> str:
    """Add value · matrixᵀ (+ bias) to the graph as `name`; value is f32[1, length, columns].

    Formats of 4 bits stay 4 bits; all others become 8 bits.
    """
    if matrix.top != 15:
        codes, scale, zero = to_8_bits(matrix)
        return _multiply(graph, name, value, codes, scale, zero, matrix.size, 8, bias)
    if (matrix.offset == -8 * matrix.scale).all():
        zero = np.full(matrix.scale.shape, 8, np.uint8)
        return _multiply(graph, name, value, matrix.codes, matrix.scale, zero, matrix.size, 4, bias)
    wide = f"{value}.wide"
    if not graph.has(wide):
        means = graph.node(
            "AveragePool", [value], [f"{value}.means"], kernel_shape=[matrix.size], strides=[matrix.size]
        )
        graph.node("Concat", [value, means], [wide], axis=-1)
    codes, scale, zero = with_means(matrix)
    return _multiply(graph, name, wide, codes, scale, zero, matrix.size, 4, bias)


def to_8_bits(matrix: Blocks) -> tuple[Bytes, Floats, Bytes]:
    """codes u8[rows, columns], scale f32 and zero u8[rows, blocks]; value ≈ scale * (code - zero).

    Codes are stretched over all of 8 bits, so that the zero point is rounded finer; the rounding shifts a block by at
    most half a step of the 8-bit scale.
    """
    finer = 255 // matrix.top
    codes, scale = matrix.codes * np.uint8(finer), matrix.scale / np.float32(finer)
    exact = np.divide(-matrix.offset, scale, out=np.full_like(scale, -1), where=scale != 0)
    zero = np.clip(np.rint(exact), 0, 255).astype(np.uint8)
    # A block that does not straddle zero (or is constant) has no zero point in reach: round its values anew.
    astray = (np.abs(exact - zero) > 0.5) | (scale <= 0)
    if astray.any():
        rows, columns = codes.shape
        grouped = codes.reshape(rows, columns // matrix.size, matrix.size)
        values = matrix.values().reshape(grouped.shape)[astray]
        low, high = np.minimum(values.min(axis=1), 0), np.maximum(values.max(axis=1), 0)
        step = np.where(high > low, (high - low) / np.float32(255), np.float32(1))
        scale[astray] = step
        zero[astray] = np.rint(-low / step).astype(np.uint8)
        grouped[astray] = np.clip(np.rint(values / step[:, None]) + zero[astray][:, None], 0, 255).astype(np.uint8)
    return codes, scale, zero


def with_means(matrix: Blocks) -> tuple[Bytes, Floats, Bytes]:
    """The 4-bit matrix widened by a column per block, to be multiplied with the inputs followed by their block means.

    codes u8[rows, columns + blocks], scale f32 and zero u8[rows, blocks in all], the last block perhaps not full.
    """
    rows, blocks = matrix.scale.shape
    wanted = np.divide(-matrix.offset, matrix.scale, out=np.zeros_like(matrix.scale), where=matrix.scale != 0)
    zero = np.clip(np.rint(wanted), 0, 15).astype(np.uint8)
    lost = (matrix.offset + matrix.scale * zero) * np.float32(matrix.size)
    padded = np.pad(lost, ((0, 0), (0, -blocks % matrix.size))).reshape(rows, -1, matrix.size)
    # The largest of a block becomes code 0, eight steps from the middle: no step is wasted on its side.
    largest = np.take_along_axis(padded, np.abs(padded).argmax(axis=2, keepdims=True), axis=2)
    step = np.where(largest == 0, np.float32(1), largest / np.float32(-8))
    codes = np.clip(np.rint(padded / step) + 8, 0, 15).astype(np.uint8).reshape(rows, -1)[:, :blocks]
    middle = np.full(step.shape[:2], 8, np.uint8)
    return (
        np.concatenate([matrix.codes, codes], axis=1),
        np.concatenate([matrix.scale, step[..., 0]], axis=1),
        np.concatenate([zero, middle], axis=1),
    )


def _multiply(
    graph: Graph,
    name: str,
    value: str,
    codes: Bytes,
    scale: Floats,
    zero: Bytes,
    size: int,
    bits: int,
    bias: Floats | None,
) -> str:
    rows, columns = codes.shape
    blocks = scale.shape[1]
    codes = np.pad(codes, ((0, 0), (0, blocks * size - columns))).reshape(rows, blocks, size)
    centred = bool((zero == 1 << bits - 1).all())
    if bits == 4:
        codes = codes[..., 0::2] | codes[..., 1::2] << 4
        zero = np.pad(zero, ((0, 0), (0, blocks % 2)))
        zero = zero[:, 0::2] | zero[:, 1::2] << 4
    inputs = [value, graph.constant(f"{name}.codes", codes), graph.constant(f"{name}.scale", scale)]
    if not centred:
        inputs.append(graph.constant(f"{name}.zero", zero))
    if bias is not None:
        inputs = [*inputs, *[""] * (5 - len(inputs)), graph.constant(f"{name}.bias", bias)]
    return graph.node(
        "MatMulNBits",
        inputs,
        [name],
        CONTRIB,
        K=columns,
        N=rows,
        bits=bits,
        block_size=size,
        accuracy_level=_INT8_ACTIVATIONS,
    )
