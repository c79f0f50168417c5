"""Writes the trained head as an ONNX graph: WORK/head.onnx in float32, and OUT in float16 or int8.

Inputs `features` and `middle` are the backbone's maps; outputs are `presence` f32[n, 80], `scores` f32[n, cells, 80]
(both 0…1) and `places` f32[n, cells, 4]. Presence is the mean of what the head says of the whole picture and of its
surest cell. Both graphs are compared with torch before they are kept.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from runtime.distill.names import NAMES
from runtime.distill.photos import arguments
from runtime.distill.student import DEEP, MIDDLE, Student
from runtime.distill.teachers import opened

_OPSET = 17


class Writer:
    """Writes the layers of a trained student down as ONNX nodes; batch normalisation is folded into what precedes."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: list[onnx.TensorProto] = []

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, **attributes))
        return output

    def convolution(self, x: str, output: str, layer: nn.Conv2d, norm: nn.BatchNorm2d | None = None) -> str:
        kernel, bias = layer.weight, layer.bias if layer.bias is not None else torch.zeros(layer.out_channels)
        if norm is not None:
            seen = norm.state_dict()
            scale = norm.weight / torch.sqrt(seen["running_var"] + norm.eps)
            kernel, bias = kernel * scale[:, None, None, None], (bias - seen["running_mean"]) * scale + norm.bias
        reach = layer.kernel_size[0] // 2
        names = [self.constant(f"{output}.w", array(kernel)), self.constant(f"{output}.b", array(bias))]
        side = [layer.kernel_size[0]] * 2
        return self.node("Conv", [x, *names], output, kernel_shape=side, pads=[reach] * 4, group=layer.groups)

    def block(self, x: str, output: str, layer: Any) -> str:
        y = self.node("Relu", [self.convolution(x, f"{output}.spread", layer.spread, layer.norm)], f"{output}.wide")
        y = self.convolution(y, f"{output}.mix", layer.mix)
        return self.node("Relu", [self.node("Add", [x, y], f"{output}.sum")], output)

    def cells(self, x: str, output: str, channels: int) -> str:
        """[n, channels, r, c] as [n, r·c, channels]."""
        flat = self.node(
            "Reshape", [x, self.constant(f"{output}.shape", np.array([0, channels, -1]))], f"{output}.flat"
        )
        return self.node("Transpose", [flat], output, perm=[0, 2, 1])


def array(value: Tensor) -> NDArray[np.float32]:
    return value.detach().cpu().numpy().astype(np.float32)


def graph(student: Student, cells: int) -> onnx.ModelProto:
    """The student for a fine map of `cells` by `cells`."""
    net, classes = Writer(), len(NAMES)
    narrow, norm = student.narrow[0], student.narrow[1]
    deep = net.node("Relu", [net.convolution("features", "narrow", narrow, norm)], "narrow.relu")  # type: ignore[arg-type]
    deep = net.block(deep, "around", student.around)
    here = net.cells(net.convolution(deep, "here", student.here), "here.cells", classes)
    twice = net.node("Mul", [here, net.constant("two", np.array(2, np.float32))], "here.twice")
    soft = net.node("ReduceLogSumExp", [twice], "here.soft", axes=[1], keepdims=0)
    soft = net.node("Mul", [soft, net.constant("half", np.array(0.5, np.float32))], "here.most")
    mean = net.node("Flatten", [net.node("GlobalAveragePool", [deep], "mean")], "mean.flat")
    weights = [net.constant("whole.w", array(student.whole.weight)), net.constant("whole.b", array(student.whole.bias))]
    whole = net.node("Gemm", [mean, *weights], "whole", transB=1)
    known = net.node("Sigmoid", [net.node("Add", [soft, whole], "presence.logits")], "presence.known")
    down = net.convolution(deep, "down", student.down)
    scales = net.constant("scales", np.array([1, 1, 2, 2], np.float32))
    up = net.node(
        "Resize",
        [down, "", scales],
        "up",
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
    fine = net.convolution("middle", "side", student.side[0], student.side[1])  # type: ignore[arg-type]
    fine = net.node("Relu", [net.node("Add", [fine, up], "fine.sum")], "fine")
    for number, block in enumerate(student.blocks):
        fine = net.block(fine, f"blocks.{number}", block)
    scores = net.cells(net.convolution(fine, "score", student.score), "score.cells", classes)
    net.node("Sigmoid", [scores], "scores")
    net.node("Mean", [known, net.node("ReduceMax", ["scores"], "scores.most", axes=[1], keepdims=0)], "presence")
    reach = net.node("Softplus", [net.cells(net.convolution(fine, "place", student.place), "place.cells", 4)], "reach")
    middle = (np.arange(cells, dtype=np.float32) + 0.5) / cells
    x, y = np.tile(middle, cells), np.repeat(middle, cells)
    signs = np.array([-0.2, -0.2, 0.2, 0.2], np.float32)
    moved = net.node("Mul", [reach, net.constant("signs", signs)], "moved")
    net.node("Add", [moved, net.constant("centres", np.stack([x, y, x, y], 1)[None])], "places")
    floats = TensorProto.FLOAT
    made = helper.make_graph(
        net.nodes,
        "everyday_detector",
        [
            helper.make_tensor_value_info("features", floats, ["n", DEEP, cells // 2, cells // 2]),
            helper.make_tensor_value_info("middle", floats, ["n", MIDDLE, cells, cells]),
        ],
        [
            helper.make_tensor_value_info("presence", floats, ["n", classes]),
            helper.make_tensor_value_info("scores", floats, ["n", cells * cells, classes]),
            helper.make_tensor_value_info("places", floats, ["n", cells * cells, 4]),
        ],
        net.weights,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)
    helper.set_model_props(model, {"names": "\n".join(NAMES), "side": str(16 * cells)})
    return model


def packed(model: onnx.ModelProto, kind: str) -> onnx.ModelProto:
    """The graph with its large weights stored as `kind` (float16, or int8 with a scale per output) and restored on
    opening; arithmetic stays float32."""
    small = onnx.ModelProto()
    small.CopyFrom(model)
    kept: list[onnx.TensorProto] = []
    restore: list[onnx.NodeProto] = []
    for tensor in small.graph.initializer:
        value = numpy_helper.to_array(tensor)
        if value.dtype != np.float32 or value.size < 1024:
            kept.append(tensor)
        elif kind == "float16":
            kept.append(numpy_helper.from_array(value.astype(np.float16), f"{tensor.name}.small"))
            restore.append(helper.make_node("Cast", [f"{tensor.name}.small"], [tensor.name], to=TensorProto.FLOAT))
        else:
            scale = np.maximum(np.abs(value).reshape(len(value), -1).max(1) / 127, 1e-9).astype(np.float32)
            whole = np.rint(value / scale.reshape(-1, *[1] * (value.ndim - 1))).astype(np.int8)
            names = [f"{tensor.name}.small", f"{tensor.name}.scale", f"{tensor.name}.zero"]
            kept += [
                numpy_helper.from_array(each, name)
                for each, name in zip((whole, scale, np.zeros(len(value), np.int8)), names, strict=True)
            ]
            restore.append(helper.make_node("DequantizeLinear", names, [tensor.name], axis=0))
    nodes = [*restore, *small.graph.node]
    del small.graph.initializer[:], small.graph.node[:]
    small.graph.initializer.extend(kept)
    small.graph.node.extend(nodes)
    return small


def main() -> None:
    """Export the running mean of the student."""
    parser = arguments(str(__doc__).splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="where the small graph goes")
    parser.add_argument("--kind", choices=["float16", "int8"], default="float16", help="how its weights are stored")
    parser.add_argument("--cells", type=int, default=20, help="side of the fine map: a sixteenth of the picture's")
    chosen = parser.parse_args()
    torch.set_num_threads(chosen.threads)
    student = Student()
    state = torch.load(chosen.work / "student.pt", map_location="cpu", weights_only=True)
    student.load_state_dict(state["mean"])
    student.eval()
    model = graph(student, chosen.cells)
    onnx.checker.check_model(model, full_check=True)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    random = torch.Generator().manual_seed(1)
    half = chosen.cells // 2
    features = torch.rand(2, DEEP, half, half, generator=random) * 0.5
    middle = torch.randn(2, MIDDLE, chosen.cells, chosen.cells, generator=random)
    with torch.no_grad():
        presence, scores, places = student(features, middle)
    scores = scores.sigmoid()
    wanted = [array(each) for each in ((presence.sigmoid() + scores.amax(1)) / 2, scores, places)]
    for path, graph_, most in ((chosen.work / "head.onnx", model, 1e-3), (chosen.out, packed(model, chosen.kind), 0.1)):
        partial = path.with_name(f".{path.name}")
        onnx.save(graph_, str(partial))
        made = opened(partial, chosen.threads).run(None, {"features": features.numpy(), "middle": middle.numpy()})
        off = max(float(np.abs(one - other).max()) for one, other in zip(made, wanted, strict=True))
        if off > most:
            raise SystemExit(f"{path.name} is off by {off:.4f} from torch: it is not kept.")
        os.replace(partial, path)
        print(f"{path}: {path.stat().st_size:,} bytes, off by at most {off:.5f}, after {state['step']} steps")


if __name__ == "__main__":
    main()
