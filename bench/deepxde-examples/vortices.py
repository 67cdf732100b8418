"""A flow of our own in the place of the wake of a cylinder, which is no part of this package: a street of Taylor's vortices that a mean flow carries along, an
exact solution of Navier and Stokes' equations with C1 = 1 and C2 = 0.01.

python bench/deepxde-examples/vortices.py 500

prints so many observations of u and v at scattered points of x, y and t, as they are in `examples/deepxde/inverse.json`. `theirs.py` gives DeepXDE's script the same
flow on a grid.
"""
import json
import sys

import numpy as np

mean, strength, k, viscosity = 1.0, 0.5, np.pi / 2, 0.01
low, high = np.array([1.0, -2.0, 0.0]), np.array([8.0, 2.0, 7.0])


def flow(x, y, t):
    """u, v and p at points."""
    decay = np.exp(-2 * viscosity * k**2 * t)
    a, b = k * (x - mean * t), k * y
    u = mean - strength * decay * np.cos(a) * np.sin(b)
    v = strength * decay * np.sin(a) * np.cos(b)
    p = -(strength**2) / 4 * decay**2 * (np.cos(2 * a) + np.cos(2 * b))
    return u, v, p


def wake():
    """The same on a grid, by the names that DeepXDE's script reads."""
    x, y = (c.ravel() for c in np.meshgrid(np.linspace(1, 8, 71), np.linspace(-2, 2, 41)))
    t = np.linspace(0, 7, 71)
    u, v, p = flow(x[:, None], y[:, None], t[None, :])
    return {"U_star": np.stack([u, v], 1), "p_star": p, "t": t[:, None], "X_star": np.stack([x, y], 1)}


if __name__ == "__main__":
    points = low + (high - low) * np.random.default_rng(0).random((int(sys.argv[1]), 3))
    points = np.round(points, 4)
    u, v, _ = flow(*points.T)
    print(json.dumps({"points": points.tolist(), "u": np.round(u, 8).tolist(), "v": np.round(v, 8).tolist()}))
