"""Peers of the rows of bench/wasserstein/rows.ts, by the name of the row. Protocol as in serve.py, without PyTorch."""
import json
import sys

import numpy as np
import ot
from answer import answer, tensors

options = json.loads(sys.argv[1])
data = tensors(options)


def emd():
    a, b = data["a"] / data["a"].sum(), data["b"] / data["b"].sum()
    return ot.emd(a, b, data["cost"], numItermax=10**8, log=True)[1]["cost"]


def barycenter1d():
    return float((np.sort(data["samples"], axis=1).mean(axis=0) ** 2).mean())


rows = {
    "emd": {f"POT {ot.__version__} emd": emd},
    "barycenter1d": {f"NumPy {np.__version__} sort and mean": barycenter1d},
}
answer(rows[options["row"]], np.__version__)
