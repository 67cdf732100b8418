"""Inverse examples of DeepXDE: a direct method inside of Levenberg and Marquardt's, from the first guesses of the texts. The error is the worst constant's, or the field's."""
import functools
import json
import pathlib
import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import least_squares
from .examples import fractional_ball
from .grids import between, chebyshev, clenshaw, march, pi, relative


@functools.cache
def data(example):
    """Points of the first quantity, and values of all, column by column."""
    path = pathlib.Path(__file__).parents[3] / "examples/deepxde/inverse.json"
    seen = next(e for e in json.loads(path.read_text()) if e["example"] == example)["problem"]["observations"]
    return np.array(seen[0]["points"]), np.array([o["values"] for o in seen]).T


def fitted(misfit, guess, truth):
    found = least_squares(misfit, guess, method="lm", xtol=1e-14, ftol=1e-14, gtol=1e-14).x
    return float(np.abs(found / np.array(truth) - 1).max())


def lorenz(example, force):
    def solve(n, tol):
        """Begun by the balance of each equation over time, with splines through the data; n is not looked at."""
        t, seen = data(example)
        times, start = np.hstack([0, t]), np.array([-8.0, 7, 27])
        path = CubicSpline(times, np.vstack([start, seen]))
        fine = np.linspace(0, 3, 601)
        a, b, c = path(fine).T
        whole = lambda f: CubicSpline(fine, f).antiderivative()(times)
        change = np.vstack([start, seen]) - start
        shares = whole(b - a), whole(a), whole(-c)
        rests = change[:, 0], change[:, 1] + whole(a * c + b), change[:, 2] - whole(a * b + force * np.sin(2 * pi * fine))
        guess = [np.linalg.lstsq(s[:, None], r, None)[0][0] for s, r in zip(shares, rests)]

        def misfit(p):
            f = lambda s, y: [p[0] * (y[1] - y[0]), y[0] * (p[1] - y[2]) - y[1], y[0] * y[1] - p[2] * y[2] + force * np.sin(2 * pi * s)]
            return (march(f, start, times, tol / 10)[1:] - seen).ravel()

        return fitted(misfit, guess, [10, 15, 8 / 3])

    return solve


def brinkman(n, tol):
    """Of the logarithms of both constants."""
    points, seen = data("brinkman_forchheimer")
    x, d = chebyshev(n, 0, 1)
    d2, at = d @ d, between(x, points)

    def misfit(p):
        viscosity, permeability = np.exp(p)
        a, b = -viscosity / 0.4 * d2 + 0.001 / permeability * np.eye(n + 1), np.ones(n + 1)
        for i in (0, -1):
            a[i], b[i] = np.eye(n + 1)[i], 0
        return at @ np.linalg.solve(a, b) - seen[:, 0]

    found = np.exp(least_squares(misfit, np.log([0.1, 0.1]), method="lm", xtol=1e-15, ftol=1e-15, gtol=1e-15).x)
    return float(np.abs(found / 0.001 - 1).max())


def diffusion_constant(n, tol):
    """Diagonalised, exact in time."""
    points, seen = data("diffusion_1d_inverse")
    x, d = chebyshev(n, -1, 1)
    l, p = np.linalg.eig((d @ d)[1:-1, 1:-1])
    start = np.linalg.solve(p, np.sin(pi * x[1:-1]))
    at = between(x, points[:, 0])[:, 1:-1] @ p

    def misfit(c):
        rates = abs(c[0]) * l
        fall = np.exp(rates)
        return (at @ (fall * start + (pi**2 - 1) * start * (np.exp(-1) - fall) / (-1 - rates))).real - seen[:, 0]

    return fitted(misfit, [2.0], [1])


def reaction_rate(n, tol):
    """The rate as a polynomial of degree n; the solution with twice as many nodes."""
    points, seen = data("diffusion_reaction_rate")
    x, d = chebyshev(2 * n, 0, 1)
    nodes = chebyshev(n, 0, 1)[0]
    inner, spread = slice(1, -1), between(nodes, x)
    d2, at, right = 0.01 * (d @ d)[inner, inner], between(x, points)[:, inner], np.sin(2 * pi * x[inner])
    misfit = lambda k: at @ np.linalg.solve(d2 - np.diag((spread @ k)[inner]), right) - seen[:, 0]

    def slope(k):
        a = np.linalg.inv(d2 - np.diag((spread @ k)[inner]))
        return at @ a @ ((a @ right)[:, None] * spread[inner])

    found = least_squares(misfit, np.ones(n + 1), slope, method="lm").x
    truth = 0.1 + np.exp(-((nodes - 0.5) ** 2) / 0.045)
    return relative(found, truth, clenshaw(n))


def field(n, tol):
    """The second derivative of the polynomial of degree n that fits the data best."""
    points, seen = data("elliptic_inverse_field")
    x, d = chebyshev(n, -1, 1)
    u = np.linalg.lstsq(between(x, points), seen[:, 0], None)[0]
    return relative(d @ d @ u, -(pi**2) * np.sin(pi * x), clenshaw(n))


def order_line(n, tol):
    """An odd function of the ball of one dimension is x times a radial one of the ball of three (Dyda, Kuznetsov and Kwasnicki 2017)."""
    points, seen = data("fractional_Poisson_1d_inverse")
    u = lambda a: points * fractional_ball(a[0], 3, lambda s: 4.69417420574042 + 0 * s, n, np.abs(points))
    return fitted(lambda a: u(a) - seen[:, 0], [1.5], [1.8])


def order_disk(n, tol):
    points, seen = data("fractional_Poisson_2d_inverse")
    r = np.hypot(*points.T)
    u = lambda a: fractional_ball(a[0], 2, lambda s: 6.11992755682532 * (1 - 1.9 * s), n, r)
    return fitted(lambda a: u(a) - seen[:, 0], [1.5], [1.8])


def reaction(n, tol):
    """Central differences, and Radau's method with the exact Jacobian."""
    points, seen = data("reaction_inverse")
    x = np.linspace(0, 1, n + 1)
    m, inner = n - 1, slice(1, -1)
    lap = n**2 * (np.diag(np.full(m, -2.0)) + np.diag(np.ones(m - 1), 1) + np.diag(np.ones(m - 1), -1))
    edge = np.zeros(m)
    edge[0] = n**2
    times, places = np.unique(points[:, 1]), np.unique(points[:, 0])
    at = np.array([np.interp(places, x, row) for row in np.eye(n + 1)]).T
    number = np.searchsorted(times, points[:, 1]), np.searchsorted(places, points[:, 0])

    def misfit(p):
        rate, d = p[0], 0.001 * p[1]

        def f(s, y):
            a, b = y[:m], y[m:]
            return np.hstack([d * (lap @ a + edge) - rate * a * b**2, d * (lap @ b + edge) - 2 * rate * a * b**2])

        def jac(s, y):
            a, b = y[:m], y[m:]
            ja, jb = np.diag(rate * b**2), np.diag(2 * rate * a * b)
            return np.block([[d * lap - ja, -jb], [-2 * ja, d * lap - 2 * jb]])

        start = np.exp(-20 * x[inner])
        y = march(f, np.hstack([start, start]), np.hstack([0, times]), tol / 10, True, jac)[1:]
        fields = [np.hstack([np.ones((len(times), 1)), part, np.zeros((len(times), 1))]) @ at.T for part in (y[:, :m], y[:, m:])]
        return np.hstack([u[number] for u in fields]) - seen.T.ravel()

    return fitted(misfit, [0.05, 1], [0.1, 2])
