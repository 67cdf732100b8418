"""The listening loop of a peer that does not load PyTorch; the protocol is that of serve.py."""
import json
import os
import resource
import sys
import time

import numpy as np


def tensors(options):
    """The arrays that were handed over, by name; copies, so that they can be changed."""
    with open(options["data"], "rb") as file:
        raw = file.read()
    return {
        t["name"]: np.frombuffer(raw, dtype=t["type"], count=int(np.prod(t["shape"])), offset=t["offset"])
        .reshape(t["shape"])
        .copy()
        for t in options["tensors"]
    }


# `--processor` of bench/run.ts.
now = time.process_time if os.environ.get("BENCH_CLOCK") == "processor" else time.perf_counter


def answer(variants, version):
    """Answers requests until the input ends. `variants` maps names to functions that return a number."""
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(json.dumps({"version": version, "variants": list(variants), "memory": memory}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        run, ms, value = variants[request["variant"]], [], 0.0
        for k in range(request["settle"] + request["runs"]):
            start = now()
            value = run()
            if k >= request["settle"]:
                ms.append(1e3 * (now() - start))
        # Kilobytes on Linux.
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(json.dumps({"ms": ms, "value": float(value), "memory": memory}), flush=True)
