"""Turn taking enters a pack unchanged, and nothing else gets in its place."""

import onnx
import pytest
from onnx import TensorProto, helper

from runtime.errors import Fault
from runtime.packs.turn import export


def graph(path, **inputs):
    """An ONNX file with these float inputs (name=shape), each passed through."""
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()]
    outputs = [helper.make_tensor_value_info(f"{name}_out", TensorProto.FLOAT, shape) for name, shape in inputs.items()]
    nodes = [helper.make_node("Identity", [name], [f"{name}_out"]) for name in inputs]
    model = helper.make_model(
        helper.make_graph(nodes, "test", values, outputs), opset_imports=[helper.make_opsetid("", 17)]
    )
    onnx.save(model, path)
    return path


@pytest.fixture
def files(tmp_path):
    vad = graph(tmp_path / "silero.onnx", input=[None, None], state=[2, None, 128], sr=[])
    turn = graph(tmp_path / "smart.onnx", input_features=[None, 80, 800])
    return vad, turn


def test_both_graphs_are_copied_unchanged_and_progress_is_told(files, tmp_path):
    told = []
    export(*files, tmp_path / "pack" / "turn", lambda _, done: told.append(done))
    assert (tmp_path / "pack/turn/vad.onnx").read_bytes() == files[0].read_bytes()
    assert (tmp_path / "pack/turn/turn.onnx").read_bytes() == files[1].read_bytes()
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_a_graph_of_another_kind_is_refused(files, tmp_path):
    vad, turn = files
    with pytest.raises(Fault, match=r"smart\.onnx takes"):
        export(turn, turn, tmp_path / "out")
    with pytest.raises(Fault, match=r"silero\.onnx takes"):
        export(vad, vad, tmp_path / "out")


def test_a_damaged_file_is_refused(files, tmp_path):
    vad, turn = files
    vad.write_bytes(vad.read_bytes()[:20] + b"\xff" * 40)
    with pytest.raises(Fault, match="not a readable ONNX graph"):
        export(vad, turn, tmp_path / "out")


def test_the_pack_holds_the_graphs_this_version_knows(pack, tmp_path):
    export(pack.path / "turn/vad.onnx", pack.path / "turn/turn.onnx", tmp_path / "again")
    assert {each.name for each in (tmp_path / "again").iterdir()} == {"vad.onnx", "turn.onnx"}
