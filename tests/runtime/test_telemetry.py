"""Computing a graph writes no identifier and no report of use anywhere in the person's home."""

import os
import subprocess
import sys
from pathlib import Path

from onnx import TensorProto, helper, save

ROOT = Path(__file__).parent.parent.parent


def test_computing_leaves_nothing_behind(tmp_path):
    home, graph = tmp_path / "home", tmp_path / "graph.onnx"
    home.mkdir()
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy")
    node = helper.make_node("Neg", ["x"], ["y"])
    inside = helper.make_graph([node], "g", [x], [y])
    save(helper.make_model(inside, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]), graph)
    script = (
        "import sys, runtime.ports, numpy as np, onnxruntime as ort\n"
        "session = ort.InferenceSession(sys.argv[1], providers=['CPUExecutionProvider'])\n"
        "print(session.run(None, {'x': np.ones(1, np.float32)})[0][0])\n"
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    done = subprocess.run(
        [sys.executable, "-c", script, str(graph)],
        env={**kept, "HOME": str(home), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "-1.0", done.stderr
    assert list(home.rglob("*")) == []
