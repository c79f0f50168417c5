"""Finds the odds of everyday life: how often the tagger's classes come up in photos that people take.

    python tests/bench/eyes_on_photos.py ../shared/data/images > runtime/packs/everyday_odds.txt

It looks at the photos in coco_train2014_256/, and at no label of theirs; they are no part of this project. What the
eyes name of what people see is measured by `visavis bench eyes --data ../shared/data`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from runtime.model.manifest import open_pack  # noqa: E402
from runtime.model.session import OnnxSessions  # noqa: E402
from runtime.sight.tagger import Tagger  # noqa: E402


def odds(images: Path, photos: int = 2400, rounds: int = 30) -> None:
    tagger = Tagger(open_pack("mini").path / "sight", OnnxSessions("cpu", 2))
    tagger.load()
    tagger._odds = np.ones_like(tagger._odds)
    files = sorted((images / "coco_train2014_256").glob("*.jpg"))[:photos]
    seen = np.stack([tagger.probabilities(tagger.maps(np.asarray(Image.open(file).convert("RGB")))) for file in files])
    classes = seen.shape[1]
    share = np.full(classes, 1 / classes)
    for _ in range(rounds):
        belief = seen * share
        belief /= belief.sum(axis=1, keepdims=True)
        share = (belief.sum(axis=0) + 1) / (len(files) + classes)
    for line in (ROOT / "runtime" / "packs" / "everyday_odds.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            print(line)
    found = np.sqrt(share * classes)
    for start in range(0, classes, 20):
        print(" ".join(f"{each:.2f}" for each in found[start : start + 20]))


if __name__ == "__main__":
    odds(Path(sys.argv[1]))
