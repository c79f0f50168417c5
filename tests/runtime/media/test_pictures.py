"""Pictures of any kind become upright RGB within bounded memory, and what is no picture is refused in words."""

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from runtime import media
from runtime.errors import BadInput
from tests.media_files import ROOT, left_red_right_blue, refused


def assert_left_red_right_blue(rgb):
    assert rgb.dtype == np.uint8
    assert rgb.flags.c_contiguous
    height, width = rgb.shape[:2]
    left, right = rgb[height // 2, width // 4].astype(int), rgb[height // 2, 3 * width // 4].astype(int)
    assert left[0] > 150 > 90 > left[2]
    assert right[2] > 150 > 90 > right[0]


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *[("JPEG", "RGB"), ("JPEG", "CMYK"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P")],
        *[("WEBP", "RGB"), ("WEBP", "RGBA"), ("BMP", "RGB"), ("TIFF", "RGB"), ("TIFF", "CMYK"), ("PPM", "RGB")],
    ],
)
def test_a_picture_of_any_kind_becomes_rgb(tmp_path, kind, mode):
    file = tmp_path / "picture.bin"
    left_red_right_blue(mode=mode).save(file, kind)
    frame = media.read_image(file)
    assert frame.rgb.shape == (60, 80, 3)
    assert_left_red_right_blue(frame.rgb)


@pytest.mark.parametrize("mode", ["L", "1", "LA"])
def test_a_grey_picture_becomes_rgb(tmp_path, mode):
    file = tmp_path / "grey.png"
    left_red_right_blue().convert("L").point(lambda value: 255 * (value > 50)).convert(mode).save(file)
    rgb = media.read_image(file).rgb
    assert rgb.shape == (60, 80, 3)
    assert rgb[30, 10].tolist() == [255, 255, 255]
    assert rgb[30, 70].tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(tmp_path, kind):
    file = tmp_path / "deep.bin"
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(20, 0)
    Image.fromarray(ramp).save(file, kind)
    rgb = media.read_image(file).rgb
    assert np.abs(rgb[10, :, 1].astype(int) - np.arange(256)).max() <= 1


def test_a_float_picture_is_spread_over_all_shades(tmp_path):
    file = tmp_path / "float.tiff"
    Image.fromarray(np.linspace(-3, 900, 256).astype(np.float32)[None].repeat(9, 0)).save(file)
    rgb = media.read_image(file).rgb
    assert (rgb.min(), rgb.max()) == (0, 255)


def test_see_through_becomes_white(tmp_path):
    file = tmp_path / "glass.png"
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((200, 30, 30, 255), (10, 10, 30, 30))
    image.save(file)
    rgb = media.read_image(file).rgb
    assert rgb[2, 2].tolist() == [255, 255, 255]
    assert rgb[20, 20].tolist() == [200, 30, 30]


def test_a_see_through_colour_of_a_palette_becomes_white(tmp_path):
    file = tmp_path / "glass.gif"
    image = Image.new("P", (40, 40), 0)
    image.putpalette([10, 10, 10, 200, 30, 30])
    image.paste(1, (10, 10, 30, 30))
    image.save(file, transparency=0)
    rgb = media.read_image(file).rgb
    assert rgb[2, 2].tolist() == [255, 255, 255]
    assert rgb[20, 20].tolist() == [200, 30, 30]


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_of_an_animation_the_first_picture_is_taken(tmp_path, kind):
    file = tmp_path / "moving.bin"
    later = [Image.new("RGB", (80, 60), (0, 200, 0)) for _ in range(3)]
    left_red_right_blue().save(file, kind, save_all=True, append_images=later)
    assert_left_red_right_blue(media.read_image(file).rgb)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_upright(tmp_path, orientation):
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    image = left_red_right_blue()
    for each in undo.get(orientation, []):
        image = image.transpose(each)
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = tmp_path / "phone.jpg"
    image.save(file, exif=exif, quality=95)
    frame = media.read_image(file)
    assert frame.rgb.shape == (60, 80, 3)
    assert_left_red_right_blue(frame.rgb)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1)])
def test_tiny_and_thin_pictures_are_pictures(tmp_path, shape):
    file = tmp_path / "thin.png"
    Image.new("RGB", shape, "red").save(file)
    rgb = media.read_image(file).rgb
    assert max(rgb.shape[:2]) <= media.LONGEST_SIDE
    assert min(rgb.shape[:2]) >= 1


def one_colour_png(width, height, colour=(200, 40, 40)):
    """A PNG of any size, written row by row: making it takes no memory, only reading it does."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer, row, packed = zlib.compressobj(1), b"\0" + bytes(colour) * width, io.BytesIO()
    for _ in range(height):
        packed.write(packer.compress(row))
    packed.write(packer.flush())
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed.getvalue()) + chunk(b"IEND", b"")


def test_a_picture_bomb_is_refused_before_it_is_decoded(tmp_path):
    file = tmp_path / "bomb.png"
    content = bytearray(one_colour_png(8, 8))
    content[16:24] = struct.pack(">II", 60_000, 60_000)
    content[29:33] = struct.pack(">I", zlib.crc32(bytes(content[12:29])))
    file.write_bytes(content)
    assert "60000×60000" in refused(media.read_image, file)


MEASURE = """
import resource, sys
from runtime import media
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
frame = media.read_image(sys.argv[1])
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(max(frame.rgb.shape), (after - before) // 1024, *frame.rgb[5, 5])
"""


@pytest.mark.parametrize(
    ("kind", "size", "megabytes"),
    [
        ("PNG", (8660, 5774), 330),
        ("JPEG", (8660, 5774), 90),
        ("JPEG", (11_600, 8_640), 120),
        ("progressive", (11_600, 8_640), 320),
    ],
    ids=["png-50-megapixels", "jpeg-50-megapixels", "jpeg-100-megapixels", "progressive-jpeg-100-megapixels"],
)
def test_a_huge_picture_is_seen_in_bounded_memory(tmp_path, kind, size, megabytes):
    file = tmp_path / "huge.bin"
    if kind == "PNG":
        file.write_bytes(one_colour_png(*size))
    else:
        Image.new("L", size, 120).save(file, "JPEG", progressive=kind == "progressive")
    done = subprocess.run([sys.executable, "-c", MEASURE, str(file)], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    longest, took, *colour = map(int, done.stdout.split())
    assert longest <= media.LONGEST_SIDE
    assert took <= megabytes
    assert colour == ([200, 40, 40] if kind == "PNG" else [120, 120, 120])


def test_a_progressive_picture_needs_memory_for_all_its_coefficients(tmp_path):
    file = tmp_path / "progressive.jpg"
    Image.new("RGB", (64, 64), "teal").save(file, progressive=True, subsampling=0)
    content = bytearray(file.read_bytes())
    at = content.index(b"\xff\xc2") + 5
    content[at : at + 4] = struct.pack(">HH", 8_640, 11_600)
    file.write_bytes(content)
    assert "11600×8640" in refused(media.read_image, file)  # three full planes: 600 MB


def test_a_picture_too_large_for_its_kind_is_refused_with_what_is_possible(tmp_path):
    file = tmp_path / "large.png"
    file.write_bytes(one_colour_png(20_000, 9_000))
    with pytest.raises(BadInput, match="20000×9000") as caught:
        media.read_image(file)
    assert "megapixels" in caught.value.available


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.9])
def test_a_picture_that_is_cut_off_is_refused(tmp_path, kind, kept):
    file = tmp_path / "cut.bin"
    noise = np.random.default_rng(1).integers(0, 255, (90, 120, 3), np.uint8)
    Image.fromarray(noise).save(file, kind)
    content = file.read_bytes()
    file.write_bytes(content[: max(4, int(len(content) * kept))])
    refused(media.read_image, file)


@pytest.mark.parametrize(
    "content",
    [b"a text\n" * 200, b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%!PS-Adobe-3.0 EPSF-3.0\n", bytes(5000)],
)
def test_what_is_no_picture_is_refused(tmp_path, content):
    file = tmp_path / "page.png"
    file.write_bytes(content)
    assert "not a picture" in refused(media.read_image, file)
