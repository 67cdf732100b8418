"""Vectors for the distances on the line and for Gromov-Wasserstein, by SciPy and POT.

Run from the repository root: python3 test/oracles/wasserstein_line.py > test/oracles/wasserstein-line.json
"""
import json
import sys
import warnings

import numpy as np
import ot
import scipy
from scipy.stats import wasserstein_distance

warnings.filterwarnings("ignore")
rng = np.random.default_rng(20240117)


def line(n, m, weighted, kind):
    draw = {
        "normal": lambda k: rng.normal(size=k),
        "ties": lambda k: rng.integers(0, 4, size=k).astype(float),
        "heavy": lambda k: rng.standard_cauchy(size=k),
        "rain": lambda k: np.where(rng.random(k) < 0.7, 0.0, rng.gamma(0.6, 4.0, size=k)),
    }[kind]
    x, y = draw(n), draw(m)
    a = rng.random(n) if weighted else np.ones(n)
    b = rng.random(m) if weighted else np.ones(m)
    if weighted:
        a[rng.integers(0, n)] = 0.0
    a, b = a / a.sum(), b / b.sum()
    powers = {str(p): float(ot.wasserstein_1d(x, y, a, b, p=p)) for p in (1, 2, 3)}
    return {
        "kind": kind,
        "x": x.tolist(),
        "y": y.tolist(),
        "a": a.tolist(),
        "b": b.tolist(),
        "scipy": float(wasserstein_distance(x, y, a, b)),
        "pot": powers,
    }


def gromov(n, m, dims, epsilon):
    x, y = rng.normal(size=(n, dims[0])), rng.normal(size=(m, dims[1]))
    a, b = rng.random(n), rng.random(m)
    a, b = a / a.sum(), b / b.sum()
    c, d = ot.dist(x, x, "euclidean"), ot.dist(y, y, "euclidean")
    plan, log = ot.gromov.entropic_gromov_wasserstein(
        c, d, a, b, "square_loss", epsilon=epsilon, max_iter=5000, tol=1e-13, log=True
    )
    return {
        "distances": [c.ravel().tolist(), d.ravel().tolist()],
        "a": a.tolist(),
        "b": b.tolist(),
        "epsilon": epsilon,
        "entropic": float(log["gw_dist"]),
        "plan": plan.ravel().tolist(),
        "exact": float(ot.gromov.gromov_wasserstein2(c, d, a, b, "square_loss", max_iter=5000, tol_rel=1e-12)),
    }


result = {
    "versions": {"pot": ot.__version__, "scipy": scipy.__version__, "numpy": np.__version__},
    "line": [
        line(n, m, weighted, kind)
        for kind in ("normal", "ties", "heavy", "rain")
        for n, m, weighted in ((7, 7, False), (6, 9, False), (8, 5, True))
    ],
    "gromov": [gromov(5, 6, (2, 3), 2.0), gromov(6, 4, (1, 2), 1.0)],
}
json.dump(result, sys.stdout, indent=1)
