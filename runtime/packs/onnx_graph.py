"""Writes an ONNX graph node by node, its weights in a file beside it that several graphs may share."""

from __future__ import annotations

import math
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

_PAGE = 4096
"""Large weights begin on a page so that they can be mapped; small ones live in the graph itself."""
_SMALL = 1024

CONTRIB = "com.microsoft"


class WeightFile:
    """The one file that holds the weights of the graphs in a folder; open it with `with`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        self._end = 0

    def __enter__(self) -> WeightFile:
        self._file = self.path.open("wb")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, array: NDArray[Any]) -> tuple[int, int]:
        """Append; returns where it begins and how many bytes it has."""
        assert self._file is not None
        begin = -(-self._end // _PAGE) * _PAGE
        self._file.write(b"\0" * (begin - self._end))
        data = np.ascontiguousarray(array)
        self._file.write(data.data)
        self._end = begin + data.nbytes
        return begin, data.nbytes


class Graph:
    """A graph in the making. Methods that add something return the name of its result."""

    def __init__(self, name: str, weights: WeightFile) -> None:
        self._name = name
        self._weights = weights
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[str, TensorProto] = {}
        self._inputs: list[onnx.ValueInfoProto] = []
        self._outputs: list[onnx.ValueInfoProto] = []

    def input(self, name: str, kind: int, shape: list[int | str]) -> str:
        self._inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name: str, kind: int, shape: list[int | str]) -> None:
        self._outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def constant(self, name: str, array: NDArray[Any]) -> str:
        """A weight; the same name again is the same weight."""
        if name in self._constants:
            return name
        tensor = TensorProto(name=name, data_type=helper.np_dtype_to_tensor_dtype(array.dtype), dims=array.shape)
        if array.nbytes <= _SMALL:
            tensor.raw_data = np.ascontiguousarray(array).tobytes()
        else:
            self.refer(tensor, self._weights.add(array))
        self._constants[name] = tensor
        return name

    def refer(self, tensor: TensorProto, place: tuple[int, int]) -> None:
        """Let `tensor` find its bytes at `place` of the weight file."""
        tensor.data_location = TensorProto.EXTERNAL
        for key, value in (("location", self._weights.path.name), ("offset", place[0]), ("length", place[1])):
            tensor.external_data.add(key=key, value=str(value))

    def has_weight(self, name: str, size: int) -> bool:
        """Whether there is a weight of this name with `size` elements."""
        return name in self._constants and math.prod(self._constants[name].dims) == size

    def share(self, other: Graph, name: str, shape: tuple[int, ...]) -> str:
        """Use the weight `name` of another graph over the same file, seen in `shape`."""
        tensor = TensorProto()
        tensor.CopyFrom(other._constants[name])
        tensor.dims[:] = shape
        self._constants[name] = tensor
        return name

    def node(self, op: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any) -> str:
        """Append a node named after its first output, which is returned."""
        self._nodes.append(helper.make_node(op, inputs, outputs, name=outputs[0], domain=domain, **attributes))
        return outputs[0]

    def has(self, name: str) -> bool:
        """Whether some node already makes `name`."""
        return any(name in node.output for node in reversed(self._nodes))

    def save(self, path: Path) -> None:
        graph = helper.make_graph(
            self._nodes, self._name, self._inputs, self._outputs, initializer=list(self._constants.values())
        )
        model = helper.make_model(
            graph,
            opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(CONTRIB, 1)],
            producer_name="visavis",
            ir_version=10,
        )
        path.write_bytes(model.SerializeToString())
