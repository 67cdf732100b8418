"""Conservation laws by a plain code of finite volumes: MUSCL with the monotonized central slope, HLL fluxes, Heun's steps.

finite_volumes.py NAME CELLS: prints {"seconds", "unknowns": [[first unknown by cells]]} as JSON; seconds are of the processor,
without imports. The formulas of fluxes and speeds are by hand, of each system its own.
"""
import json
import sys
import time

import numpy as np

G = 1.4


def limited(a, b):
    size = np.minimum(np.minimum(2 * np.abs(a), 2 * np.abs(b)), np.abs(a + b) / 2)
    return np.where(a * b > 0, np.sign(a) * size, 0)


def euler(q, axis):
    """Fluxes along an axis, and least and largest speed; q = density, momenta, energy."""
    r, e = q[0], q[-1]
    u = q[1:-1] / r
    p = (G - 1) * (e - r * (u**2).sum(0) / 2)
    c = np.sqrt(G * p / r)
    v = u[axis]
    flux = q * v
    flux[1 + axis] += p
    flux[-1] += p * v
    return flux, v - c, v + c


def water(q, _axis):
    h, m = q
    u, c = m / h, np.sqrt(9.81 * h)
    return np.stack([m, m * u + 9.81 * h * h / 2]), u - c, u + c


def scalar(flux, speed):
    return lambda q, _axis: (flux(q), speed(q)[0], speed(q)[0])


def steepest_between(flux, speed, low, high):
    """A flux that may be steepest between two states: speeds are those of all states."""
    speeds = speed(np.linspace(low, high, 1001))
    return lambda q, _axis: (flux(q), np.full_like(q[0], speeds.min()), np.full_like(q[0], speeds.max()))


def shape(x, *states):
    return np.stack([np.where(x < states[0], low, high) for low, high in states[1:]])


def shu_osher(x):
    r = np.where(x < -4, 3.857143, 1 + 0.2 * np.sin(5 * x))
    u = np.where(x < -4, 2.629369, 0)
    p = np.where(x < -4, 10.33333, 1)
    return np.stack([r, r * u, p / (G - 1) + r * u * u / 2])


def configuration3(x, y):
    pick = lambda a, b, c, d: np.where(x > 0.5, np.where(y > 0.5, a, d), np.where(y > 0.5, b, c))
    r = pick(1.5, 0.5323, 0.138, 0.5323)
    u = pick(0, 1.206, 1.206, 0)
    v = pick(0, 0, 1.206, 1.206)
    p = pick(1.5, 0.3, 0.029, 0.3)
    return np.stack([r, r * u, r * v, p / (G - 1) + r * (u * u + v * v) / 2])


PROBLEMS = {
    "advected box": (1, (0, 1), 1, True, lambda x: np.where((x > 0.3) & (x < 0.6), 1.0, 0.0)[None], scalar(lambda q: q.copy(), np.ones_like)),
    "Burgers, shock": (1, (0, 1), 0.8, False, lambda x: shape(x, 0.3, (1.0, 0.0)), scalar(lambda q: q * q / 2, lambda q: q)),
    "Buckley-Leverett": (
        1, (-1, 1), 0.4, False, lambda x: shape(x, 0, (1.0, 0.0)),
        steepest_between(lambda q: q**2 / (q**2 + (1 - q) ** 2 / 2), lambda q: q * (1 - q) / (q**2 + (1 - q) ** 2 / 2) ** 2, 0, 1),
    ),
    "traffic, fan": (1, (-1, 1), 1, False, lambda x: shape(x, 0, (0.9, 0.1)), scalar(lambda q: q * (1 - q), lambda q: 1 - 2 * q)),
    "dam": (1, (-5, 5), 0.8, False, lambda x: shape(x, 0, (2.0, 1.0), (0.0, 0.0)), water),
    "Sod": (1, (0, 1), 0.2, False, lambda x: shape(x, 0.5, (1, 0.125), (0.0, 0.0), (2.5, 0.25)), euler),
    "Shu-Osher": (1, (-5, 5), 1.8, False, shu_osher, euler),
    "configuration 3": (2, (0, 1), 0.3, False, configuration3, euler),
}


def rates(q, width, periodic, system):
    """Rates of change, and the largest speed."""
    out, fastest = np.zeros_like(q), 0.0
    for axis in range(q.ndim - 1):
        w = np.moveaxis(q, 1 + axis, -1)
        ends = [(0, 0)] * (w.ndim - 1) + [(2, 2)]
        w = np.pad(w, ends, mode="wrap" if periodic else "edge")
        d = np.diff(w)
        half = limited(d[..., :-1], d[..., 1:]) / 2
        left, right = (w[..., 1:-1] + half)[..., :-1], (w[..., 1:-1] - half)[..., 1:]
        (fl, al, bl), (fr, ar, br) = system(left, axis), system(right, axis)
        s, r = np.minimum(np.minimum(al, ar), 0), np.maximum(np.maximum(bl, br), 0)
        flux = np.where(r > s, (r * fl - s * fr + s * r * (right - left)) / np.where(r > s, r - s, 1), fl)
        fastest += max(r.max(), -s.min())
        out -= np.moveaxis(np.diff(flux), -1, 1 + axis) / width
    return out, fastest


def solve(name, cells):
    dimension, (low, high), end, periodic, start, system = PROBLEMS[name]
    width = (high - low) / cells
    fine = 16 if dimension == 1 else 4
    x = low + (high - low) * (np.arange(cells * fine) + 0.5) / (cells * fine)
    points = np.meshgrid(*[x] * dimension, indexing="ij")
    q = start(*points)
    for axis in range(dimension):
        q = np.moveaxis(np.moveaxis(q, 1 + axis, -1).reshape(*np.moveaxis(q, 1 + axis, -1).shape[:-1], cells, fine).mean(-1), -1, 1 + axis)
    t = 0.0
    while t < end:
        rate, speed = rates(q, width, periodic, system)
        step = min(0.45 * width / speed, end - t)
        first = q + step * rate
        q = (q + first + step * rates(first, width, periodic, system)[0]) / 2
        t = end if end - t - step <= 1e-12 else t + step
    return q


if __name__ == "__main__":
    began = time.process_time()
    with np.errstate(all="ignore"):
        found = solve(sys.argv[1], int(sys.argv[2]))
    print(json.dumps({"seconds": time.process_time() - began, "first": found[0].ravel().tolist()}))
