"""Asks two published detectors what is in each photo, keeps what each says, and joins it.

Writes WORK/teachers.npz: `yolox` and `ssdlite` f32[n, 6], the boxes of all photos on end, and `yolox_ends` and
`ssdlite_ends` i64[photos], where those of each photo end. Resumes where it was cut off.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from PIL import Image

from runtime.distill.boxes import Boxes, join, suppress
from runtime.distill.names import COCO_IDS
from runtime.distill.photos import arguments, rest, training

LEAST = 0.05
"""Least score of a box that is kept: the student learns from doubt as well."""

TRUST = 0.65
"""Weight of SSDLite in the joint answer, YOLOX-nano having the rest: of 0.35, 0.5, 0.65, 0.8 and each alone it
names most of what people ask about (562 mentions in questions about 700 of the photos, at one name each)."""


def opened(path: Path, threads: int) -> Any:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


class Yolox:
    """YOLOX-nano (Ge et al. 2021): one score and one box per cell of three grids."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._session = opened(folder / "yolox_nano_416.onnx", threads)
        cells = []
        for stride in (8, 16, 32):
            rows, columns = np.mgrid[: 416 // stride, : 416 // stride]
            cells.append(np.stack([columns.ravel(), rows.ravel(), np.full(rows.size, stride)], axis=1))
        self._cells = np.concatenate(cells).astype(np.float32)

    def look(self, photo: Image.Image) -> Boxes:
        bgr = np.asarray(photo.resize((416, 416), Image.Resampling.BILINEAR), np.float32)[:, :, ::-1]
        (out,) = self._session.run(None, {"images": np.ascontiguousarray(bgr.transpose(2, 0, 1)[None])})
        out, stride = out[0], self._cells[:, 2:]
        centre, size = (out[:, :2] + self._cells[:, :2]) * stride, np.exp(out[:, 2:4]) * stride
        places = (np.concatenate([centre - size / 2, centre + size / 2], axis=1) / 416).astype(np.float32)
        return _best(out[:, 4:5] * out[:, 5:], places)


class Ssdlite:
    """SSDLite on MobileNetV2 (Sandler et al. 2018): scores of 90 classes for each of 1,917 anchors."""

    def __init__(self, folder: Path, threads: int) -> None:
        self._session = opened(folder / "coco_ssdlite_mobilenet_v2.onnx", threads)
        self._columns = np.array(COCO_IDS) - 1

    def look(self, photo: Image.Image) -> Boxes:
        rgb = np.asarray(photo.resize((300, 300), Image.Resampling.BILINEAR))
        scores, places = self._session.run(None, {"image_tensor:0": rgb[None]})
        if scores.ndim == 4:
            scores, places = places, scores
        return _best(scores[0][:, self._columns], places[0, :, 0][:, [1, 0, 3, 2]])


def _best(scores: Boxes, places: Boxes) -> Boxes:
    """The boxes of f32[cells, classes] scores at f32[cells, 4] places, one per object."""
    cells, classes = np.nonzero(scores >= LEAST)
    found = np.column_stack([classes, scores[cells, classes], np.clip(places[cells], 0, 1)])
    return suppress(found.astype(np.float32), LEAST)


def load(work: Path, trust: float = TRUST) -> list[Boxes]:
    """The joint boxes of each photo, in the order of `photos.training`."""
    with np.load(work / "teachers.npz") as kept:
        each = (np.split(kept[name], kept[f"{name}_ends"][:-1]) for name in ("yolox", "ssdlite"))
        return [join(one, other, trust) for one, other in zip(*each, strict=True)]


def main() -> None:
    """Run the teachers over the photos."""
    chosen = arguments(str(__doc__).splitlines()[0]).parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    teachers = [kind(chosen.data / "teachers", chosen.threads) for kind in (Yolox, Ssdlite)]
    files = training(chosen.data)
    partial = chosen.work / "teachers.jsonl"
    lines = partial.read_text(encoding="utf-8").splitlines() if partial.exists() else []
    # Whatever cut the last run off may have cut its last line too.
    done = [line for line in lines[: len(files)] if line.endswith("]]")]
    with partial.open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in done)
        for number, file in enumerate(files[len(done) :], len(done)):
            rest(chosen.pause)
            photo = Image.open(file).convert("RGB")
            out.write(json.dumps([teacher.look(photo).round(4).tolist() for teacher in teachers]) + "\n")
            if number % 100 == 0:
                out.flush()
                print(f"{number} of {len(files)} photos", flush=True)
    kept: dict[str, Boxes | NDArray[np.int64]] = {}
    told = [json.loads(line) for line in partial.read_text("utf-8").splitlines()]
    for teacher, name in enumerate(("yolox", "ssdlite")):
        boxes = [np.array(each[teacher], np.float32).reshape(-1, 6) for each in told]
        kept |= {name: np.concatenate(boxes), f"{name}_ends": np.cumsum([len(each) for each in boxes])}
    whole = chosen.work / ".teachers.npz"
    np.savez_compressed(whole, **kept)  # type: ignore[arg-type]
    os.replace(whole, chosen.work / "teachers.npz")


if __name__ == "__main__":
    main()
