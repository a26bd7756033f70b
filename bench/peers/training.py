"""A training step of the model in PyTorch: batches, loss, schedules and the optimizer as model-spec.md and src/model/training have them."""

import math
import re

import torch
import torch.nn.functional as F

from encoder import WORD_EMBEDDINGS, encode
from table import table_logits

NOT_ATTENDED = -1e9
#: What `cross_entropy` leaves out.
IGNORED = -100


def batch_of(examples, config):
    """Pads sentences to the longest."""
    padding = 1 if config["model_type"] == "mpnet" else 0
    b = len(examples)
    n = max(len(example["ranges"]) for example in examples)
    s = max(len(example["inputIds"]) for example in examples)
    most = max(end - start for example in examples for start, end in example["ranges"])
    ids = torch.full((b, s), padding)
    attended = torch.zeros(b, 1, 1, s)
    pieces = torch.zeros(b, n, most, dtype=torch.int64)
    shapes = torch.zeros(b, n, dtype=torch.int64)
    is_word = torch.zeros(b, n)
    mentions = torch.full((b, n), IGNORED)
    relations = torch.full((b, n, n), IGNORED)
    for at, example in enumerate(examples):
        size, length = len(example["ranges"]), len(example["inputIds"])
        ids[at, :length] = torch.tensor(example["inputIds"])
        attended[at, ..., length:] = NOT_ATTENDED
        # Ranges do not count the leading special token.
        rows = [[min(start + piece, end - 1) for piece in range(most)] for start, end in example["ranges"]]
        pieces[at, :size] = torch.tensor(rows) + at * s + 1
        shapes[at, :size] = torch.tensor(example["wordShapes"])
        is_word[at, :size] = 1
        mentions[at, :size] = torch.tensor(example["mentionLabels"])
        for row in range(size - 1):
            relations[at, row, row + 1 : size] = 0
        for cell in example["relationCells"]:
            relations[at, cell["row"], cell["column"]] = cell["label"]
    beside = F.pad(is_word, (1, 1))
    return {
        "ids": ids,
        "attended": attended,
        "pieces": pieces,
        "shapes": shapes,
        "is_word": is_word,
        "is_cell": is_word[:, :, None] * is_word[:, None, :],
        "inside": torch.stack([beside[:, :-2], is_word, beside[:, 2:]], -1),
        "mentions": mentions,
        "relations": relations,
    }


def loss_of(p, form, config, layers, batch, inverse_temperature, rates):
    """Cross-entropy summed over a sentence's diagonal and upper cells, the mean over the sentences."""
    subwords = encode(p, config, layers, batch["ids"], batch["attended"], rates["encoder"])
    mentions, relations = table_logits(p, form, subwords, batch, inverse_temperature, rates)
    total = F.cross_entropy(mentions.flatten(0, 1), batch["mentions"].flatten(), ignore_index=IGNORED, reduction="sum")
    scored = batch["relations"] != IGNORED
    total = total + F.cross_entropy(relations[scored], batch["relations"][scored], reduction="sum")
    return total / len(batch["ids"])


def rate_share(step, steps, warm_up):
    rising = round(steps * warm_up)
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


def router_temperature(step, steps, start):
    return start + (1 - start) * min(1, step / max(1, steps / 3))


class Training:
    """Parameters in training: all but the word embeddings."""

    def __init__(self, parameters, form, config, layers, settings, steps):
        self.p, self.form, self.config, self.layers = parameters, form, config, layers
        self.settings, self.steps, self.step = settings, steps, 0
        self.rates = {
            "encoder": settings["encoderDropout"],
            "words": settings["dropout"],
            "cells": settings["dropout"],
        }
        trained = {name: value for name, value in parameters.items() if name != WORD_EMBEDDINGS}
        for value in trained.values():
            value.requires_grad_()
        self.trained = list(trained.values())
        self.averages = [value.detach().clone() for value in self.trained]
        groups = {}
        for name, value in trained.items():
            is_decayed = re.search(r"bias$|norm[.]weight$", name, re.IGNORECASE) is None
            groups.setdefault((name.startswith("encoder."), is_decayed), []).append(value)
        self.optimizer = torch.optim.AdamW(
            [
                {
                    "params": values,
                    "peak": settings["encoderRate"] if is_encoder else settings["headRate"],
                    "weight_decay": settings["weightDecay"] if is_decayed else 0.0,
                }
                for (is_encoder, is_decayed), values in groups.items()
            ],
            fused=True,
        )

    def next(self, examples):
        """Does one step and gives the loss and the norm of the gradients."""
        settings, step, steps = self.settings, self.step, self.steps
        device = self.trained[0].device
        batch = {name: value.to(device) for name, value in batch_of(examples, self.config).items()}
        temperature = router_temperature(step, steps, settings["routerTemperature"])
        with torch.device(device):
            loss = loss_of(self.p, self.form, self.config, self.layers, batch, 1 / temperature, self.rates)
        self.optimizer.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.trained, settings["clip"], foreach=True)
        share = rate_share(step, steps, settings["warmUp"])
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * share
        self.optimizer.step()
        decay = min(settings["averageDecay"], (1 + step) / (10 + step))
        with torch.no_grad():
            torch._foreach_lerp_(self.averages, self.trained, 1 - decay)
        self.step += 1
        return loss.item(), norm.item()
