"""Weights restored to float32 compute what they computed stored small."""

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime.errors import Fault
from runtime.packs.recipe import DETECTOR
from runtime.packs.restored import restore, restored

RANDOM = np.random.default_rng(12)


def run(model, inputs):
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def small_graph():
    """y = Conv(x, 8-bit weights per output channel with zero points) + 16-bit bias."""
    constants = [
        numpy_helper.from_array(RANDOM.integers(-128, 128, (6, 4, 3, 3)).astype(np.int8), "w.small"),
        numpy_helper.from_array(RANDOM.uniform(0.001, 0.02, 6).astype(np.float32), "w.scale"),
        numpy_helper.from_array(RANDOM.integers(-5, 5, 6).astype(np.int8), "w.zero"),
        numpy_helper.from_array(RANDOM.normal(0, 1, (1, 6, 1, 1)).astype(np.float16), "b.small"),
    ]
    nodes = [
        helper.make_node("DequantizeLinear", ["w.small", "w.scale", "w.zero"], ["w"], axis=0),
        helper.make_node("Cast", ["b.small"], ["b"], to=TensorProto.FLOAT),
        helper.make_node("Conv", ["x", "w"], ["c"]),
        helper.make_node("Add", ["c", "b"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    helper.set_model_props(model, {"names": '["cup"]'})
    return model


def test_a_small_graph_computes_the_same_with_nothing_left_to_restore():
    model = small_graph()
    large = restored(model)
    x = {"x": RANDOM.normal(0, 1, (1, 4, 8, 8)).astype(np.float32)}
    np.testing.assert_allclose(run(large, x)[0], run(model, x)[0], atol=1e-5)
    assert [node.op_type for node in large.graph.node] == ["Conv", "Add"]
    assert {each.name for each in large.graph.initializer} == {"w", "b"}
    assert large.metadata_props[0].value == '["cup"]'
    assert len(model.graph.node) == 4


def test_the_trained_detector_computes_the_same(tmp_path):
    restore(DETECTOR, tmp_path / "detector.onnx")
    model, large = onnx.load(str(DETECTOR)), onnx.load(str(tmp_path / "detector.onnx"))
    inputs = {
        each.name: RANDOM.normal(0, 1, [1, *(size.dim_value for size in each.type.tensor_type.shape.dim[1:])])
        for each in model.graph.input
    }
    inputs = {name: value.astype(np.float32) for name, value in inputs.items()}
    for ours, theirs in zip(run(large, inputs), run(model, inputs), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    assert list(large.metadata_props) == list(model.metadata_props)
    assert not any(node.op_type in ("DequantizeLinear", "Cast") for node in large.graph.node)


def test_what_is_no_graph_is_refused_in_words(tmp_path):
    (tmp_path / "bad.onnx").write_bytes(b"no graph at all")
    for name in ("bad.onnx", "gone.onnx"):
        with pytest.raises(Fault, match=f"{name} cannot be read"):
            restore(tmp_path / name, tmp_path / "out.onnx")
