"""Problems with time between ends."""
import numpy as np
from scipy.fft import dstn, idstn
from .grids import chebyshev, clamped, clenshaw, march, pi, relative


def heat(n, tol):
    """diffusion-reaction: sines diagonalise it."""
    k = np.array([1, 2, 3, 4, 8])
    x = np.linspace(-pi, pi, n)
    t = np.linspace(0, 1, 21)
    forced = np.array([0, 1.5, 8 / 3, 15 / 4, 63 / 8])
    c = np.exp(-np.outer(t, k**2)) / k
    for i, kk in enumerate(k):
        if kk > 1:
            c[:, i] += forced[i] * (np.exp(-t) - np.exp(-(kk**2) * t)) / (kk**2 - 1)
    truth = sum(np.exp(-t)[:, None] * np.sin(kk * x) / kk for kk in k)
    return relative(c @ np.sin(np.outer(k, x)), truth)


def klein_gordon(n, tol):
    x, d = chebyshev(n, -1, 1)
    d2 = d @ d
    t = np.linspace(0, 10, 21)

    def f(s, y):
        u, v = y[: n + 1].copy(), y[n + 1 :].copy()
        u[[0, -1]] = x[[0, -1]] * np.cos(s)
        a = d2 @ u - u**2 - x * np.cos(s) + x**2 * np.cos(s) ** 2
        return np.hstack([v, a])

    y = march(f, np.hstack([x, 0 * x]), t, tol / 10)
    return relative(y[:, 1:n], x[1:n] * np.cos(t)[:, None])


def wave(n, tol):
    k = np.arange(1, n)
    x = np.arange(1, n) / n
    s = np.sin(pi * np.outer(x, k))
    c = 2 / n * s @ (np.sin(pi * x) + np.sin(2 * pi * x))
    t = np.linspace(0, 1, 41)
    truth = np.sin(pi * x) * np.cos(10 * pi * t)[:, None] + np.sin(2 * pi * x) * np.cos(20 * pi * t)[:, None]
    return relative((np.cos(10 * pi * np.outer(t, k)) * c) @ s.T, truth)


def parabolic(n, tol):
    x, d = chebyshev(n, 0, 1)
    d2 = d @ d
    t = np.linspace(0, 1, 21)
    exact = lambda s: (np.exp(s) * np.cos(3 * x), np.exp(-2 * s) * np.sin(5 * x))
    inner = slice(1, -1)

    def f(s, y):
        eu, ew = exact(s)
        u, w = eu.copy(), ew.copy()
        u[inner], w[inner] = y[: n - 1], y[n - 1 :]
        su, sw = eu + 9 * eu + eu - 2 * ew, -2 * ew - eu + 0.3 * 25 * ew - ew
        return np.hstack([(d2 @ u - u + 2 * w + su)[inner], (u + 0.3 * d2 @ w + w + sw)[inner]])

    start = np.hstack([e[inner] for e in exact(0)])
    truth = np.array([np.hstack([e[inner] for e in exact(s)]) for s in t])
    return relative(march(f, start, t, tol / 10, True), truth)


def two_unknowns(n, tol):
    """Both unknowns vanish on all edges: sines along both axes."""
    k = pi * np.arange(1, n)
    x, y = np.meshgrid(k / n / pi, k / n / pi, indexing="ij")
    square = k[:, None] ** 2 + k[None, :] ** 2
    lap = lambda u: idstn(-square * dstn(u, 1), 1)
    shapes = np.sin(pi * x) * np.sin(2 * pi * y), np.sin(2 * pi * x) * np.sin(pi * y)
    t = np.linspace(0, 1, 21)

    def f(s, w):
        u, v = w.reshape(2, n - 1, n - 1)
        eu, ev = np.exp(-s) * shapes[0], np.cos(s) * shapes[1]
        su = -eu + 0.5 * pi**2 * eu - eu + eu**3 + ev
        sv = -np.sin(s) * shapes[1] + 0.25 * pi**2 * ev - eu + ev
        return np.hstack([(0.1 * lap(u) + u - u**3 - v + su).ravel(), (0.05 * lap(v) + u - v + sv).ravel()])

    truth = np.array([np.hstack([np.exp(-s) * shapes[0].ravel(), np.cos(s) * shapes[1].ravel()]) for s in t])
    return relative(march(f, truth[0], t, tol / 10), truth)


def with_ends(n, low, high, t, tol, start, ends, diffusion, rate, slope):
    """u_t = diffusion u_xx + rate(u, u_x) with ends(s) at both ends; slope gives the derivatives of rate. Nodes, and values at the times."""
    x, d = chebyshev(n, low, high)
    d2, inner = diffusion * d @ d, slice(1, -1)

    def full(s, y):
        low_end, high_end = ends(s)
        return np.hstack([low_end, y, high_end])

    def f(s, y):
        u = full(s, y)
        return (d2 @ u + rate(u, d @ u))[inner]

    def jac(s, y):
        u = full(s, y)
        by_value, by_slope = slope(u, d @ u)
        return (d2 + np.diag(by_value) + by_slope[:, None] * d)[inner, inner]

    found = march(f, start(x[inner]), t, tol / 10, True, jac)
    return x, np.array([full(s, y) for s, y in zip(t, found)])


def fixed_ends(n, low, high, t, tol, exact, diffusion, rate, slope):
    """The same for a solution that is known."""
    x, found = with_ends(n, low, high, t, tol, lambda x: exact(x, t[0]), lambda s: exact(np.array([low, high]), s), diffusion, rate, slope)
    return relative(found, np.array([exact(x, s) for s in t]), clenshaw(n))


def nagumo(n, tol):
    exact = lambda x, s: 1 / (1 + np.exp((x - np.sqrt(2) / 4 * s) / np.sqrt(2)))
    slope = lambda u, ux: (-3 * u**2 + 2.5 * u - 0.25, 0 * u)
    return fixed_ends(n, -20, 20, np.linspace(0, 20, 21), tol, exact, 1, lambda u, ux: u * (1 - u) * (u - 0.25), slope)


def burgers_step(n, tol):
    exact = lambda x, s: 0.5 - 0.5 * np.tanh((x + 0.4 - s / 2) / 0.04)
    return fixed_ends(n, -1, 1, np.linspace(0, 1, 21), tol, exact, 0.01, lambda u, ux: -u * ux, lambda u, ux: (-ux, -u))


def kuramoto_sivashinsky(n, tol):
    """Values and slopes at both ends are built into the polynomial."""
    x, d = chebyshev(n, -10, 10)
    e, lift = clamped(d)
    powers = [np.linalg.matrix_power(d, k) for k in range(5)]
    linear = -(powers[2] + 4 * powers[3] + powers[4])[2:-2]
    h = lambda x, s: np.tanh(s - x / 2)
    exact = lambda x, s: 11 + 15 * h(x, s) - 15 * h(x, s) ** 2 - 15 * h(x, s) ** 3
    slope = lambda x, s: -0.5 * (15 - 30 * h(x, s) - 45 * h(x, s) ** 2) * (1 - h(x, s) ** 2)
    ends = x[[0, -1]]
    full = lambda s, y: e @ y + lift @ np.hstack([exact(ends, s), slope(ends, s)])
    inner_d, linear_e, d_e = d[2:-2], linear @ e, (d @ e)[2:-2]

    def f(s, y):
        u = full(s, y)
        return linear @ u - y * (inner_d @ u)

    def jac(s, y):
        return linear_e - np.diag(inner_d @ full(s, y)) - y[:, None] * d_e

    t = np.linspace(0, 1, 21)
    truth = np.array([exact(x[2:-2], s) for s in t])
    return relative(march(f, truth[0], t, tol / 10, True, jac), truth, clenshaw(n)[2:-2])
