"""Exact transport on a cost matrix by POT, and by SciPy's assignment where weights are equal. Protocol as in serve.py, without PyTorch."""
import json
import sys

import numpy as np
import ot
import scipy
from scipy.optimize import linear_sum_assignment
from answer import answer, tensors

options = json.loads(sys.argv[1])
data = tensors(options)
cost, a, b = data["cost"], data["a"] / data["a"].sum(), data["b"] / data["b"].sum()


def assignment():
    rows, columns = linear_sum_assignment(cost)
    return cost[rows, columns].mean()


def network_simplex():
    plan, log = ot.emd(a, b, cost, numItermax=10**8, log=True)
    return log["cost"]


variants = {f"POT {ot.__version__} emd": network_simplex}
if options["equal"]:
    variants[f"SciPy {scipy.__version__} linear_sum_assignment"] = assignment

answer(variants, np.__version__)
