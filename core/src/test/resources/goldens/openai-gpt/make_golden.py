#!/usr/bin/env python3
"""Computes golden.safetensors of this folder from model.safetensors, in float64, with numpy alone.

The other goldens come from Hugging Face transformers. The first golden of this family did too, but its causal mask had been
filled with random numbers: transformers keeps GPT-1's mask as a floating-point buffer, and whoever randomises all buffers
randomises the mask. Every position then saw one random position, often a later one, which no weight in the file explains
(DefectiveGoldenTest proves it). So this one is computed from the formulas of Radford et al. 2018, independently of Orrery.

    python3 make_golden.py FOLDER PROMPTS      PROMPTS: a golden.safetensors whose input_ids are taken
"""
import json, math, struct, sys
import numpy as np

DTYPES = {"F32": np.float32, "I64": np.int64}


def load(path):
    data = open(path, "rb").read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    return {name: np.frombuffer(data[8 + size + entry["data_offsets"][0]:8 + size + entry["data_offsets"][1]],
                                DTYPES[entry["dtype"]]).reshape(entry["shape"]) for name, entry in header.items()}


def save(path, tensors):
    header, blob = {}, b""
    for name, tensor in tensors.items():
        bytes_ = np.ascontiguousarray(tensor).tobytes()
        kind = next(k for k, v in DTYPES.items() if v == tensor.dtype)
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [len(blob), len(blob) + len(bytes_)]}
        blob += bytes_
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    open(path, "wb").write(struct.pack("<Q", len(text)) + text + blob)


def norm(x, w, name, eps):
    centred = x - x.mean(-1, keepdims=True)
    return centred / np.sqrt((centred ** 2).mean(-1, keepdims=True) + eps) * w[name + ".weight"] + w[name + ".bias"]


def gelu(x):
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


def forward(w, config, ids):
    length, heads = len(ids), config["n_head"]
    size, eps = config["n_embd"] // heads, config["layer_norm_epsilon"]
    hidden = [w["tokens_embed.weight"][ids] + w["positions_embed.weight"][:length]]
    future = np.triu(np.ones((length, length), bool), 1)
    for layer in range(config["n_layer"]):
        x, at = hidden[-1], f"h.{layer}."
        q, k, v = np.split(x @ w[at + "attn.c_attn.weight"] + w[at + "attn.c_attn.bias"], 3, -1)
        mixed = np.empty_like(q)
        for head in range(heads):
            part = slice(head * size, (head + 1) * size)
            scores = q[:, part] @ k[:, part].T / math.sqrt(size)
            scores[future] = -np.inf
            weights = np.exp(scores - scores.max(-1, keepdims=True))
            mixed[:, part] = weights / weights.sum(-1, keepdims=True) @ v[:, part]
        n = norm(x + mixed @ w[at + "attn.c_proj.weight"] + w[at + "attn.c_proj.bias"], w, at + "ln_1", eps)
        m = gelu(n @ w[at + "mlp.c_fc.weight"] + w[at + "mlp.c_fc.bias"])
        hidden.append(norm(n + m @ w[at + "mlp.c_proj.weight"] + w[at + "mlp.c_proj.bias"], w, at + "ln_2", eps))
    return hidden, hidden[-1] @ w["tokens_embed.weight"].T


def main(folder, prompts):
    config = json.load(open(folder + "/config.json"))
    weights = {name.removeprefix("transformer."): tensor.astype(np.float64)
               for name, tensor in load(folder + "/model.safetensors").items()}
    ids = load(prompts)["input_ids"]
    runs = [forward(weights, config, row) for row in ids]
    greedy = []
    for row in ids:
        whole = list(row)
        for _ in range(24):
            whole.append(int(forward(weights, config, np.array(whole))[1][-1].argmax()))
        greedy.append(whole[len(row):])
    golden = {"greedy": np.array(greedy, np.int64), "input_ids": ids}
    for layer in range(config["n_layer"] + 1):
        golden[f"hidden.{layer}"] = np.stack([run[0][layer] for run in runs]).astype(np.float32)
    golden["logits"] = np.stack([run[1] for run in runs]).astype(np.float32)
    save(folder + "/golden.safetensors", golden)


main(*sys.argv[1:])
