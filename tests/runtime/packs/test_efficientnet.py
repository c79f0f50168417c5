"""The exporter of the eyes, on checkpoints written here byte by byte: whole, damaged and hostile ones."""

import json
import struct

import numpy as np
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from runtime.errors import Fault
from runtime.packs.efficientnet import everyday_names, everyday_odds, export, graph, with_article
from runtime.packs.recipe import DETECTOR
from runtime.packs.torch_checkpoint import read_checkpoint

MAGIC = b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."
VERSION = b"\x80\x02M\xe9\x03."
MACHINE = b"\x80\x02}(X\x10\x00\x00\x00protocol_versionM\xe9\x03X\r\x00\x00\x00little_endian\x88u."
TABLE = b"ccollections\nOrderedDict\n)R"


def word(text):
    raw = text.encode()
    return b"X" + struct.pack("<i", len(raw)) + raw


def number(value):
    return b"J" + struct.pack("<i", value)


def numbers(values):
    return b"(" + b"".join(number(value) for value in values) + b"t"


def tensor(key, count, shape, strides, offset=0, kind="FloatStorage", maker=b"ctorch._utils\n_rebuild_tensor_v2\n"):
    storage = b"(" + word("storage") + f"ctorch\n{kind}\n".encode() + word(key) + word("cpu") + number(count) + b"NtQ"
    return maker + b"(" + storage + number(offset) + numbers(shape) + numbers(strides) + b"\x89" + TABLE + b"tR"


def checkpoint(tensors, storages, keys=None):
    table = b"\x80\x02" + TABLE + b"(" + b"".join(word(name) + value for name, value in tensors.items()) + b"u."
    listed = b"\x80\x02](" + b"".join(word(key) for key in (keys or storages)) + b"e."
    data = b"".join(struct.pack("<q", len(values)) + values.tobytes() for values in storages.values())
    return MAGIC + VERSION + MACHINE + table + listed + data


def steps(shape):
    return [int(np.prod(shape[place + 1 :])) for place in range(len(shape))]


def whole(arrays):
    """A checkpoint of these arrays, one storage each."""
    tensors = {name: tensor(str(i), a.size, a.shape, steps(a.shape)) for i, (name, a) in enumerate(arrays.items())}
    return checkpoint(tensors, {str(i): a.astype("<f4").ravel() for i, a in enumerate(arrays.values())})


def test_tensors_come_back_as_they_were_stored(tmp_path):
    values = np.arange(24, dtype="<f4")
    counts = np.array([7], "<i8")
    file = tmp_path / "weights.pth"
    file.write_bytes(
        checkpoint(
            {
                "plain": tensor("a", 24, (2, 3, 4), (12, 4, 1)),
                "turned": tensor("a", 24, (4, 2), (1, 12)),
                "part": tensor("a", 24, (3,), (2,), offset=5),
                "steps": tensor("b", 1, (), (), kind="LongStorage"),
            },
            {"a": values, "b": counts},
        )
    )
    read = read_checkpoint(file)
    np.testing.assert_array_equal(read["plain"], values.reshape(2, 3, 4))
    np.testing.assert_array_equal(read["turned"], values.reshape(2, 12)[:, :4].T)
    np.testing.assert_array_equal(read["part"], [5, 7, 9])
    assert read["steps"] == 7


def hostile(maker, argument):
    return {"w": maker + b"(" + word(argument) + b"tR"}


@pytest.mark.parametrize(
    ("maker", "named"),
    [
        (b"cposix\nsystem\n", "posix.system"),
        (b"cbuiltins\neval\n", "builtins.eval"),
        (b"ctorch._utils\n_rebuild_parameter\n", "torch._utils._rebuild_parameter"),
        (b"ctorch\nload\n", "torch.load"),
        (b"ccollections\nnamedtuple\n", "collections.namedtuple"),
    ],
)
def test_nothing_but_tensors_is_let_in(tmp_path, maker, named):
    victim = tmp_path / "victim"
    file = tmp_path / "hostile.pth"
    file.write_bytes(checkpoint(hostile(maker, f"touch {victim}"), {}))
    with pytest.raises(Fault, match=named):
        read_checkpoint(file)
    assert not victim.exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "cannot be used"),
        (b"PK\x03\x04 a zipped checkpoint", "cannot be used"),
        (b"not a pickle at all", "cannot be used"),
        (VERSION, "does not begin"),
        (MAGIC + VERSION, "cannot be used"),
        (MAGIC + VERSION + b"\x80\x02}.", "little-endian"),
        (checkpoint({"w": tensor("a", 4, (5,), (1,))}, {"a": np.ones(4, "<f4")}), "beyond its storage"),
        (checkpoint({"w": tensor("a", 4, (2,), (1,), offset=3)}, {"a": np.ones(4, "<f4")}), "beyond its storage"),
        (checkpoint({"w": tensor("a", 4, (1 << 30, 1 << 30), (0, 0))}, {"a": np.ones(4, "<f4")}), "beyond"),
        (checkpoint({"w": tensor("a", 4, (2,), (-1,))}, {"a": np.ones(4, "<f4")}), "impossible shape"),
        (checkpoint({"w": tensor("a", 4, (4,), (1,))}, {"a": np.ones(3, "<f4")}), "another size"),
        (checkpoint({"w": tensor("a", 4, (4,), (1,))}, {"a": np.ones(4, "<f4")})[:-2], "too early"),
        (checkpoint({"w": tensor("a", 4, (4,), (1,))}, {"b": np.ones(4, "<f4")}), "no tensor uses"),
        (checkpoint({"w": tensor("a", 4, (4,), (1,), kind="QInt8Storage")}, {"a": np.ones(4, "<f4")}), "QInt8"),
    ],
)
def test_a_damaged_checkpoint_is_refused_in_words(tmp_path, content, why):
    file = tmp_path / "damaged.pth"
    file.write_bytes(content)
    with pytest.raises(Fault, match=why) as caught:
        read_checkpoint(file)
    assert "damaged.pth" in caught.value.what


def test_a_missing_checkpoint_is_refused_in_words(tmp_path):
    with pytest.raises(Fault, match=r"gone\.pth cannot be read"):
        read_checkpoint(tmp_path / "gone.pth")


# kernel, stride, expansion, inputs, outputs of each block, from the paper's table with the lite variant's fixed ends
BLOCKS = [
    (3, 1, 1, 32, 16),
    *[(3, 2, 6, 16, 24), (3, 1, 6, 24, 24), (5, 2, 6, 24, 40), (5, 1, 6, 40, 40)],
    *[(3, 2, 6, 40, 80), (3, 1, 6, 80, 80), (3, 1, 6, 80, 80), (5, 1, 6, 80, 112), (5, 1, 6, 112, 112)],
    *[(5, 1, 6, 112, 112), (5, 2, 6, 112, 192), (5, 1, 6, 192, 192), (5, 1, 6, 192, 192), (5, 1, 6, 192, 192)],
    (3, 1, 6, 192, 320),
]


def made_up_network(classes=1000):
    random = np.random.default_rng(4)
    arrays = {}

    def convolution(name, norm, outputs, inputs, kernel):
        scale = 1.2 / np.sqrt(inputs * kernel * kernel)
        arrays[f"{name}.weight"] = random.normal(0, scale, (outputs, inputs, kernel, kernel)).astype(np.float32)
        arrays[f"{norm}.weight"] = random.uniform(0.6, 1.6, outputs).astype(np.float32)
        arrays[f"{norm}.bias"] = random.normal(0.3, 0.4, outputs).astype(np.float32)
        arrays[f"{norm}.running_mean"] = random.normal(0, 0.3, outputs).astype(np.float32)
        arrays[f"{norm}.running_var"] = random.uniform(0.3, 1.5, outputs).astype(np.float32)

    convolution("_conv_stem", "_bn0", 32, 3, 3)
    for place, (kernel, _, expansion, inputs, outputs) in enumerate(BLOCKS):
        block, wide = f"_blocks.{place}", expansion * inputs
        if expansion > 1:
            convolution(f"{block}._expand_conv", f"{block}._bn0", wide, inputs, 1)
        convolution(f"{block}._depthwise_conv", f"{block}._bn1", wide, 1, kernel)
        convolution(f"{block}._project_conv", f"{block}._bn2", outputs, wide, 1)
    convolution("_conv_head", "_bn1", 1280, 320, 1)
    arrays["_fc.weight"] = random.normal(0, 0.05, (classes, 1280)).astype(np.float32)
    arrays["_fc.bias"] = random.normal(0, 0.05, classes).astype(np.float32)
    return arrays


def as_trained(arrays):
    """The same network with its normalisations where training has them, and padding left to the runtime."""
    nodes, weights = [], [numpy_helper.from_array(value, name) for name, value in arrays.items()]
    weights += [numpy_helper.from_array(np.array(value, np.float32), name) for name, value in (("lo", 0), ("hi", 6))]

    def layer(x, name, norm, stride=1, act=True):
        kernel = arrays[f"{name}.weight"].shape
        group = kernel[0] if kernel[1] == 1 else 1
        nodes.append(
            helper.make_node(
                "Conv", [x, f"{name}.weight"], [f"{name}.c"], auto_pad="SAME_UPPER", strides=[stride] * 2, group=group
            )
        )
        parameters = [f"{norm}.{each}" for each in ("weight", "bias", "running_mean", "running_var")]
        nodes.append(helper.make_node("BatchNormalization", [f"{name}.c", *parameters], [f"{name}.n"], epsilon=1e-3))
        if act:
            nodes.append(helper.make_node("Clip", [f"{name}.n", "lo", "hi"], [f"{name}.a"]))
        return f"{name}.a" if act else f"{name}.n"

    x = layer("pixels", "_conv_stem", "_bn0", 2)
    for place, (_, stride, expansion, inputs, outputs) in enumerate(BLOCKS):
        block, before = f"_blocks.{place}", x
        if expansion > 1:
            x = layer(x, f"{block}._expand_conv", f"{block}._bn0")
        x = layer(x, f"{block}._depthwise_conv", f"{block}._bn1", stride)
        x = layer(x, f"{block}._project_conv", f"{block}._bn2", act=False)
        if stride == 1 and inputs == outputs:
            nodes.append(helper.make_node("Add", [x, before], [f"{block}.sum"]))
            x = f"{block}.sum"
    x = layer(x, "_conv_head", "_bn1")
    nodes.append(helper.make_node("GlobalAveragePool", [x], ["p"]))
    nodes.append(helper.make_node("Flatten", ["p"], ["f"]))
    nodes.append(helper.make_node("Gemm", ["f", "_fc.weight", "_fc.bias"], ["logits"], transB=1))
    made = helper.make_graph(
        nodes,
        "as_trained",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["n", 3, "h", "w"])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, None)
            for name in ("logits", "_blocks.4.sum", "_blocks.10.sum")
        ],
        weights,
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model, names, pixels):
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(names, {"pixels": pixels})


@pytest.mark.parametrize("size", [(64, 64), (96, 160)])
def test_the_graph_computes_what_the_trained_network_does(size):
    arrays = made_up_network(classes=20)
    pixels = np.random.default_rng(5).normal(0, 0.6, (2, 3, *size)).astype(np.float32)
    logits, fine, middle = run(graph(arrays), ["logits", "fine", "middle"], pixels)
    expected = run(as_trained(arrays), None, pixels)
    assert fine.shape == (2, 40, size[0] // 8, size[1] // 8)
    assert middle.shape == (2, 112, size[0] // 16, size[1] // 16)
    for ours, theirs in zip((logits, fine, middle), expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-3)
    assert logits.std() > 0.01


def test_the_folder_holds_graph_names_and_preprocessing(tmp_path):
    file = tmp_path / "weights.pth"
    file.write_bytes(whole(made_up_network()))
    said = []
    export(file, DETECTOR, tmp_path / "sight", lambda what, done: said.append((what, done)))
    made = {path.name for path in (tmp_path / "sight").iterdir()}
    assert made == {"tagger.onnx", "detector.onnx", "labels.json", "config.json"}
    labels = json.loads((tmp_path / "sight" / "labels.json").read_text(encoding="utf-8"))
    assert len(labels) == 1000
    assert labels[504] == {"name": "a cup", "fine": "a coffee mug", "odds": labels[504]["odds"]}
    config = json.loads((tmp_path / "sight" / "config.json").read_text(encoding="utf-8"))
    assert (config["side"], config["detector_side"]) == (224, 384)
    assert (config["mean"], config["deviation"]) == (127.0, 128.0)
    assert said[-1][1] == 1.0


def test_another_network_is_refused(tmp_path):
    file = tmp_path / "weights.pth"
    arrays = made_up_network(classes=10)
    file.write_bytes(whole(arrays))
    with pytest.raises(Fault, match="knows 10 classes"):
        export(file, DETECTOR, tmp_path / "sight")
    del arrays["_blocks.3._project_conv.weight"]
    file.write_bytes(whole(arrays))
    with pytest.raises(Fault, match=r"_blocks\.3\._project_conv\.weight"):
        export(file, DETECTOR, tmp_path / "sight")
    assert not (tmp_path / "sight").exists()


def test_every_class_has_an_everyday_name_and_odds():
    names, odds = list(everyday_names()), everyday_odds()
    assert len(names) == len(odds) == 1000
    assert all(0.1 < each < 10 for each in odds)
    assert all(each["name"] == " ".join(each["name"].split()) and each["name"] for each in names)
    assert names[162] == {"name": "a dog", "fine": "a dog (beagle)"}
    assert names[294] == {"name": "a bear", "fine": "a brown bear"}
    assert names[608] == {"name": "jeans", "fine": ""}
    assert names[879] == {"name": "an umbrella", "fine": ""}
    assert sum(each["name"] == "a dog" for each in names) > 115


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *[("cup", "a cup"), ("umbrella", "an umbrella"), ("unicycle", "a unicycle"), ("hourglass", "an hourglass")],
        *[("~jeans", "jeans"), ("ice cream", "an ice cream"), ("oil rig", "an oil rig")],
    ],
)
def test_articles_follow_the_sound(name, said):
    assert with_article(name) == said
