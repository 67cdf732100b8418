"""
Truths of the problems in time and one or two space axes that bench/solver-suite/growing.ts and growing-plane.ts draw.

  node --import tsx --conditions=source bench/solver-suite.ts --half growing --numbers 101-140 --write lines.json
  python bench/peers/method_of_lines.py lines.json FOLDER

Central differences of second order on 1000 and 2000 cells, SciPy's LSODA or (around a circle) BDF in time with relative tolerances of 1e-10 and 1e-9, and from both grids the
limit by Richardson. One NAME.json a problem, with values at 201 x 101 points; how far the finer grid is from the limit is printed. In a plane: the fourth order
on 80 and 120 cells along each axis, SciPy's RK45 with 1e-8, values of the finer grid at 41 x 41 x 21 points, and how far the other one is from them.
"""
import json
import os
import sys

import numpy as np
from scipy.integrate import solve_ivp
from scipy.sparse import diags, kron

known = dict(pi=np.pi, sin=np.sin, cos=np.cos, exp=np.exp)
moments, places = 101, 200
plane_moments, plane_places = 21, 40


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


def on_plane(problem, cells):
    low, high = problem["space"]
    names = list(problem["rates"])
    h = (high - low) / cells
    around = problem["periodic"]
    line = low + h * np.arange(cells if around else cells + 1)
    x, y = np.meshgrid(line, line, indexing="ij")
    code = lambda formula: compile(formula.replace("^", "**"), "formula", "eval")
    rates = [code(problem["rates"][name]) for name in names]
    start = np.array([np.broadcast_to(eval(code(problem["starts"][name]), {**known, "x": x, "y": y}), x.shape) for name in names], float)

    def slopes(u, axis):
        more = np.moveaxis(np.pad(u, [(2, 2) if k == axis else (0, 0) for k in range(2)], mode="wrap" if around else "reflect"), axis, 0)
        at = lambda k: np.moveaxis(more[2 + k : len(more) - 2 + k], 0, axis)
        return (at(-2) - 8 * at(-1) + 8 * at(1) - at(2)) / (12 * h), (-at(-2) + 16 * at(-1) - 30 * u + 16 * at(1) - at(2)) / (12 * h**2)

    def rate(_, state):
        u = state.reshape(len(names), *x.shape)
        scope = {**known, "x": x, "y": y}
        for k, name in enumerate(names):
            for axis, letter in enumerate("xy"):
                first, second = slopes(u[k], axis)
                scope |= {name: u[k], f"{name}_{letter}": first, f"{name}_{letter}{letter}": second}
        return np.array([np.broadcast_to(eval(one, scope), x.shape) for one in rates]).ravel()

    found = solve_ivp(rate, (0, problem["end"]), start.ravel(), method="RK45", t_eval=np.linspace(0, problem["end"], plane_moments), rtol=1e-8, atol=1e-11)
    values = found.y.T.reshape(plane_moments, len(names), *x.shape)
    if around:
        values = np.pad(values, [(0, 0), (0, 0), (0, 1), (0, 1)], mode="wrap")
    every = cells // plane_places
    return np.moveaxis(values[:, :, ::every, ::every], 1, -1)


def line_truth(problem):
    coarse, fine = on_grid(problem, 1000), on_grid(problem, 2000)
    limit = (4 * fine - coarse) / 3
    x, t = np.linspace(*problem["space"], places + 1), np.linspace(0, problem["end"], moments)
    return np.stack([np.tile(x, moments), np.repeat(t, places + 1)], 1), limit, fine


def plane_truth(problem):
    coarse, fine = on_plane(problem, 80), on_plane(problem, 120)
    line, t = np.linspace(*problem["space"], plane_places + 1), np.linspace(0, problem["end"], plane_moments)
    moment, x, y = np.meshgrid(t, line, line, indexing="ij")
    return np.stack([x, y, moment], -1), fine, coarse


folder = sys.argv[2]
os.makedirs(folder, exist_ok=True)
for problem in json.load(open(sys.argv[1])):
    points, values, other = (line_truth if problem["axes"] == ["x"] else plane_truth)(problem)
    with open(f"{folder}/{problem['name']}.json", "w") as file:
        json.dump(dict(points=points.ravel().tolist(), values=values.ravel().tolist()), file)
    print(problem["name"], f"{np.linalg.norm(other - values) / np.linalg.norm(values):.1e}", flush=True)
