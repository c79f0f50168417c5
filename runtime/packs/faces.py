"""Writes the graph that finds faces: CenterFace as published, open to pictures of any size.

The published graph has the size of its training crops written on it, and names its weights as inputs, which keeps
ONNX Runtime from folding its normalisation into its convolutions.
"""

from __future__ import annotations

from pathlib import Path

import onnx
from google.protobuf.message import DecodeError

from runtime.errors import Fault

OUTPUTS = ("centre", "size", "offset")
"""Names given to the outputs that are kept: f32[n, 1 | 2 | 2, height/4, width/4]. The landmarks are left out."""


def export(source: Path, target: Path) -> None:
    """Write `source` to `target` with input `pixels` f32[n, 3, height, width], RGB 0…255, sides multiples of 32.

    Raises `Fault` when it is not the graph expected.
    """
    try:
        model = onnx.load(str(source))
    except (OSError, DecodeError) as error:
        raise Fault(f"The graph {source.name} cannot be read: {error}.", "Build the pack again.") from error
    graph = model.graph
    weights = {each.name for each in graph.initializer}
    inputs = [each for each in graph.input if each.name not in weights]
    if len(inputs) != 1 or len(graph.output) != 4:
        raise Fault(f"The graph {source.name} is not CenterFace.", "Build the pack again.")
    renamed = {inputs[0].name: "pixels", **dict(zip((each.name for each in graph.output), OUTPUTS, strict=False))}
    for node in graph.node:
        node.input[:] = [renamed.get(name, name) for name in node.input]
        node.output[:] = [renamed.get(name, name) for name in node.output]
    kept = list(graph.output)[: len(OUTPUTS)]
    for value, sides in ((inputs[0], ("height", "width")), *((each, ("rows", "columns")) for each in kept)):
        value.name = renamed[value.name]
        for axis, name in zip((0, 2, 3), ("n", *sides), strict=True):
            value.type.tensor_type.shape.dim[axis].dim_param = name
    del graph.input[:], graph.output[:], graph.value_info[:]
    graph.input.extend(inputs)
    graph.output.extend(kept)
    onnx.save(model, str(target))
