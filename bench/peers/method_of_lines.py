"""
Truths of the problems in time and one space axis that bench/solver-suite/growing.ts draws.

  node --import tsx --conditions=source bench/solver-suite.ts --half growing --numbers 101-140 --write lines.json
  python bench/peers/method_of_lines.py lines.json FOLDER

Central differences of second order on 1000 and 2000 cells, SciPy's LSODA or (around a circle) BDF in time with relative tolerances of 1e-10 and 1e-9, and from both grids the
limit by Richardson. One NAME.json a problem, with values at 201 x 101 points; how far the finer grid is from the limit is printed.
"""
import json
import os
import sys

import numpy as np
from scipy.integrate import solve_ivp
from scipy.sparse import diags, kron

known = dict(pi=np.pi, sin=np.sin, cos=np.cos, exp=np.exp)
moments, places = 101, 200


def on_grid(problem, cells):
    low, high = problem["space"]
    names = list(problem["rates"])
    h = (high - low) / cells
    around = problem["periodic"]
    x = low + h * np.arange(cells if around else cells + 1)
    code = lambda formula: compile(formula.replace("^", "**"), "formula", "eval")
    rates = [code(problem["rates"][name]) for name in names]
    start = np.array([np.broadcast_to(eval(code(problem["starts"][name]), {**known, "x": x}), x.shape) for name in names], float)

    def rate(_, y):
        u = y.reshape(len(x), len(names)).T
        if around:
            right, left = np.roll(u, -1, 1), np.roll(u, 1, 1)
        else:
            right = np.concatenate([u[:, 1:], u[:, -2:-1]], 1)
            left = np.concatenate([u[:, 1:2], u[:, :-1]], 1)
        scope = {**known, "x": x}
        for k, name in enumerate(names):
            scope |= {name: u[k], f"{name}_x": (right[k] - left[k]) / (2 * h), f"{name}_xx": (right[k] - 2 * u[k] + left[k]) / h**2}
        return np.array([np.broadcast_to(eval(one, scope), x.shape) for one in rates]).T.ravel()

    if around:
        neighbours = diags([1.0] * 5, [-cells + 1, -1, 0, 1, cells - 1], shape=(cells, cells))
        how = dict(method="BDF", rtol=1e-9, atol=1e-13, jac_sparsity=kron(neighbours, np.ones((len(names),) * 2)))
    else:
        width = 2 * len(names) - 1
        how = dict(method="LSODA", rtol=1e-10, atol=1e-14, lband=width, uband=width)
    found = solve_ivp(rate, (0, problem["end"]), start.T.ravel(), t_eval=np.linspace(0, problem["end"], moments), **how)
    values = found.y.T.reshape(moments, len(x), len(names))
    if around:
        values = np.concatenate([values, values[:, :1]], 1)
    return values[:, :: cells // places]


folder = sys.argv[2]
os.makedirs(folder, exist_ok=True)
for problem in json.load(open(sys.argv[1])):
    coarse, fine = on_grid(problem, 1000), on_grid(problem, 2000)
    limit = (4 * fine - coarse) / 3
    x, t = np.linspace(*problem["space"], places + 1), np.linspace(0, problem["end"], moments)
    points = np.stack([np.tile(x, moments), np.repeat(t, places + 1)], 1)
    with open(f"{folder}/{problem['name']}.json", "w") as file:
        json.dump(dict(points=points.ravel().tolist(), values=limit.ravel().tolist()), file)
    print(problem["name"], f"{np.linalg.norm(fine - limit) / np.linalg.norm(limit):.1e}", flush=True)
