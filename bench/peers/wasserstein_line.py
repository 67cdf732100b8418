"""W1 and W2 between samples on the line by SciPy and POT, on NumPy arrays. Protocol as in serve.py, without PyTorch."""
import json
import sys

import numpy as np
import ot
import scipy
from scipy.stats import wasserstein_distance
from answer import answer

options = json.loads(sys.argv[1])
raw = open(options["data"], "rb").read()
data = {
    t["name"]: np.frombuffer(raw, dtype=t["type"], count=t["shape"][0], offset=t["offset"]).copy()
    for t in options["tensors"]
}
x, y, a, b = (data.get(name) for name in ("x", "y", "a", "b"))
p = options["p"]
# POT takes weights that sum to one.
u, v = (None, None) if a is None else (a / a.sum(), b / b.sum())

variants = {f"POT {ot.__version__} wasserstein_1d": lambda: ot.wasserstein_1d(x, y, u, v, p=p)}
if p == 1:
    variants[f"SciPy {scipy.__version__} wasserstein_distance"] = lambda: wasserstein_distance(x, y, a, b)

answer(variants, np.__version__)
