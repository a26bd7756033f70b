"""Reads safetensors files (https://github.com/huggingface/safetensors): a JSON header, then the tensors' bytes."""

import json
import struct

import torch


def read_tensors(path, is_wanted=lambda name: True):
    """The float32 tensors of a file, by name; what is not wanted is not read."""
    tensors = {}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        for name, stored in header.items():
            if name == "__metadata__" or not is_wanted(name):
                continue
            assert stored["dtype"] == "F32", f"{path}: {name} is {stored['dtype']}"
            start, end = stored["data_offsets"]
            file.seek(8 + length + start)
            tensors[name] = torch.frombuffer(bytearray(file.read(end - start)), dtype=torch.float32).view(stored["shape"])
    return tensors
