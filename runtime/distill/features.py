"""Shows every photo in several views to the frozen backbone of the pack, and keeps the maps it makes of them.

Writes per view WORK/deep-V.npy u8[photos, 1280, 10, 10] (0…6 as 0…255), WORK/middle-V.npy f16[photos, 112, 20, 20]
and WORK/views-V.npy f32[photos, 5]. View 0 is the photo as it is. Resumes after the last view that was finished.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray
from onnx import TensorProto, helper
from PIL import Image

from runtime.distill.photos import SIDE, View, arguments, choose, pixels, rest, show, training, worsen
from runtime.model.manifest import open_pack

MIDDLE = "_blocks.10.sum"
"""The last map at a sixteenth of the picture: fine enough for small things."""

DEEP, TOP = 1280, 6.0
"""Channels of the last map, and the largest value its ReLU6 lets through."""


class Backbone:
    """The pack's EfficientNet-lite0 with one more way out, half way through."""

    def __init__(self, graph: Path, threads: int) -> None:
        model = onnx.load(str(graph))
        model.graph.output.append(helper.make_tensor_value_info(MIDDLE, TensorProto.FLOAT, None))
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session: Any = ort.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def look(self, picture: Image.Image) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The deep map f32[1, 1280, 10, 10] and the middle one f32[1, 112, 20, 20] of a square picture."""
        deep, middle = self._session.run(["features", MIDDLE], {"pixels": pixels(picture)[None]})
        return deep, middle


def graph_of_pack() -> Path:
    return open_pack("mini").path / "sight" / "tagger.onnx"


def _view(backbone: Backbone, files: list[Path], number: int, work: Path, pause: Path | None) -> None:
    cells = SIDE // 32
    deep = np.lib.format.open_memmap(work / f"deep-{number}.npy", "w+", np.uint8, (len(files), DEEP, cells, cells))
    shape = (len(files), 112, 2 * cells, 2 * cells)
    middle = np.lib.format.open_memmap(work / f"middle-{number}.npy", "w+", np.float16, shape)
    views = np.zeros((len(files), 5), np.float32)
    for at, file in enumerate(files):
        rest(pause)
        # Seeded by view and photo, so that an interrupted run and a whole one see the same.
        random = np.random.default_rng([number, at])
        view = choose(random) if number else View()
        seen = show(Image.open(file).convert("RGB"), view)
        far, near = backbone.look(worsen(seen, random) if number else seen)
        deep[at] = np.rint(far[0] * (255 / TOP)).astype(np.uint8)
        middle[at] = near[0]
        views[at] = (view.left, view.top, view.width, view.height, view.mirrored)
        if at % 400 == 0:
            print(f"view {number}: {at} of {len(files)} photos", flush=True)
    deep.flush()
    middle.flush()
    np.save(work / ".views.npy", views)
    os.replace(work / ".views.npy", work / f"views-{number}.npy")


def main() -> None:
    """Compute the maps."""
    parser = arguments(str(__doc__).splitlines()[0])
    parser.add_argument("--views", type=int, default=3, help="views of each photo; 220 KB each")
    parser.add_argument("--backbone", type=Path, help="tagger.onnx of another pack than mini")
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    backbone = Backbone(chosen.backbone or graph_of_pack(), chosen.threads)
    files = training(chosen.data)
    for number in range(chosen.views):
        if not (chosen.work / f"views-{number}.npy").exists():
            _view(backbone, files, number, chosen.work, chosen.pause)


if __name__ == "__main__":
    main()
