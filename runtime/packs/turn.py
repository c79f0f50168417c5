"""Brings the two turn-taking graphs (voice activity, end of turn) into a pack, as they were published."""

from __future__ import annotations

import shutil
from pathlib import Path

import onnx

from runtime.errors import Fault
from runtime.ports import Progress, no_progress

# What runtime/hearing/vad.py and runtime/hearing/turn.py feed; None stands for a free dimension.
_VAD_INPUTS: dict[str, tuple[int | None, ...]] = {"input": (None, None), "state": (2, None, 128), "sr": ()}
_TURN_INPUTS: dict[str, tuple[int | None, ...]] = {"input_features": (None, 80, 800)}


def export(vad: Path, turn: Path, target: Path, progress: Progress = no_progress) -> None:
    """Write `target`/vad.onnx and `target`/turn.onnx from Silero VAD's and Smart Turn v3's own ONNX files.

    The graphs are copied unchanged after their inputs were compared with what the hearing feeds them; raises `Fault`
    when they are not the expected ones.
    """
    target.mkdir(parents=True, exist_ok=True)
    progress("Checking the voice detector", 0.0)
    _check(vad, _VAD_INPUTS)
    shutil.copyfile(vad, target / "vad.onnx")
    progress("Checking the turn model", 0.5)
    _check(turn, _TURN_INPUTS)
    shutil.copyfile(turn, target / "turn.onnx")
    progress("Turn taking is ready", 1.0)


def _check(path: Path, expected: dict[str, tuple[int | None, ...]]) -> None:
    try:
        model = onnx.load(path)
        onnx.checker.check_model(model)
    except Exception as error:  # protobuf, checker and file errors have no common ancestor
        raise Fault(f"{path.name} is not a readable ONNX graph: {error}.", "Build the pack again.") from error
    weights = {tensor.name for tensor in model.graph.initializer}
    shapes = {
        value.name: tuple(
            dim.dim_value if dim.HasField("dim_value") else None for dim in value.type.tensor_type.shape.dim
        )
        for value in model.graph.input
        if value.name not in weights
    }
    if shapes != expected:
        raise Fault(f"{path.name} takes {shapes}, not {expected}.", "Build the pack again with the pinned versions.")
