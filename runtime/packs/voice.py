"""Brings hibari's speech graph into a pack, as it was published."""

from __future__ import annotations

import shutil
from pathlib import Path

import onnx

from runtime.errors import Fault
from runtime.ports import Progress, no_progress

# Phoneme ids in, spectra and pitch out: what runtime/model/voice.py feeds and reads.
_INPUTS = {"ids", "speed"}
_OUTPUTS = {"lh", "theta", "ln", "lr", "phi", "f0"}


def export(voice: Path, target: Path, progress: Progress = no_progress) -> None:
    """Write `target`/voice.onnx. Raises `Fault` when `voice` is not the expected graph."""
    progress("Checking the voice", 0.0)
    try:
        model = onnx.load(voice)
        onnx.checker.check_model(model)
    except Exception as error:  # protobuf, checker and file errors have no common ancestor
        raise Fault(f"{voice.name} is not a readable ONNX graph: {error}.", "Build the pack again.") from error
    inputs = {value.name for value in model.graph.input}
    outputs = {value.name for value in model.graph.output}
    if inputs != _INPUTS or outputs != _OUTPUTS:
        raise Fault(
            f"{voice.name} takes {sorted(inputs)} and gives {sorted(outputs)}.",
            "Build the pack again with the pinned versions.",
        )
    target.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(voice, target / "voice.onnx")
    progress("The voice is ready", 1.0)
