"""BERT and MPNet as Hugging Face has them: post-LayerNorm, exact GELU; cut off after their first layers.

Parameters are a dictionary under the checkpoint's names with `encoder.` before them.
"""

import math

import torch
import torch.nn.functional as F

WORD_EMBEDDINGS = "encoder.embeddings.word_embeddings.weight"

NAMES = {
    "bert": {
        "q": "attention.self.query",
        "k": "attention.self.key",
        "v": "attention.self.value",
        "o": "attention.output.dense",
        "norm": "attention.output.LayerNorm",
    },
    "mpnet": {
        "q": "attention.attn.q",
        "k": "attention.attn.k",
        "v": "attention.attn.v",
        "o": "attention.attn.o",
        "norm": "attention.LayerNorm",
    },
}


def linear(p, name, x):
    return F.linear(x, p[f"{name}.weight"], p.get(f"{name}.bias"))


def relative_position_bucket(relative):
    """T5's bidirectional scheme: 32 buckets, maximum distance 128; `relative` is key - query."""
    distance = abs(relative)
    bucket = distance if distance < 8 else min(15, 8 + math.floor(8 * math.log(distance / 8) / math.log(16)))
    return 16 + bucket if relative > 0 else bucket


def relative_position_buckets(length):
    by_distance = torch.tensor([relative_position_bucket(r) for r in range(-length + 1, length)])
    positions = torch.arange(length)
    return by_distance[positions[None, :] - positions[:, None] + length - 1]


def encode(p, config, layers, ids, attended, rate):
    """Subword vectors [b, s, d] of ids [b, s]; `attended` [b, 1, 1, s] is 0, or very negative where there is padding."""
    kind = config["model_type"]
    eps = config["layer_norm_eps"]
    heads = config["num_attention_heads"]
    names = NAMES[kind]
    batch, length = ids.shape

    def norm(name, x):
        return F.layer_norm(x, x.shape[-1:], p[f"{name}.weight"], p[f"{name}.bias"], eps)

    def dropout(x):
        return F.dropout(x, rate) if rate > 0 else x

    first = 2 if kind == "mpnet" else 0
    positions = p["encoder.embeddings.position_embeddings.weight"][first : first + length]
    x = F.embedding(ids, p[WORD_EMBEDDINGS]) + positions
    if kind == "bert":
        x = x + p["encoder.embeddings.token_type_embeddings.weight"][0]
    x = dropout(norm("encoder.embeddings.LayerNorm", x))
    bias = attended
    if kind == "mpnet":
        table = p["encoder.encoder.relative_attention_bias.weight"]
        bias = bias + table[relative_position_buckets(length)].permute(2, 0, 1)

    for index in range(layers):
        prefix = f"encoder.encoder.layer.{index}"

        def split(name):
            return linear(p, f"{prefix}.{names[name]}", x).view(batch, length, heads, -1).transpose(1, 2)

        query, key, value = split("q"), split("k"), split("v")
        scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(-1, -2) + bias
        context = dropout(scores.softmax(-1)) @ value
        joined = context.transpose(1, 2).reshape(batch, length, -1)
        x = norm(f"{prefix}.{names['norm']}", dropout(linear(p, f"{prefix}.{names['o']}", joined)) + x)
        inner = F.gelu(linear(p, f"{prefix}.intermediate.dense", x))
        x = norm(f"{prefix}.output.LayerNorm", dropout(linear(p, f"{prefix}.output.dense", inner)) + x)
    return x
