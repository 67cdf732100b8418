"""The side of a peer program that listens: reads the shared inputs, then answers requests to run, one a line.

A peer is started as `python3 PEER.py OPTIONS`, with OPTIONS in JSON: `data` (a file of raw numbers), `tensors`
([{name, shape, type, offset}] into that file) and the sizes of the benchmark. It greets with one line of JSON, then
answers each line {"variant", "threads", "settle", "runs"} with {"ms": [...], "value": number}: the times of `runs`
repetitions after `settle` untimed ones, and the loss or another number by which both sides know that they agree.
Times are by the wall, or with BENCH_CLOCK=processor of this process's processor time, as on the other side.
"""
import json
import os
import sys
import time

import torch

options = json.loads(sys.argv[1])
clock = time.process_time if os.environ.get("BENCH_CLOCK") == "processor" else time.perf_counter


def tensors():
    """The shared inputs by name."""
    raw = bytearray(open(options["data"], "rb").read())
    found = {}
    for t in options["tensors"]:
        count = 1
        for d in t["shape"]:
            count *= d
        dtype = getattr(torch, t["type"])
        found[t["name"]] = torch.frombuffer(raw, dtype=dtype, count=count, offset=t["offset"]).clone().reshape(t["shape"])
    return found


def serve(variants):
    """Answers requests until the input ends. `variants` maps names to functions that return a number."""
    torch.set_flush_denormal(True)
    print(json.dumps({"version": torch.__version__, "variants": list(variants)}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        torch.set_num_threads(request["threads"])
        run, ms, value = variants[request["variant"]], [], 0.0
        for k in range(request["settle"] + request["runs"]):
            start = clock()
            value = run()
            if k >= request["settle"]:
                ms.append(1e3 * (clock() - start))
        print(json.dumps({"ms": ms, "value": float(value)}), flush=True)
