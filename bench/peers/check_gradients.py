"""Compares loss and gradients with those of the reference implementation: python check_gradients.py [FOLDER]

FOLDER holds tiny/{bert,mpnet,mpnet-layernorm}; without it, test/fixtures of the checkout is taken. Prints, for each case and form, the
largest difference of each array relative to its largest magnitude, and ends with 1 where that is more than 1e-4 anywhere.
"""

import json
import re
import sys
from pathlib import Path

import torch

from table import EXPERTS, separable_kernels
from tensors import read_tensors
from training import batch_of, loss_of

LIMIT = 1e-4
NO_DROPOUT = {"encoder": 0, "words": 0, "cells": 0}


def difference(actual, expected):
    return ((actual - expected).abs().max() / expected.abs().max().clamp_min(1e-30)).item()


def example_of(sentence):
    labels = sentence["relationLabels"]
    cells = [
        {"row": i, "column": j, "label": label} for i, row in enumerate(labels) for j, label in enumerate(row) if j > i and label > 0
    ]
    return {
        "inputIds": sentence["inputIds"],
        "ranges": sentence["subwordRanges"],
        "wordShapes": sentence["wordShapes"],
        "mentionLabels": sentence["entityLabels"],
        "relationCells": cells,
    }


def check(folder, tau, form):
    """The largest relative difference of loss and gradients, and the name of what has it."""
    case = json.loads((folder / f"case-tau{tau}.json").read_text())
    p = {name: value.requires_grad_() for name, value in read_tensors(folder / "weights.safetensors").items()}
    used = dict(p)
    if form == "separable":
        # Made of the experts, so that gradients flow back to them.
        used |= separable_kernels(used.pop(EXPERTS))
    batch = batch_of([example_of(sentence) for sentence in case["sentences"]], case["encoder"])
    loss = loss_of(used, form, case["encoder"], case["dims"]["layers"], batch, 1 / tau, NO_DROPOUT)
    loss.backward()
    expected = read_tensors(folder / f"gradients-tau{tau}.safetensors")
    assert expected.keys() == p.keys(), expected.keys() ^ p.keys()
    worst = (difference(loss.detach(), torch.tensor(case["meanLoss"])), "loss")
    for name, gradient in expected.items():
        # In exact arithmetic zero: softmax doesn't see what is added to all scores of a query.
        if re.search(r"(key|attn[.]k)[.]bias$", name):
            assert p[name].grad.abs().max() < 1e-5, name
        else:
            worst = max(worst, (difference(p[name].grad, gradient), name))
    return worst


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "test" / "fixtures"
    largest = 0
    for model in ("bert", "mpnet", "mpnet-layernorm"):
        for tau in (1, 4):
            for form in ("dense", "separable"):
                worst, name = check(root / "tiny" / model, tau, form)
                largest = max(largest, worst)
                print(f"{model:16s} tau {tau} {form:10s} {worst:.1e}  {name}")
    print(f"largest relative difference: {largest:.1e} (limit {LIMIT:.0e})")
    return 0 if largest <= LIMIT else 1


sys.exit(main())
