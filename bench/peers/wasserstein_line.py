"""W1 and W2 between samples on the line by SciPy and POT, on NumPy arrays. Protocol as in serve.py, without PyTorch."""
import json
import sys

import numpy as np
import ot
import scipy
from scipy.stats import wasserstein_distance
from answer import answer, tensors

options = json.loads(sys.argv[1])
data = tensors(options)
x, y, a, b = (data.get(name) for name in ("x", "y", "a", "b"))
p = options["p"]
# POT takes weights that sum to one.
u, v = (None, None) if a is None else (a / a.sum(), b / b.sum())

variants = {f"POT {ot.__version__} wasserstein_1d": lambda: ot.wasserstein_1d(x, y, u, v, p=p)}
if p == 1:
    variants[f"SciPy {scipy.__version__} wasserstein_distance"] = lambda: wasserstein_distance(x, y, a, b)

answer(variants, np.__version__)
