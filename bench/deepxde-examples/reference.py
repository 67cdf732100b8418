"""Classical solutions of examples of DeepXDE by scipy: `python3 reference.py NAME` prints JSON with method, processor seconds, and points with values.

Values are those of the unknowns row by row. `error` is how far a solution with twice as many points, or a tighter tolerance, lies from it.
"""
import json
import math
import sys
import time

import numpy as np
from scipy import sparse
from scipy.integrate import solve_bvp, solve_ivp
from scipy.sparse.linalg import spsolve
from scipy.special import hankel1, jv


def ode(f, y0, span, times=101):
    t = np.linspace(*span, times)
    run = lambda tol: solve_ivp(f, span, y0, t_eval=t, method="DOP853", rtol=tol, atol=tol).y.T
    return dict(method="scipy solve_ivp, DOP853, 1e-10", solve=lambda: run(1e-10), check=lambda: run(1e-13), points=t[:, None])


def lotka_volterra():
    return ode(lambda t, y: [20 * (2 * y[0] - 8 * y[0] * y[1]), 20 * (4 * y[0] * y[1] - 1.06 * y[1])], [0.5, 0.075], (0, 1))


def ode_system():
    return ode(lambda t, y: [y[1], -y[0]], [0, 1], (0, 10))


def ode_2nd():
    return {**ode(lambda t, y: [y[1], 10 * y[1] - 9 * y[0] + 5 * t], [-1, 2], (0, 0.25)), "columns": 1}


def chebyshev(n, low, high):
    """Points and differentiation matrix."""
    x = np.cos(np.pi * np.arange(n + 1) / n)
    c = np.r_[2, np.ones(n - 1), 2] * (-1.0) ** np.arange(n + 1)
    d = np.outer(c, 1 / c) / (x[:, None] - x[None, :] + np.eye(n + 1))
    d -= np.diag(d.sum(1))
    return low + (high - low) * (x + 1) / 2, d * 2 / (high - low)


def poisson_1d(f, low, high, values, n=40):
    """u'' = f with values at both ends, by Chebyshev collocation."""

    def run(n):
        x, d = chebyshev(n, low, high)
        a = d @ d
        a[0], a[-1] = np.eye(n + 1)[0], np.eye(n + 1)[-1]
        right = f(x)
        right[0], right[-1] = values[1], values[0]
        return x, np.linalg.solve(a, right)

    grid = np.linspace(low, high, 201)
    at = lambda n: interpolated(*run(n), grid)[:, None]
    return dict(method=f"Chebyshev collocation, {n + 1} points", solve=lambda: at(n), check=lambda: at(2 * n), points=grid[:, None])


def interpolated(x, u, grid):
    n = len(x) - 1
    w = (-1.0) ** np.arange(n + 1)
    w[0] /= 2
    w[-1] /= 2
    gap = grid[:, None] - x[None, :]
    exact = np.abs(gap) < 1e-14
    gap[exact] = 1
    terms = w / gap
    out = terms @ u / terms.sum(1)
    rows, cols = np.where(exact)
    out[rows] = u[cols]
    return out


def evolution(f, u0, low, high, span, n, method="LSODA", tol=1e-9, linear=None, at_ends=(0, 0), count=101, nt=51):
    """u_t = linear u_xx + f(x, u, u_x), fixed ends, Chebyshev in space and the method of lines."""

    def run(n, tol):
        x, d = chebyshev(n, low, high)
        dd = d @ d

        def rate(t, u):
            full = np.r_[at_ends[1], u, at_ends[0]]
            return (linear * (dd @ full) + f(x, full, d @ full, t))[1:-1]

        t = np.linspace(*span, nt)
        u = solve_ivp(rate, span, u0(x)[1:-1], t_eval=t, method=method, rtol=tol, atol=tol).y.T
        grid = np.linspace(low, high, count)
        full = np.c_[np.full(nt, at_ends[1]), u, np.full(nt, at_ends[0])]
        return np.array([interpolated(x, row, grid) for row in full]).reshape(-1, 1)

    grid, t = np.linspace(low, high, count), np.linspace(*span, nt)
    points = np.array([[x, s] for s in t for x in grid])
    return dict(method=f"Chebyshev, {n + 1} points, and {method}, {tol:g}", solve=lambda: run(n, tol), check=lambda: run(int(1.5 * n), tol / 10), points=points)


def allen_cahn():
    return evolution(lambda x, u, ux, t: 5 * (u - u**3), lambda x: x**2 * np.cos(np.pi * x), -1, 1, (0, 1), 200, linear=0.001, at_ends=(-1, -1), method="BDF", tol=1e-7)


def burgers():
    return evolution(lambda x, u, ux, t: -u * ux, lambda x: -np.sin(np.pi * x), -1, 1, (0, 0.99), 240, linear=0.01 / np.pi, method="BDF", tol=1e-6)


def diffusion_1d():
    f = lambda x, u, ux, t: -np.exp(-t) * (1 - np.pi**2) * np.sin(np.pi * x)
    return evolution(f, lambda x: np.sin(np.pi * x), -1, 1, (0, 1), 24, linear=1, method="BDF", tol=1e-9)


def heat():
    return evolution(lambda x, u, ux, t: 0 * u, lambda x: np.sin(np.pi * x), 0, 1, (0, 1), 16, linear=0.4, method="BDF", tol=1e-9)


def schrodinger():
    """Strang's splitting with Fourier's method."""

    def run(n, steps):
        x = -5 + 10 * np.arange(n) / n
        k = 2 * np.pi * np.fft.fftfreq(n, 10 / n)
        h = (2 / np.cosh(x)).astype(complex)
        dt = np.pi / 2 / steps
        half = np.exp(-0.25j * dt * k**2)
        frames = [h]
        for i in range(steps):
            h = np.fft.ifft(half * np.fft.fft(h))
            h = h * np.exp(1j * dt * np.abs(h) ** 2)
            h = np.fft.ifft(half * np.fft.fft(h))
            if (i + 1) % (steps // 20) == 0:
                frames.append(h)
        frames = np.array(frames)[:, :: n // 128].reshape(-1)
        return np.c_[frames.real, frames.imag]

    x, t = -5 + 10 * np.arange(128) / 128, np.linspace(0, np.pi / 2, 21)
    points = np.array([[a, s] for s in t for a in x])
    return dict(method="Fourier and Strang's splitting, 256 points, 4000 steps", solve=lambda: run(256, 4000), check=lambda: run(512, 8000), points=points)


def l_shape():
    """Five-point differences, extrapolated over two grids."""

    def run(n):
        h = 1 / n
        size = 2 * n + 1
        inside = np.zeros((size, size), bool)
        for i in range(1, size - 1):
            for j in range(1, size - 1):
                x, y = -1 + i * h, -1 + j * h
                inside[i, j] = not (x >= -1e-9 and y >= -1e-9)
        number = -np.ones((size, size), int)
        number[inside] = np.arange(inside.sum())
        rows, cols, vals = [], [], []
        for i, j in np.argwhere(inside):
            me = number[i, j]
            rows.append(me), cols.append(me), vals.append(4.0)
            for a, b in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
                if inside[a, b]:
                    rows.append(me), cols.append(number[a, b]), vals.append(-1.0)
        u = np.zeros((size, size))
        u[inside] = spsolve(sparse.csr_matrix((vals, (rows, cols))), np.full(inside.sum(), h * h))
        return u

    def coarse(n):
        return run(n)[:: n // 20, :: n // 20]

    keep = [(i, j) for i in range(41) for j in range(41) if not (i > 20 and j > 20)]
    pick = lambda u: np.array([[u[i, j]] for i, j in keep])
    # The corner's error falls with h^(4/3).
    better = lambda n: (2 ** (4 / 3) * coarse(2 * n) - coarse(n)) / (2 ** (4 / 3) - 1)
    points = np.array([[-1 + i / 20, -1 + j / 20] for i, j in keep])
    return dict(method="five-point differences, h = 1/80, sparse LU", solve=lambda: pick(coarse(80)), check=lambda: pick(better(160)), points=points, truth="check")


def sound_hard():
    """No classical run: what DeepXDE compares with, the series for the whole plane, which the absorbing condition of first order only approximates."""
    k, a = 2, np.pi / 4
    grid = np.linspace(-np.pi, np.pi, 61)
    points = np.array([[x, y] for x in grid for y in grid if x * x + y * y > a * a])
    r, theta = np.hypot(*points.T), np.arctan2(points[:, 1], points[:, 0])

    def run(terms):
        u = np.zeros(len(r), complex)
        for n in range(-terms, terms + 1):
            j = jv(n - 1, k * a) - n / (k * a) * jv(n, k * a)
            h = n / (k * a) * hankel1(n, k * a) - hankel1(n + 1, k * a)
            u += -(1j**n) * j / h * hankel1(n, k * r) * np.exp(1j * n * theta)
        return np.c_[u.real, u.imag]

    return dict(method="series of Hankel functions", solve=lambda: run(20), check=lambda: run(25), points=points)


def american_put():
    """The binomial tree of Cox, Ross and Rubinstein at the last moment."""
    prices = np.linspace(0.5, 1.5, 21)

    def run(n):
        dt = 1 / n
        up = math.exp(0.2 * math.sqrt(dt))
        p = (math.exp(0.05 * dt) - 1 / up) / (up - 1 / up)
        out = []
        for s in prices:
            v = np.maximum(1 - s * up ** np.arange(-n, n + 1, 2.0), 0)
            for i in range(n - 1, -1, -1):
                v = math.exp(-0.05 * dt) * (p * v[1:] + (1 - p) * v[:-1])
                v = np.maximum(v, 1 - s * up ** np.arange(-i, i + 1, 2.0))
            out.append([v[0]])
        return np.array(out)

    return dict(method="binomial tree, 500 steps, 21 prices", solve=lambda: run(500), check=lambda: run(1000), points=np.array([[s, 1.0] for s in prices]))


def bvp(f, ends, low, high, y0):
    x = np.linspace(low, high, 201)

    def run(tol):
        found = solve_bvp(f, ends, np.linspace(low, high, 21), np.zeros((y0, 21)), tol=tol, max_nodes=100000)
        return found.sol(x)[:1].T

    return dict(method="scipy solve_bvp, 1e-8", solve=lambda: run(1e-8), check=lambda: run(1e-11), points=x[:, None])


def euler_beam():
    return bvp(lambda x, y: np.array([y[1], y[2], y[3], -1 + 0 * x]), lambda a, b: np.array([a[0], a[1], b[2], b[3]]), 0, 1, 4)


def poisson_right(condition):
    return bvp(lambda x, y: np.array([y[1], 2 + 0 * x]), lambda a, b: np.array([a[0], condition(b)]), -1, 1, 2)


names = {
    "Lotka_Volterra": lotka_volterra,
    "ode_system": ode_system,
    "ode_2nd": ode_2nd,
    "Allen_Cahn": allen_cahn,
    "Burgers": burgers,
    "diffusion_1d": diffusion_1d,
    "heat": heat,
    "Schrodinger": schrodinger,
    "Poisson_Lshape": l_shape,
    "Helmholtz_Sound_hard_ABC_2d": sound_hard,
    "american_put": american_put,
    "Euler_beam": euler_beam,
    "Poisson_Neumann_1d": lambda: poisson_right(lambda b: b[1] - 4),
    "Poisson_Robin_1d": lambda: poisson_right(lambda b: b[1] - b[0]),
    "Poisson_Dirichlet_1d": lambda: poisson_1d(lambda x: -np.pi**2 * np.sin(np.pi * x), -1, 1, (0, 0), 30),
    "Poisson_multiscale_1d": lambda: poisson_1d(lambda x: -((2 * np.pi) ** 2) * np.sin(2 * np.pi * x) - 0.1 * (50 * np.pi) ** 2 * np.sin(50 * np.pi * x), 0, 1, (0, 0), 160),
}

if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(json.dumps(sorted(names)))
        sys.exit()
    case = names[sys.argv[1]]()
    began = time.process_time()
    values = case["solve"]()
    seconds = time.process_time() - began
    better = case["check"]()
    columns = case.get("columns", values.shape[1])
    error = float(np.linalg.norm(values[:, :columns] - better[:, :columns]) / np.linalg.norm(better[:, :columns]))
    out = dict(method=case["method"], processorSeconds=seconds, error=error, points=case["points"].tolist(), values=better[:, :columns].tolist())
    print(json.dumps(out))
