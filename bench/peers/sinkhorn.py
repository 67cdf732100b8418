"""Entropic transport of two clouds by POT, on NumPy arrays. Protocol as in serve.py, without PyTorch.

`sinkhorn_log` stops where the L2 norm of the column error is below the tolerance (looked at every tenth iteration);
ours asks the same of the L1 norm, which is larger.
"""
import json
import sys

import numpy as np
import ot
from answer import answer, tensors

options = json.loads(sys.argv[1])
data = tensors(options)
x, y = data["x"], data["y"]
a, b = np.full(len(x), 1 / len(x)), np.full(len(y), 1 / len(y))


def solve(method):
    cost = ot.dist(x, y)
    plan, log = ot.sinkhorn(
        a, b, cost, options["epsilon"], method=method, stopThr=options["tolerance"], numItermax=100000, log=True
    )
    print(f"  POT {method}: {log.get('niter')} iterations", file=sys.stderr)
    return np.sum(plan * cost)


variants = {m: (lambda m=m: solve(m)) for m in ("sinkhorn_log", "sinkhorn_stabilized")}

answer(variants, np.__version__)
