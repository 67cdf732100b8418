"""Sliced distances by POT and von Mises-Fisher moments by SciPy, on inputs that are written out with them.

Run: /usr/bin/python3 test/oracles/wasserstein_sliced.py > test/oracles/wasserstein-sliced.json
"""
import json
import sys

import numpy as np
import ot
import scipy
from scipy.special import ive

random = np.random.default_rng(20230500)


def cloud(n, dim, weighted):
    weights = random.uniform(size=n) if weighted else np.full(n, 1 / n)
    return random.normal(size=(n, dim)), weights / weights.sum()


cases = []
for dim, n, m, weighted, order, count in [
    (1, 7, 7, False, 1, 2),
    (2, 20, 20, False, 2, 9),
    (3, 12, 17, False, 1, 6),
    (5, 15, 11, True, 2, 10),
    (5, 9, 14, True, 3, 4),
    (10, 30, 30, False, 1.5, 7),
]:
    x, a = cloud(n, dim, weighted)
    y, b = cloud(m, dim, weighted)
    y = 0.7 * y + 0.5
    theta = random.normal(size=(count, dim))
    theta /= np.linalg.norm(theta, axis=1, keepdims=True)
    options = {"a": a, "b": b, "p": order, "projections": theta.T}
    value, log = ot.sliced_wasserstein_distance(x, y, log=True, **options)
    cases.append({
        "dim": dim, "p": order, "weighted": weighted,
        "x": x.ravel().tolist(), "y": y.ravel().tolist(), "a": a.tolist(), "b": b.tolist(),
        "directions": theta.ravel().tolist(), "slices": log["projected_emds"].tolist(),
        "sliced": value, "largest": ot.max_sliced_wasserstein_distance(x, y, **options),
        "exact": ot.emd2(a, b, ot.dist(x, y, metric="euclidean") ** order),
    })

resultant = [
    {"dim": dim, "concentration": kappa, "mean": ive(dim / 2, kappa) / ive(dim / 2 - 1, kappa)}
    for dim in (1, 2, 3, 5, 10, 64)
    for kappa in (1e-3, 0.3, 1, 10, 100, 5000)
]
resultant = [r for r in resultant if np.isfinite(r["mean"])]

json.dump({
    "versions": {"pot": ot.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
    "cases": cases, "resultant": resultant,
}, sys.stdout, indent=1)
print()
