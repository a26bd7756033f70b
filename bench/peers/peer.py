"""The peer as a process: python peer.py TASK FORM THREADS [DEVICE]

TASK is the JSON file that bench/trainingTask.ts writes; FORM is dense or separable. Says what it is in a line of JSON, then, for each line
with the number of a batch, does a training step on that batch and answers with a line of JSON.
"""

import json
import re
import sys
import time

import torch

from table import EXPERTS, separable_kernels
from tensors import read_tensors
from training import Training


def is_used(name, layers):
    """Whether a tensor of the encoder's checkpoint is in the model: neither a layer above the last nor the pooler."""
    layer = re.match(r"encoder[.]layer[.](\d+)[.]", name)
    return int(layer[1]) < layers if layer else name.endswith((".weight", ".bias")) and not name.startswith("pooler")


def parameters_of(task, form):
    layers = task["options"]["layers"]
    encoder = read_tensors(task["encoder"], lambda name: is_used(name, layers))
    parameters = {f"encoder.{name}": value for name, value in encoder.items()} | read_tensors(task["head"])
    if form == "separable":
        parameters |= separable_kernels(parameters.pop(EXPERTS))
    return parameters


def main(path, form, threads, device="cpu"):
    torch.set_num_threads(int(threads))
    torch.manual_seed(1)
    with open(path, encoding="utf-8") as file:
        task = json.load(file)
    settings = task["settings"]
    parameters = {name: value.to(device) for name, value in parameters_of(task, form).items()}
    training = Training(parameters, form, task["config"], task["options"]["layers"], settings, settings["epochs"])
    say({"version": f"PyTorch {torch.__version__}", "parameters": sum(value.numel() for value in training.trained)})
    for line in sys.stdin:
        started, used = time.perf_counter(), time.process_time()
        loss, norm = training.next(task["batches"][int(line)])
        milliseconds, cpu = 1000 * (time.perf_counter() - started), 1000 * (time.process_time() - used)
        say({"loss": loss, "norm": norm, "milliseconds": milliseconds, "cpu": cpu})


def say(answer):
    print(json.dumps(answer), flush=True)


main(*sys.argv[1:])
