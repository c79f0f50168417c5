"""Decides how a quantized matrix becomes nodes of the graph: which integers are stored, and what keeps them faithful.

MatMulNBits computes scale * (code - zero) with an integer zero point per block. Formats with a free offset (Q4_1, Q4_K)
do not fit: rounding the zero point to a 4-bit integer is what model builders do, and on SmolLM2-135M Q4_1 it changes
four next tokens in ten. Two ways out, measured on two cores against llama.cpp reading the same file:

- 8 bits: codes times 17, so that the zero point is rounded seventeen times finer. As fast as 4 bits where the weights
  of a token fit the caches (SmolLM2: 152 tokens/s, 150 for plain 4 bits) and quickest in prefill.
- 4 bits and the remainder: what rounding the zero point lost is a constant per block, so a small matrix product of it
  with the sums over each block of inputs restores the exact result; half the memory, a few more nodes (131 tokens/s).
"""

from __future__ import annotations

import numpy as np

from runtime.packs.gguf_quants import Blocks, Bytes, Floats
from runtime.packs.onnx_graph import CONTRIB, Graph

_INT8_ACTIVATIONS = 4
"""MatMulNBits' accuracy level: inputs are rounded to 8 bits per block, as llama.cpp does too."""


def linear(
    graph: Graph, name: str, value: str, matrix: Blocks, bias: Floats | None = None, compact: bool = False
) -> str:
    """Add value · matrixᵀ (+ bias) to the graph as `name`; value is f32[1, length, columns].

    With `compact`, formats of 4 bits stay 4 bits; else everything becomes 8 bits.
    """
    rows, columns = matrix.codes.shape
    if matrix.top == 15 and (compact or _centred(matrix)):
        return _four_bits(graph, name, value, matrix, bias)
    codes, scale, zero = to_8_bits(matrix)
    inputs = [
        value,
        graph.constant(f"{name}.codes", codes.reshape(rows, columns // matrix.size, matrix.size)),
        graph.constant(f"{name}.scale", scale),
    ]
    if (zero != 128).any():
        inputs.append(graph.constant(f"{name}.zero", zero))
    return _multiply(graph, name, inputs, matrix, 8, bias)


def _centred(matrix: Blocks) -> bool:
    """Whether 4 bits with the zero point in the middle are exact, as in Q4_0."""
    return bool((matrix.offset == -8 * matrix.scale).all())


def to_8_bits(matrix: Blocks) -> tuple[Bytes, Floats, Bytes]:
    """codes u8[rows, columns], scale f32 and zero u8[rows, blocks]; value ≈ scale * (code - zero).

    Exact but for the zero point, whose rounding shifts a block by at most half a step of the 8-bit scale.
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


def to_4_bits(matrix: Blocks) -> tuple[Bytes, Bytes, Floats]:
    """Packed codes u8[rows, columns / 2], zero u8[rows, blocks], and the remainder f32[rows, blocks] such that
    value = scale * (code - zero) + remainder exactly."""
    wanted = np.divide(-matrix.offset, matrix.scale, out=np.zeros_like(matrix.scale), where=matrix.scale != 0)
    zero = np.clip(np.rint(wanted), 0, 15).astype(np.uint8)
    remainder = (matrix.offset + matrix.scale * zero).astype(np.float32)
    return matrix.codes[:, 0::2] | matrix.codes[:, 1::2] << 4, zero, remainder


def _four_bits(graph: Graph, name: str, value: str, matrix: Blocks, bias: Floats | None) -> str:
    rows, columns = matrix.codes.shape
    blocks = columns // matrix.size
    codes, zero, remainder = to_4_bits(matrix)
    inputs = [
        value,
        graph.constant(f"{name}.codes", codes.reshape(rows, blocks, matrix.size // 2)),
        graph.constant(f"{name}.scale", matrix.scale),
    ]
    if (zero == 8).all() and not remainder.any():
        return _multiply(graph, name, inputs, matrix, 4, bias)
    zero = np.pad(zero, ((0, 0), (0, blocks % 2)))
    inputs.append(graph.constant(f"{name}.zero", zero[:, 0::2] | zero[:, 1::2] << 4))
    coarse = _multiply(graph, f"{name}.coarse", inputs, matrix, 4, bias)
    sums = f"{value}.sums.{blocks}"
    if not graph.has(sums):
        split = graph.constant(f"split.{blocks}", np.array([1, -1, blocks, matrix.size], np.int64))
        graph.node("Reshape", [value, split], [f"{sums}.split"])
        graph.node("ReduceSum", [f"{sums}.split", graph.constant("block", np.array([3], np.int64))], [sums], keepdims=0)
    graph.node("MatMul", [sums, graph.constant(f"{name}.remainder", remainder.T)], [f"{name}.fine"])
    return graph.node("Add", [coarse, f"{name}.fine"], [name])


def _multiply(graph: Graph, name: str, inputs: list[str], matrix: Blocks, bits: int, bias: Floats | None) -> str:
    if bias is not None:
        inputs = [*inputs, *[""] * (5 - len(inputs)), graph.constant(f"{name}.bias", bias)]
    rows, columns = matrix.codes.shape
    return graph.node(
        "MatMulNBits",
        inputs,
        [name],
        CONTRIB,
        K=columns,
        N=rows,
        bits=bits,
        block_size=matrix.size,
        accuracy_level=_INT8_ACTIVATIONS,
    )
