"""The graph that finds faces, made ready for pictures of any size."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime.errors import Fault
from runtime.packs.faces import OUTPUTS, export


def published(path, outputs=4):
    """A graph of the published one's shape: its weights are inputs too, its sizes are fixed, its names are numbers."""
    kernel = numpy_helper.from_array(np.ones((1, 3, 4, 4), np.float32), "kernel")
    names = [str(537 + number) for number in range(outputs)]
    nodes = [helper.make_node("Conv", ["input.1", "kernel"], ["1"], strides=[4, 4])]
    nodes += [helper.make_node("Relu", ["1"], [name]) for name in names]
    inputs = [
        helper.make_tensor_value_info("input.1", TensorProto.FLOAT, [10, 3, 32, 32]),
        helper.make_tensor_value_info("kernel", TensorProto.FLOAT, [1, 3, 4, 4]),
    ]
    made = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [10, 1, 8, 8]) for name in names]
    graph = helper.make_graph(nodes, "published", inputs, made, [kernel])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 9)], ir_version=4), str(path))
    return path


def test_any_size_is_taken_and_the_landmarks_are_left_out(tmp_path):
    export(published(tmp_path / "published.onnx"), tmp_path / "faces.onnx")
    session = ort.InferenceSession(str(tmp_path / "faces.onnx"), providers=["CPUExecutionProvider"])
    assert [each.name for each in session.get_inputs()] == ["pixels"]
    assert tuple(each.name for each in session.get_outputs()) == OUTPUTS
    centre, *_ = session.run(None, {"pixels": np.ones((1, 3, 64, 96), np.float32)})
    assert centre.shape == (1, 1, 16, 24)
    assert np.all(centre == 48)


def test_another_graph_is_refused(tmp_path):
    with pytest.raises(Fault, match="not CenterFace"):
        export(published(tmp_path / "other.onnx", outputs=2), tmp_path / "faces.onnx")
    (tmp_path / "broken.onnx").write_bytes(b"no graph at all")
    with pytest.raises(Fault, match="cannot be read"):
        export(tmp_path / "broken.onnx", tmp_path / "faces.onnx")
