"""What a picture as a whole shows, on the demo photo and on damaged packs."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from runtime.errors import Fault
from runtime.media import read_image
from runtime.model.session import OnnxSessions
from runtime.sight import tagger
from runtime.sight.tagger import Tagger
from runtime.sight.thresholds import PERHAPS, SAY_TAG

PHOTO = Path(__file__).parent.parent.parent.parent / "assets" / "demo" / "photo.jpg"


@pytest.fixture(scope="module")
def loaded(pack):
    made = Tagger(pack.path / "sight", OnnxSessions("cpu", 2))
    made.load()
    return made


@pytest.fixture(scope="module")
def photo():
    return read_image(PHOTO).rgb


def test_the_mug_of_the_demo_photo_is_named_with_confidence(loaded, photo):
    best = loaded.look(loaded.maps(photo))[0]
    assert best.name == "a coffee mug"
    assert 0.6 < best.confidence <= 1.0


@pytest.mark.parametrize("scale", [0.25, 0.5, 2.0])
def test_the_name_does_not_depend_on_the_size_of_the_picture(loaded, photo, scale):
    from PIL import Image

    size = (round(photo.shape[1] * scale), round(photo.shape[0] * scale))
    seen = loaded.look(loaded.maps(np.asarray(Image.fromarray(photo).resize(size))))
    assert [tag.name for tag in seen] == ["a coffee mug"]


@pytest.mark.parametrize(
    "rgb",
    [
        np.random.default_rng(3).integers(0, 255, (240, 320, 3)).astype(np.uint8),
        np.full((240, 320, 3), 127, np.uint8),
        np.tile(np.linspace(0, 255, 320).astype(np.uint8)[None, :, None], (240, 1, 3)),
    ],
    ids=["noise", "grey", "gradient"],
)
def test_nothing_is_named_where_nothing_is_sure(loaded, rgb):
    assert all(tag.confidence < PERHAPS for tag in loaded.look(loaded.maps(rgb)))


def test_confidences_are_probabilities_that_leave_room_for_silence(loaded, photo):
    seen = loaded.look(loaded.maps(photo))
    assert len(seen) <= tagger.MOST
    assert all(SAY_TAG <= tag.confidence <= 1 for tag in seen)
    assert sum(tag.confidence for tag in seen) <= 1 + 1e-5
    assert sorted(seen, key=lambda tag: -tag.confidence) == list(seen)


def test_the_network_sees_the_whole_picture_as_a_square(loaded):
    rgb = np.zeros((300, 600, 3), np.uint8)
    rgb[:, :150] = (255, 0, 0)
    rgb[:, 450:] = (0, 0, 255)
    (whole,) = loaded.pixels(rgb, 384)
    assert whole.shape == (3, 384, 384)
    dark, bright = -127 / 128, 1.0
    np.testing.assert_allclose(whole[:, 150, 5], [bright, dark, dark], atol=1e-6)
    np.testing.assert_allclose(whole[:, 150, 160], dark, atol=1e-6)
    np.testing.assert_allclose(whole[:, 150, 312], [dark, dark, bright], atol=1e-6)


def test_one_look_gives_the_maps_that_the_detector_starts_from(loaded, photo):
    maps = loaded.maps(photo)
    assert maps.logits.shape == (1000,)
    assert maps.fine.shape == (40, 48, 48)
    assert maps.middle.shape == (112, 24, 24)


def test_half_the_way_gives_the_maps_of_the_whole_way(loaded, photo):
    maps = loaded.maps(photo)
    whole = loaded._session.run(["fine", "middle", "logits"], {"pixels": loaded.pixels(photo, 384)})
    np.testing.assert_array_equal(maps.fine, whole[0][0])
    np.testing.assert_array_equal(maps.middle, whole[1][0])


class Scripted:
    """Sessions whose one graph answers with given logits."""

    choice = None

    def __init__(self, logits):
        self.logits = np.asarray(logits, np.float32)[None]

    def open(self, _path, _role):
        return self

    def get_outputs(self):
        return [SimpleNamespace(name=name) for name in ("logits", "fine", "middle")]

    def run(self, names, _inputs, _options=None):
        made = {"logits": self.logits, "fine": np.zeros((1, 40, 40, 40)), "middle": np.zeros((1, 112, 20, 20))}
        return [made[name] for name in names]


def scripted(folder, labels, probabilities):
    (folder / "config.json").write_text(json.dumps({"side": 224, "detector_side": 320, "mean": 127, "deviation": 128}))
    (folder / "labels.json").write_text(json.dumps(labels))
    made = Tagger(folder, Scripted(np.log(probabilities)))
    made.load()
    return made.look(made.maps(np.zeros((9, 9, 3), np.uint8)))


def label(name, fine="", odds=1.0):
    return {"name": name, "fine": fine, "odds": odds}


DOGS = [label("a dog", "a dog (beagle)"), label("a dog", "a dog (pug)"), label("a dog", "a dog (collie)")]


def test_kinds_are_summed_and_the_kind_is_named_only_when_sure(tmp_path):
    labels = [*DOGS, label("a cat")]
    unsure = scripted(tmp_path, labels, [0.3, 0.3, 0.3, 0.1])
    assert [(tag.name, round(tag.confidence, 3)) for tag in unsure] == [("a dog", 0.9)]
    sure = scripted(tmp_path, labels, [0.7, 0.1, 0.1, 0.1])
    assert [(tag.name, round(tag.confidence, 3)) for tag in sure] == [("a dog (beagle)", 0.9)]
    assert [tag.group for tag in (*unsure, *sure)] == ["dog", "dog"]


def test_a_class_that_is_rare_in_everyday_life_needs_more_evidence(tmp_path):
    seen = scripted(tmp_path, [label("a sea slug", odds=0.5), label("a cup", odds=2.0)], [0.5, 0.5])
    assert [(tag.name, round(tag.confidence, 3)) for tag in seen] == [("a cup", 0.8)]


@pytest.mark.parametrize("file", ["labels.json", "config.json", "tagger.onnx"])
@pytest.mark.parametrize("damage", ["gone", "empty", "other"])
def test_a_damaged_pack_is_refused_in_words(pack, tmp_path, file, damage):
    folder = tmp_path / "sight"
    shutil.copytree(pack.path / "sight", folder)
    (folder / file).unlink()
    if damage != "gone":
        (folder / file).write_bytes(b"" if damage == "empty" else b"[1, 2, 3]")
    with pytest.raises(Fault) as caught:
        Tagger(folder, OnnxSessions("cpu", 1)).load()
    assert caught.value.what
    assert "Build the pack again" in caught.value.do


def test_names_and_graph_must_fit(pack, tmp_path):
    folder = tmp_path / "sight"
    shutil.copytree(pack.path / "sight", folder)
    labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    (folder / "labels.json").write_text(json.dumps(labels[:-1]), encoding="utf-8")
    with pytest.raises(Fault, match="do not fit"):
        Tagger(folder, OnnxSessions("cpu", 1)).load()


def test_before_loading_nothing_is_seen(tmp_path):
    with pytest.raises(Fault, match="before"):
        Tagger(tmp_path, OnnxSessions("cpu", 1)).maps(np.zeros((9, 9, 3), np.uint8))
