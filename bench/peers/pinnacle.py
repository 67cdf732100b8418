"""
Classical codes beside `bench/pinnacle.ts`, one thread.

  python bench/peers/pinnacle.py CASE.json

The case has a name, points, row by row, the exact solution where there is one, and errors. Prints truths at the points and, for each error, the
processor seconds of the first resolution that comes below it.
"""
import json
import sys
import time

import numpy as np
from classical.flows import stream
from classical.grids import between, chebyshev, etdrk4, relative
from scipy.fft import dstn, idstn
from scipy.integrate import solve_ivp

pi = np.pi


def waves(start, box, linear, f, end, moments, steps, levels):
    """Periodic evolutions by Fourier modes; `f` takes modes, wave numbers and values by `back`. Values at moments and points."""

    def solve(n, points):
        size, d = 16 * 2**n, len(box)
        x = [a + (b - a) * np.arange(size) / size for a, b in box]
        k = np.meshgrid(*[2 * pi / (b - a) * np.fft.fftfreq(size, 1 / size) for a, b in box], indexing="ij")
        fft = lambda v: np.fft.fftn(v, axes=range(-d, 0))
        back = lambda v: np.fft.ifftn(v, axes=range(-d, 0)).real
        v = fft(np.array(start(*np.meshgrid(*x, indexing="ij"))))
        kept = etdrk4(np.array(linear(*k)), lambda w: f(w, fft, back, *k), v, end, steps * 2**n * moments, moments)[1:]
        out = np.zeros((len(points), len(v)))
        for m, w in enumerate(kept):
            own = np.isclose(points[:, -1], end * (m + 1) / moments)
            phase = [np.exp(1j * np.outer(points[own, a] - box[a][0], np.fft.fftfreq(size, 1 / size) * 2 * pi / (box[a][1] - box[a][0]))) for a in range(d)]
            out[own] = (np.einsum("ux,nx->nu", w, phase[0]) if d == 1 else np.einsum("uxy,nx,ny->nu", w, *phase, optimize=True)).real / size**d
        return out

    return "Fourier, ETDRK4", levels, solve


def sines(start, rate, speed):
    """Modes sin(i pi x) sin(j pi y) of a linear evolution, each exact in time: exp(-rate t) or cos(speed t)."""

    def solve(n, points):
        size, d = 4 * 2**n, points.shape[1] - 1
        x = np.arange(1, size) / size
        modes = dstn(start(*np.meshgrid(*[x] * d, indexing="ij")), type=1) / size**d
        k = np.meshgrid(*[pi * np.arange(1, size)] * d, indexing="ij")
        index = np.argwhere(np.abs(modes) > 1e-14 * np.abs(modes).max())
        out = np.zeros(len(points))
        for i in index:
            own = [a[tuple(i)] for a in k]
            space = np.prod([np.sin(w * points[:, a]) for a, w in enumerate(own)], axis=0)
            out += modes[tuple(i)] * space * (np.exp(-rate(*own) * points[:, -1]) if rate else np.cos(speed(*own) * points[:, -1]))
        return out[:, None]

    return "sine series, exact in time", range(1, 6), solve


def long_heat(n, points):
    """Modes of sines; their reaction on the grid, ETD with Runge and Kutta's method of order 4 in time."""
    size, end, moments = 16 * 2**n, 100, 8
    x = np.arange(1, size) / size
    X, Y = np.meshgrid(x, x, indexing="ij")
    shape = 5 * np.sin(4 * pi * X) * np.sin(2 * pi * Y)
    k = pi * np.arange(1, size)
    decay = 0.001 * (k[:, None] ** 2 + k[None, :] ** 2)
    h = end / (moments * 100 * 2**n)
    whole, half = np.exp(-decay * h), np.exp(-decay * h / 2)
    to, back = (lambda v: dstn(v, type=1)), (lambda v: idstn(v, type=1))
    rate = lambda w, t: to(np.sin(back(w) ** 2) * shape * (1 + 2 * np.sin(pi * t / 4)))
    w, out = to(np.sin(4 * pi * X) * np.sin(3 * pi * Y)), np.zeros(len(points))
    for m in range(moments):
        for s in range(100 * 2**n):
            t = m * end / moments + s * h
            a = rate(w, t)
            b = rate(half * (w + h / 2 * a), t + h / 2)
            c = rate(half * w + h / 2 * b, t + h / 2)
            d = rate(whole * w + h * half * c, t + h)
            w = whole * w + h / 6 * (whole * a + 2 * half * (b + c) + d)
        own = np.isclose(points[:, -1], end * (m + 1) / moments)
        phase = [np.sin(np.outer(points[own, a], k)) for a in (0, 1)]
        out[own] = np.einsum("xy,nx,ny->n", w, *phase, optimize=True) / size**2
    return out[:, None]


def cavity(n, points):
    n = 8 + 4 * n
    (x, _), (y, _), u, v = stream(n, (0, 0), (1, 1), 100, lambda x, y: (0, (y == 1) * 4 * x * (1 - x), 0))
    at = [between(x, points[:, 0]), between(y, points[:, 1])]
    return np.column_stack([np.einsum("nx,xy,ny->n", at[0], w, at[1], optimize=True) for w in (u, v)])


def cube(n, points):
    """Five axes: products of Chebyshev polynomials, diagonalised along each."""
    n = 2 + n
    x, d = chebyshev(n, 0, 1)
    inner = slice(1, -1)
    roots, vectors = np.linalg.eig(-(d @ d)[inner, inner])
    inverse = np.linalg.inv(vectors)
    grid = np.meshgrid(*[x] * 5, indexing="ij")
    u = sum(np.sin(pi / 2 * g) for g in grid)
    f = pi**2 / 4 * u[(inner,) * 5]
    edge = u.copy()
    edge[(inner,) * 5] = 0
    for a in range(5):
        f = f + np.moveaxis(np.tensordot(d @ d, edge, (1, a)), 0, a)[(inner,) * 5]
    apply = lambda m, v: [v := np.moveaxis(np.tensordot(m, v, (1, a)), 0, a) for a in range(5)][-1]
    f = apply(inverse, f) / sum(roots.reshape([-1 if a == b else 1 for b in range(5)]) for a in range(5))
    u[(inner,) * 5] = apply(vectors, f).real
    for a in range(4, -1, -1):
        m = between(x, points[:, a])
        u = u @ m.T if a == 4 else np.einsum("...xn,nx->...n", u, m)
    return u[:, None]


def ball(n, points):
    """By symmetry one axis, the radius: even Chebyshev polynomials, Radau's method in time."""
    n = 4 + 2 * n
    r, d = chebyshev(2 * n + 1, -1, 1)
    half = slice(n + 1, None)
    even = lambda m: m[half, half] + m[half, n::-1]
    one, two, r = even(d), even(d @ d), r[half]
    rows = (two + 4 / r[:, None] * one) / 5

    def whole(t, v):
        u = np.append(v, 0)
        u[-1] = (np.exp(0.5 + t) - one[-1, :-1] @ v) / one[-1, -1]
        return u

    f = lambda t, v: (rows @ whole(t, v) - r**2 / 5 * np.exp(r**2 / 2 + t))[:-1]
    found = solve_ivp(f, (0, 1), np.exp(r[:-1] ** 2 / 2), "Radau", rtol=10.0 ** -(2 + n / 2), atol=10.0 ** -(2 + n / 2), dense_output=True)
    radius, t = np.sqrt((points[:, :5] ** 2).sum(axis=1)), points[:, 5]
    full = np.array([whole(s, v) for s, v in zip(t, found.sol(t).T)])
    m = between(np.hstack([-r[::-1], r]), radius)
    return (m * np.hstack([full[:, ::-1], full])).sum(axis=1)[:, None]


def gray_scott(w, fft, back, *k):
    u, v = back(w)
    return fft(np.array([0.04 - u * v**2, u * v**2]))


advect = lambda c: lambda w, fft, back, k: -c / 2 * 1j * k * fft(back(w) ** 2)
cases = {
    "Burgers 1d-C": waves(lambda x: [-np.sin(pi * x)], [(-1, 1)], lambda k: [-0.01 / pi * k**2], advect(1), 1, 8, 8, range(2, 8)),
    "KS": waves(lambda x: [np.cos(x) * (1 + np.sin(x))], [(0, 2 * pi)], lambda k: [100 / 16**2 * k**2 - 100 / 16**4 * k**4], advect(100 / 16), 1, 8, 20, range(1, 8)),
    "GS": waves(
        lambda x, y: [1 - np.exp(-80 * ((x + 0.05) ** 2 + (y + 0.02) ** 2)), np.exp(-80 * ((x - 0.05) ** 2 + (y - 0.02) ** 2))],
        [(-1, 1), (-1, 1)],
        lambda k, l: [-1e-5 * (k**2 + l**2) - 0.04, -5e-6 * (k**2 + l**2) - 0.1],
        gray_scott,
        *(200, 8, 8, range(0, 4)),
    ),
    "Heat 2d-MS": sines(lambda x, y: np.sin(20 * pi * x) * np.sin(pi * y), lambda k, l: (k / (500 * pi)) ** 2 + (l / pi) ** 2, None),
    "Wave 1d-C": sines(lambda x: np.sin(pi * x) + np.sin(4 * pi * x) / 2, None, lambda k: 2 * k),
    "Wave 2d-MS": sines(
        lambda x, y: np.sin(pi * x) * np.sin(pi * y) + np.sin(3 * pi * x) * np.sin(2 * pi * y), None, lambda k, l: np.sqrt(k**2 + 2 * l**2)
    ),
    "Heat 2d-LT": ("sines, exponential RK4", range(3), long_heat),
    "NS 2d-C": ("Chebyshev, stream function", range(11), cavity),
    "PNd": ("Chebyshev, diagonalised", range(6), cube),
    "HNd": ("Chebyshev in the radius, Radau", range(7), ball),
}

if __name__ == "__main__":
    case = json.load(open(sys.argv[1]))
    points = np.array(case["points"]).reshape(-1, case["width"])
    words, levels, solve = cases[case["name"]]
    found = {}
    for n in levels:
        began = time.process_time()
        found[n] = (solve(n, points), time.process_time() - began)
        if time.process_time() > case["limit"]:
            break
    names = dict(zip(case["axes"], points.T)) | {"pi": pi} | {name: getattr(np, name) for name in ("sin", "cos", "exp", "sqrt")}
    last = max(found)
    truth = eval(case["exact"], names)[:, None] if "exact" in case else found.pop(last)[0]
    errors = {n: relative(values, truth) for n, (values, _) in found.items()}
    levels = [{"error": e, "seconds": found[n][1]} for n, e in errors.items() if np.isfinite(e)]
    print(json.dumps({"code": words, "truth": truth.tolist(), "levels": levels}))
