"""Turns weights that a graph stores small (8-bit or 16-bit) back into float32, once, so that no run has to.

ONNX Runtime leaves a DequantizeLinear in place, in case it belongs to a quantized multiplication, and then cannot
arrange the weights of a convolution in advance: on two busy cores the detector took 39 ms stored small, 11 ms restored.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from numpy.typing import NDArray
from onnx import numpy_helper

from runtime.errors import Fault


def restore(source: Path, target: Path) -> None:
    """Write the graph `source` to `target` with float32 weights. Raises `Fault` when it is no graph."""
    try:
        model = onnx.load(str(source))
    except (OSError, DecodeError) as error:
        raise Fault(f"The graph {source.name} cannot be read: {error}.", "Install the program again.") from error
    onnx.save(restored(model), str(target))


def restored(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same graph, computing the same, in which every weight that was stored small is float32."""
    stored = {each.name: each for each in model.graph.initializer}
    nodes: list[onnx.NodeProto] = []
    weights: dict[str, onnx.TensorProto] = {}
    for node in model.graph.node:
        if node.op_type in ("DequantizeLinear", "Cast") and node.input[0] in stored:
            values = [numpy_helper.to_array(stored[name]) for name in node.input]
            weights[node.output[0]] = numpy_helper.from_array(_value(node, values), node.output[0])
        else:
            nodes.append(node)
    needed = {name for node in nodes for name in node.input}
    kept = [each for each in model.graph.initializer if each.name in needed]
    large = onnx.ModelProto()
    large.CopyFrom(model)
    del large.graph.node[:], large.graph.initializer[:]
    large.graph.node.extend(nodes)
    large.graph.initializer.extend([*kept, *weights.values()])
    return large


def _value(node: onnx.NodeProto, values: list[NDArray[Any]]) -> NDArray[np.float32]:
    weight = values[0].astype(np.float32)
    if node.op_type == "Cast":
        return weight
    axis = next((each.i for each in node.attribute if each.name == "axis"), 1)
    shape = [1] * weight.ndim
    if values[1].ndim:
        shape[axis] = -1
    zero = values[2].astype(np.float32).reshape(shape) if len(values) > 2 else np.float32(0)
    return (weight - zero) * values[1].astype(np.float32).reshape(shape)
