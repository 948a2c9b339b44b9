"""A playable film and a picture, made of nothing: coloured squares of 16 by 16 pixels.

The film is H.264 in an MP4 file. Its first frame holds every square uncompressed, each further
frame says that nothing has changed; so a decoder needs no more than the baseline of the standard.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import NamedTuple

from yourouter_cli.sandbox.tasks import FRAMES_A_SECOND

SIDE = 16
# The clock of the file ticks so often that a frame lasts a whole number of ticks.
TICKS_A_FRAME = 512
TIMESCALE = FRAMES_A_SECOND * TICKS_A_FRAME
UNITY_MATRIX = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


class Square(NamedTuple):
    """A colour in the terms of video: brightness, blueness, redness; none of them is 0."""

    luma: int
    blue: int
    red: int


def pattern(across: int, down: int, seed: bytes) -> list[Square]:
    """Return the squares of a picture, row by row; another seed, another picture."""
    base = int.from_bytes(seed[:3], "big")
    return [
        Square(
            60 + (base + 9 * column + 5 * row) % 140,
            64 + ((base >> 8) + 7 * column) % 128,
            64 + ((base >> 16) + 11 * row) % 128,
        )
        for row in range(down)
        for column in range(across)
    ]


def picture(squares: list[Square], across: int, down: int) -> bytes:
    """Return a PNG file of *across* times *down* squares."""
    rows = []
    for row in range(down):
        line = b"".join(
            _rgb(square) * SIDE for square in squares[row * across : (row + 1) * across]
        )
        rows.append((b"\0" + line) * SIDE)
    header = struct.pack(">IIBBBBB", across * SIDE, down * SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def movie(squares: list[Square], across: int, down: int, frames: int) -> bytes:
    """Return an MP4 file that shows the squares for so many frames, 24 of them a second."""
    samples = [_key_frame(squares)]
    samples += [_same_frame(number, len(squares)) for number in range(1, frames)]
    samples = [struct.pack(">I", len(sample)) + sample for sample in samples]
    kind = _box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")
    # The index comes first, so that playing can begin before all is there. Its size does not
    # depend on the offset in it.
    size = len(_index(samples, across, down, 0))
    index = _index(samples, across, down, len(kind) + size + 8)
    return kind + index + _box(b"mdat", *samples)


class _Bits:
    """Bits that are written one after the other, with the codes of H.264."""

    def __init__(self) -> None:
        self._bits = ""

    def fixed(self, value: int, width: int) -> _Bits:
        """Append *value* in *width* bits."""
        self._bits += f"{value:0{width}b}"
        return self

    def golomb(self, *values: int) -> _Bits:
        """Append numbers from 0 in the exponential Golomb code."""
        for value in values:
            digits = f"{value + 1:b}"
            self._bits += "0" * (len(digits) - 1) + digits
        return self

    def aligned(self) -> bytes:
        """Return the bits, filled up with zeros to whole bytes."""
        bits = self._bits + "0" * (-len(self._bits) % 8)
        return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))

    def ended(self) -> bytes:
        """Return the bits with the mark of the end."""
        return self.fixed(1, 1).aligned()


def _unit(kind: int, payload: bytes) -> bytes:
    """Return a unit of H.264; what looks like a start code inside is broken up."""
    return bytes([kind]) + re.sub(rb"\0\0(?=[\0-\3])", b"\0\0\3", payload)


def _sequence_parameters(across: int, down: int) -> bytes:
    bits = _Bits().fixed(66, 8).fixed(0xC0, 8).fixed(30, 8)  # constrained baseline, level 3
    # Frames are shown in the order they come in, and one of them is remembered.
    bits.golomb(0, 0, 2, 1).fixed(0, 1).golomb(across - 1, down - 1)
    return _unit(0x67, bits.fixed(0b1100, 4).ended())


def _picture_parameters() -> bytes:
    bits = _Bits().golomb(0, 0).fixed(0, 2).golomb(0, 0, 0).fixed(0, 3).golomb(0, 0, 0)
    return _unit(0x68, bits.fixed(0b100, 3).ended())


def _key_frame(squares: list[Square]) -> bytes:
    bits = _Bits().golomb(0, 7, 0).fixed(0, 4).golomb(0).fixed(0, 2).golomb(0, 1)
    uncompressed = 25
    parts = [bits.golomb(uncompressed).aligned()]
    mark = _Bits().golomb(uncompressed).aligned()
    for square in squares:
        if len(parts) > 1:
            parts.append(mark)
        luma, blue, red = (bytes([value]) for value in square)
        parts.append(luma * SIDE**2 + blue * (SIDE**2 // 4) + red * (SIDE**2 // 4))
    return _unit(0x65, b"".join(parts) + b"\x80")


def _same_frame(number: int, squares: int) -> bytes:
    bits = _Bits().golomb(0, 5, 0).fixed(number % 16, 4).fixed(0, 3).golomb(0, 1)
    return _unit(0x41, bits.golomb(squares).ended())


def _box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I", len(content) + 8) + name + content


def _full(name: bytes, flags: int, *parts: bytes) -> bytes:
    return _box(name, struct.pack(">I", flags), *parts)


def _longs(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def _index(samples: list[bytes], across: int, down: int, offset: int) -> bytes:
    width, height = across * SIDE, down * SIDE
    ticks = len(samples) * TICKS_A_FRAME
    film_head = _full(
        b"mvhd",
        0,
        _longs(0, 0, TIMESCALE, ticks, 0x10000),
        struct.pack(">HHII", 0x100, 0, 0, 0),
        UNITY_MATRIX,
        bytes(24),
        _longs(2),
    )
    track_head = _full(
        b"tkhd",
        3,
        _longs(0, 0, 1, 0, ticks, 0, 0, 0, 0),
        UNITY_MATRIX,
        _longs(width << 16, height << 16),
    )
    media_head = _full(b"mdhd", 0, _longs(0, 0, TIMESCALE, ticks), struct.pack(">HH", 0x55C4, 0))
    handler = _full(b"hdlr", 0, _longs(0), b"vide", bytes(12), b"sandbox\0")
    here = _box(b"dinf", _full(b"dref", 0, _longs(1), _full(b"url ", 1)))
    table = _box(
        b"stbl",
        _full(b"stsd", 0, _longs(1), _description(across, down)),
        _full(b"stts", 0, _longs(1, len(samples), TICKS_A_FRAME)),
        _full(b"stss", 0, _longs(1, 1)),
        _full(b"stsc", 0, _longs(1, 1, len(samples), 1)),
        _full(b"stsz", 0, _longs(0, len(samples), *map(len, samples))),
        _full(b"stco", 0, _longs(1, offset)),
    )
    information = _box(b"minf", _full(b"vmhd", 1, bytes(8)), here, table)
    track = _box(b"trak", track_head, _box(b"mdia", media_head, handler, information))
    return _box(b"moov", film_head, track)


def _description(across: int, down: int) -> bytes:
    sequence, picture_set = _sequence_parameters(across, down), _picture_parameters()
    configuration = _box(
        b"avcC",
        b"\x01" + sequence[1:4] + b"\xff\xe1",
        struct.pack(">H", len(sequence)),
        sequence,
        b"\x01",
        struct.pack(">H", len(picture_set)),
        picture_set,
    )
    return _box(
        b"avc1",
        bytes(6),
        struct.pack(">H", 1),
        bytes(16),
        struct.pack(">HHIIIH", across * SIDE, down * SIDE, 0x480000, 0x480000, 0, 1),
        b"\x07sandbox".ljust(32, b"\0"),
        struct.pack(">Hh", 24, -1),
        configuration,
    )


def _rgb(square: Square) -> bytes:
    light = 1.164 * (square.luma - 16)
    blue, red = square.blue - 128, square.red - 128
    colours = (light + 1.596 * red, light - 0.392 * blue - 0.813 * red, light + 2.017 * blue)
    return bytes(min(255, max(0, round(colour))) for colour in colours)
