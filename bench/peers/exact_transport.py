"""Exact transport on a cost matrix by POT, and by SciPy's assignment where weights are equal. Protocol as in serve.py, without PyTorch."""
import json
import sys
import time

import numpy as np
import ot
import scipy
from scipy.optimize import linear_sum_assignment

options = json.loads(sys.argv[1])
raw = open(options["data"], "rb").read()
data = {
    t["name"]: np.frombuffer(raw, dtype=t["type"], count=int(np.prod(t["shape"])), offset=t["offset"])
    .reshape(t["shape"])
    .copy()
    for t in options["tensors"]
}
cost, a, b = data["cost"], data["a"] / data["a"].sum(), data["b"] / data["b"].sum()


def assignment():
    rows, columns = linear_sum_assignment(cost)
    return cost[rows, columns].mean()


def network_simplex():
    plan, log = ot.emd(a, b, cost, numItermax=10**8, log=True)
    return log["cost"]


variants = {f"POT {ot.__version__} emd": network_simplex}
if options["equal"]:
    variants[f"SciPy {scipy.__version__} linear_sum_assignment"] = assignment

print(json.dumps({"version": np.__version__, "variants": list(variants)}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    ms, value = [], 0.0
    for k in range(request["settle"] + request["runs"]):
        start = time.perf_counter()
        value = variants[request["variant"]]()
        if k >= request["settle"]:
            ms.append(1e3 * (time.perf_counter() - start))
    print(json.dumps({"ms": ms, "value": float(value)}), flush=True)
