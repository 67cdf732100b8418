"""Entropic transport by POT, for test/wasserstein/sinkhorn.test.ts: python3 sinkhorn_pot.py > sinkhorn-pot.json

POT's `reg` multiplies sum P log P in place of KL(P | a b); the plans are the same. Its unbalanced solver takes
reg_type="kl" for the entropy against a b.
"""
import json

import numpy as np
import ot

rng = np.random.default_rng(5)
cases = []


def clouds(n, m, dim, shift):
    x = rng.normal(size=(n, dim))
    y = rng.normal(size=(m, dim)) * 0.7 + shift
    a = rng.random(n) + 0.1
    b = rng.random(m) + 0.1
    return x, y, a, b


for n, m, dim, shift, reg in [(12, 9, 2, 0.5, 1.0), (15, 15, 3, 0.2, 0.3), (10, 20, 1, 1.0, 0.05)]:
    x, y, a, b = clouds(n, m, dim, shift)
    a, b = a / a.sum(), b / b.sum()
    cost = ot.dist(x, y)
    plan, log = ot.sinkhorn(a, b, cost, reg, method="sinkhorn_log", stopThr=1e-13, numItermax=200000, log=True)
    kl = np.sum(plan * np.log(plan / np.outer(a, b)))
    cases.append(
        {
            "kind": "balanced", "x": x.ravel().tolist(), "y": y.ravel().tolist(), "dim": dim, "a": a.tolist(), "b": b.tolist(),
            "epsilon": reg, "linearCost": float(np.sum(plan * cost)), "value": float(np.sum(plan * cost) + reg * kl),
            "plan": plan.ravel().tolist(), "exact": float(ot.emd2(a, b, cost)),
        }
    )

for n, m, dim, shift, reg, rho in [(8, 11, 2, 0.5, 0.5, 2.0), (10, 7, 1, 2.0, 0.2, 0.5)]:
    x, y, a, b = clouds(n, m, dim, shift)
    cost = ot.dist(x, y)
    plan = ot.unbalanced.sinkhorn_unbalanced(
        a, b, cost, reg, rho, method="sinkhorn_stabilized", reg_type="kl", stopThr=1e-14, numItermax=200000
    )
    div = lambda p, q: np.sum(p * np.log(p / q) - p + q)
    value = np.sum(plan * cost) + reg * div(plan, np.outer(a, b)) + rho * (div(plan.sum(1), a) + div(plan.sum(0), b))
    cases.append(
        {
            "kind": "unbalanced", "x": x.ravel().tolist(), "y": y.ravel().tolist(), "dim": dim, "a": a.tolist(), "b": b.tolist(),
            "epsilon": reg, "rho": rho, "linearCost": float(np.sum(plan * cost)), "value": float(value),
            "plan": plan.ravel().tolist(),
        }
    )

x, y, a, b = clouds(14, 17, 2, 0.4)
divergence = ot.bregman.empirical_sinkhorn_divergence(x, y, 0.7, numIterMax=100000, stopThr=1e-14)
cases.append(
    {
        # POT debiases <P, C>, not the entropic cost.
        "kind": "divergence", "x": x.ravel().tolist(), "y": y.ravel().tolist(), "dim": 2, "epsilon": 0.7,
        "linear": float(np.sum(divergence)),
    }
)
print(json.dumps({"program": f"POT {ot.__version__}", "seed": 5, "cases": cases}, indent=1))
