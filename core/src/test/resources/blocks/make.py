"""Blocks of GGUF's types, with what gguf-py makes of them: make.py in this folder.

    pip install gguf==0.19.0 && python make.py

TYPE.bin holds, of a type that is read and not written, four blocks and their elements as floats. The digests are those of the floats of 2,048 blocks more,
which the test draws as this program does: enough for every entry of every table.
"""

import hashlib
import pathlib

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf.constants import GGML_QUANT_SIZES
from gguf.quants import dequantize

# Where the F16 scales of a block lie. IQ1_M's is spread over four places; NVFP4 has none.
HALVES = {
    "Q1_0": [0], "Q2_0": [0], "Q2_K": [80, 82], "Q3_K": [108], "IQ1_S": [0], "IQ1_M": [], "IQ2_XXS": [0],
    "IQ2_XS": [0], "IQ2_S": [0], "IQ3_XXS": [0], "IQ3_S": [0], "IQ4_XS": [0], "TQ1_0": [52], "TQ2_0": [64], "NVFP4": [],
}
WRITTEN = {
    "Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q4_K": [0, 2], "Q5_K": [0, 2],
    "Q6_K": [208], "IQ4_NL": [0], "MXFP4": [],
}
SIZES = {"Q1_0": (128, 18), "Q2_0": (64, 18)}  # as ggml-common.h has them; gguf-py does not make floats of them


def drawn(count, state=1):
    """So many bytes of a linear congruential generator."""
    out = bytearray(count)
    for i in range(count):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        out[i] = state >> 24
    return np.frombuffer(bytes(out), np.uint8).copy()


def finite(blocks, name):
    """No infinity and no NaN among the scales: their exponent loses its highest bit."""
    for at in {**HALVES, **WRITTEN}[name]:
        blocks[(blocks[:, at + 1] & 0x7C) == 0x7C, at + 1] ^= 0x40
    if name == "IQ1_M":
        blocks[((blocks[:, 55] & 0x70) == 0x70) & ((blocks[:, 53] & 0xC0) == 0xC0), 55] ^= 0x40
    if name == "MXFP4":
        blocks[blocks[:, 0] >= 0xF0, 0] ^= 0x40
    return blocks


def special(name, size, fill, half):
    block = np.full((1, size), fill, np.uint8)
    for at in HALVES[name]:
        block[0, at], block[0, at + 1] = half & 0xFF, half >> 8
    if name == "IQ1_M":
        for i in range(4):
            block[0, 49 + 2 * i] = (block[0, 49 + 2 * i] & 0x0F) | ((half >> (4 * i) & 0xF) << 4)
    return block


def floats(blocks, name):
    if name not in SIZES:
        return dequantize(blocks, Type[name]).astype("<f4")
    scale = blocks[:, :2].copy().view("<f2").astype(np.float32)
    bits = np.unpackbits(blocks[:, 2:], axis=1, bitorder="little").astype(np.float32)
    codes = 2 * bits - 1 if name == "Q1_0" else bits[:, ::2] + 2 * bits[:, 1::2] - 1
    return (scale * codes).astype("<f4")


if __name__ == "__main__":
    folder = pathlib.Path(__file__).parent
    for name in {**HALVES, **WRITTEN}:
        size = SIZES[name][1] if name in SIZES else GGML_QUANT_SIZES[Type[name]][1]
        if name in HALVES:
            some = finite(drawn(2 * size, 7).reshape(2, size), name)
            some = np.concatenate([some, special(name, size, 0xFF, 0xBC00), special(name, size, 0, 1)])
            (folder / f"{name}.bin").write_bytes(some.tobytes() + floats(some, name).tobytes())
        many = floats(finite(drawn(2048 * size).reshape(2048, size), name), name)
        assert np.isfinite(many).all()
        print(f'"{name}, {hashlib.sha256(many.tobytes()).hexdigest()}",')
