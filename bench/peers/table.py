"""The DYTNet head, layer 1 in two forms: `dense` (3 x 3 convolutions over the n x n table) and `separable` (n wide products).

Parameters are a dictionary under the checkpoint's names; the separable form has layer 1's experts as two matrices (`separable_kernels`).
Cells outside a sentence are zero and stay zero. Shapes: b sentences of up to n words, D numbers a word, H hidden channels, K experts,
R relation labels.
"""

import math

import torch
import torch.nn.functional as F

from encoder import linear

LAYER_NORM_EPSILON = 1e-5
FARTHEST = 10
EXPERTS = "table.conv1.experts.weight"
ROW = "table.conv1.row.weight"
COLUMN = "table.conv1.column.weight"


def dropout(x, rate):
    return F.dropout(x, rate) if rate > 0 else x


def word_vectors(p, subwords, pieces, shapes):
    """Maximum over each word's subwords and the embedding of its shape: [b, s, d], positions [b, n, p] in b x s -> [b, n, D]."""
    pooled = subwords.flatten(0, 1)[pieces].amax(2)
    return torch.cat([pooled, F.embedding(shapes, p["words.shape.weight"])], -1)


def router(p, layer, pooled, inverse_temperature):
    """Weights of the experts: [b, C] -> [b, K]."""
    name = f"table.conv{layer}.router"
    inner = F.relu(linear(p, f"{name}.0", pooled))
    return (linear(p, f"{name}.2", inner) * inverse_temperature).softmax(-1)


def mixed(attention, experts):
    """Each sentence's own kernel or bias: [b, K] and [K, ...] -> [b, ...]."""
    return (attention @ experts.flatten(1)).unflatten(1, experts.shape[1:])


def first_layer_dense(p, words, is_cell, attention):
    """Words [b, n, D] -> [b, n, n, H]. One grouped convolution, a group a sentence: a loop over the sentences is not faster."""
    batch, count, width = words.shape
    kernel = mixed(attention, p[EXPERTS]).flatten(0, 1)
    bias = mixed(attention, p["table.conv1.experts.bias"]).flatten()
    channels = words.transpose(1, 2)
    rows = channels[:, :, :, None].expand(batch, width, count, count)
    columns = channels[:, :, None, :].expand(batch, width, count, count)
    table = torch.cat([rows, columns], 1) * is_cell[:, None]
    convolved = F.conv2d(table.view(1, -1, count, count), kernel, bias, padding=1, groups=batch)
    return convolved.view(batch, -1, count, count).permute(0, 2, 3, 1)


def first_layer_separable(p, words, inside, attention):
    """The same from P and Q (docs: model/table/convolution.ts). Mixing products is not slower than mixing the kernels first."""
    batch, count, _ = words.shape
    experts, hidden = p["table.conv1.experts.bias"].shape
    padded = F.pad(words, (0, 0, 1, 1))
    window = torch.cat([padded[:, :-2], words, padded[:, 2:]], -1)

    def part(name):
        products = F.linear(window, p[name]).view(batch, count, experts, 3 * hidden)
        return (attention[:, None, None] @ products).view(batch, count, 3, hidden)

    bias = mixed(attention, p["table.conv1.experts.bias"])
    rows = part(ROW) + F.pad(bias[:, None, None], (0, 0, 1, 1))
    columns = part(COLUMN).transpose(1, 2).reshape(batch, 3, count * hidden)
    return inside[:, None] @ rows + (inside @ columns).view(batch, count, count, hidden)


def separable_kernels(experts):
    """Layer 1's experts [K, H, 2D, 3, 3] as matrices [K x 3 x H, 3D] for the windows of the row word and of the column word."""
    width = experts.shape[2] // 2
    row = experts[:, :, :width].permute(0, 4, 1, 3, 2)
    column = experts[:, :, width:].permute(0, 3, 1, 4, 2)
    return {ROW: row.flatten(3).flatten(0, 2).contiguous(), COLUMN: column.flatten(3).flatten(0, 2).contiguous()}


def distance_bucket(distance):
    size = abs(distance)
    bucket = size if size < 5 else min(FARTHEST, 1 + math.floor(2 * math.log2(size)))
    return FARTHEST + (bucket if distance > 0 else -bucket)


def distance_vectors(p, count):
    buckets = torch.tensor([distance_bucket(distance) for distance in range(-count + 1, count)])
    words = torch.arange(count)
    return p["table.distance.weight"][buckets[words[None, :] - words[:, None] + count - 1]]


def activate(p, cells):
    if "table.norm.weight" in p:
        cells = F.layer_norm(cells, cells.shape[-1:], p["table.norm.weight"], p["table.norm.bias"], LAYER_NORM_EPSILON)
    return F.relu(cells)


def second_layer(p, table, attention):
    """[b, n, n, H] -> [b, n, n, R]: what a cell contributes to its neighbours in one product, which is faster than a convolution here."""
    batch, count, _, hidden = table.shape
    kernel = mixed(attention, p["table.conv2.experts.weight"])
    bias = mixed(attention, p["table.conv2.experts.bias"])
    labels = kernel.shape[1]
    by_cell = kernel.permute(0, 2, 3, 4, 1).reshape(batch, hidden, 9 * labels)
    contributions = (table.flatten(1, 2) @ by_cell).view(batch, count, count, 9, labels)
    padded = F.pad(contributions, (0, 0, 0, 0, 1, 1, 1, 1))
    logits = bias[:, None, None]
    for row in range(3):
        for column in range(3):
            logits = logits + padded[:, row : row + count, column : column + count, 3 * row + column]
    return logits


def biaffine(p, words, rate):
    """u_i^T U_r v_j: [b, n, D] -> [b, n, n, R]."""
    batch, count, _ = words.shape
    u = dropout(F.relu(linear(p, "table.biaffine.row", words)), rate)
    v = dropout(F.relu(linear(p, "table.biaffine.column", words)), rate)
    from_rows = linear(p, "table.biaffine", u).view(batch, -1, v.shape[-1])
    return (from_rows @ v.transpose(1, 2)).view(batch, count, -1, count).transpose(2, 3)


def table_logits(p, form, subwords, batch, inverse_temperature, rates):
    """Logits of the diagonal [b, n, L] and of all cells [b, n, n, R]."""
    is_word, is_cell = batch["is_word"], batch["is_cell"]
    sizes = is_word.sum(1, keepdim=True)
    words = word_vectors(p, subwords, batch["pieces"], batch["shapes"])
    words = dropout(words, rates["words"]) * is_word[..., None]
    mean = words.sum(1) / sizes
    attention = router(p, 1, torch.cat([mean, mean], 1), inverse_temperature)
    if form == "dense":
        cells = first_layer_dense(p, words, is_cell, attention)
    else:
        cells = first_layer_separable(p, words, batch["inside"], attention)
    if "table.distance.weight" in p:
        cells = cells + distance_vectors(p, words.shape[1])
    table = dropout(activate(p, cells), rates["cells"]) * is_cell[..., None]
    mean = table.sum((1, 2)) / sizes**2
    relations = second_layer(p, table, router(p, 2, mean, inverse_temperature))
    if "table.biaffine.weight" in p:
        relations = relations + biaffine(p, words, rates["words"])
    return linear(p, "entity", table.diagonal(dim1=1, dim2=2).transpose(1, 2)), relations
