"""POT's couplings of low rank between two clouds. Protocol as in serve.py, without PyTorch."""
import json
import resource
import sys
import warnings

import numpy as np
import ot
from answer import answer, tensors

options = json.loads(sys.argv[1])
data = tensors(options)
x, y = data["x"], data["y"]


def said(name, value, error):
    """The value, or −1 where the plan does not have the marginals."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  POT {name}: marginals off by {error:.1e} (L1), {most:.0f} MB at most so far", file=sys.stderr)
    return value if error < 1e-3 else -1.0


def cost(q, r, g):
    """Sum of plan times squared distance, the plan being q diag(1/g) r^T."""
    cross = np.sum((q.T @ x) * (r.T @ y) / g[:, None])
    return q.sum(1) @ (x**2).sum(1) + r.sum(1) @ (y**2).sum(1) - 2 * cross


def low_rank(rank):
    def call():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            q, r, g = ot.lowrank_sinkhorn(x, y, rank=rank, init="random", numItermax=100)
        rows = np.abs(q @ (r.sum(0) / g) - 1 / len(x)).sum() + np.abs(r @ (q.sum(0) / g) - 1 / len(y)).sum()
        return said(f"lowrank_sinkhorn, rank {rank}", cost(q, r, g), rows)

    return call


def factored(count):
    def call():
        start = x[:: len(x) // count][:count].copy()
        ga, gb, middle = ot.factored.factored_optimal_transport(x, y, r=count, X0=start, numItermax=3, numThreads=1)
        q, r = ga, gb.T
        error = np.abs(q.sum(1) - 1 / len(x)).sum() + np.abs(r.sum(1) - 1 / len(y)).sum()
        return said(f"factored, {count} points", cost(q, r, np.full(count, 1 / count)), error)

    return call


answer(
    {
        "lowrank_sinkhorn, rank 10": low_rank(10),
        "lowrank_sinkhorn, rank 50": low_rank(50),
        "factored, 50 points": factored(50),
    },
    ot.__version__,
)
