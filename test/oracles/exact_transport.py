"""Exact transport by POT (network simplex) and SciPy (linear_sum_assignment), for test/wasserstein/exact.test.ts.

    /usr/bin/python3 test/oracles/exact_transport.py > test/oracles/exact-transport.json
"""
import json

import numpy as np
import ot
import scipy
from scipy.optimize import linear_sum_assignment

ALPHA = [0.7548776662466927, 0.5698402909980532, 0.4301597090019468, 0.2451223337533073, 0.6180339887498949]


def cloud(n, d, start):
    """Points frac(i·alpha_k), i = start + 1 …: the test makes the same ones."""
    i = np.arange(start + 1, start + n + 1, dtype=float)
    return np.stack([np.mod(i * ALPHA[k], 1.0) for k in range(d)], 1)


def weights(kind, n, seed):
    i = np.arange(n)
    if kind == "equal":
        return np.full(n, 1 / n)
    w = 1.0 + (i * 7919 + seed) % 13
    if kind == "zeros":
        w = np.where((i + seed) % 3 == 0, 0.0, w)
    return w / w.sum()


cases = []
for n, m, d, kind, p in [
    (40, 40, 2, "equal", 2),
    (300, 300, 2, "equal", 2),
    (300, 300, 5, "equal", 1),
    (120, 200, 3, "equal", 2),
    (150, 100, 2, "weighted", 1),
    (200, 250, 4, "weighted", 2),
    (90, 90, 2, "zeros", 3),
]:
    x, y = cloud(n, d, 0), 0.5 * cloud(m, d, n) + 0.3
    cost = np.sqrt(((x[:, None] - y[None]) ** 2).sum(-1)) ** p
    a, b = weights(kind, n, 0), weights(kind, m, 5)
    case = {"n": n, "m": m, "d": d, "weights": kind, "p": p, "pot": float(ot.emd2(a, b, cost, numItermax=10**7))}
    if kind == "equal" and n == m:
        case["scipy"] = float(cost[linear_sum_assignment(cost)].mean())
    cases.append(case)

# Whole-number costs full of ties.
ties = []
for n in [5, 30, 90]:
    i, j = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    cost = ((i * 37 + j * 101 + i * j * 7) % 11).astype(float)
    ties.append({"n": n, "scipy": float(cost[linear_sum_assignment(cost)].sum())})

print(json.dumps({"pot": ot.__version__, "scipy": scipy.__version__, "cases": cases, "ties": ties}, indent=1))
