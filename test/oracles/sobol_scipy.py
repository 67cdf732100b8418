"""Unscrambled Sobol points of scipy.stats.qmc, as 32-bit words: for given dimensions the points of some indices."""
import json
import numpy as np
import scipy
from scipy.stats import qmc

dimension = 64
indices = [0, 1, 2, 3, 4, 5, 6, 7, 8, 100, 255, 256, 1023, 4095]
with np.errstate(all="ignore"):
    points = qmc.Sobol(dimension, scramble=False, bits=32).random(4096)
words = (points[indices] * 2.0**32).astype(np.uint64)
print(json.dumps({"by": f"scipy {scipy.__version__}", "dimension": dimension, "indices": indices,
                  "words": [[int(x) for x in row] for row in words]}))
