"""Examples of DeepXDE that are not in the suite."""
import math
import numpy as np
from scipy import sparse
from scipy.fft import dst
from scipy.linalg import solve_banded
from scipy.sparse.linalg import spsolve
from scipy.special import eval_jacobi, gamma, jv, ndtr, yv
from .evolution import with_ends
from .grids import between, chebyshev, clenshaw, march, pi, reference, relative
from .steady import held, line, solved_box


def ode(f, start, until, exact):
    """An initial value problem at a hundred times; n is not looked at."""

    def solve(n, tol):
        t = np.linspace(0, until, 101)
        return relative(march(f, start, t, tol / 100)[:, : len(exact(0.0))], np.array([exact(s) for s in t]))

    return solve


ode_system = ode(lambda t, y: [y[1], -y[0]], [0, 1], 10, lambda t: [np.sin(t), np.cos(t)])
ode_2nd = ode(lambda t, y: [y[1], 10 * y[1] - 9 * y[0] + 5 * t], [-1, 2], 0.25, lambda t: [50 / 81 + 5 * t / 9 - 2 * np.exp(t) + 31 / 81 * np.exp(9 * t)])


def lotka_volterra(n, tol, truth=True):
    f = lambda t, y: [20 * (2 * y[0] - 8 * y[0] * y[1]), 20 * (4 * y[0] * y[1] - 1.06 * y[1])]
    y = march(f, [0.5, 0.075], np.linspace(0, 1, 101), tol / 100)
    return y if not truth else relative(y, reference("lotka", lambda: lotka_volterra(n, 0, False)))


def poisson_dirichlet(n, tol):
    return line(n, -1, 1, lambda x, d: -d @ d, lambda x: pi**2 * np.sin(pi * x), held, lambda x: np.sin(pi * x))


def poisson_five_waves(n, tol):
    k = np.array([1, 2, 3, 4, 8])[:, None]
    rows = lambda d: [(0, np.eye(n + 1)[0], 0), (-1, np.eye(n + 1)[-1], pi)]
    return line(n, 0, pi, lambda x, d: -d @ d, lambda x: (k * np.sin(k * x)).sum(axis=0), rows, lambda x: x + (np.sin(k * x) / k).sum(axis=0))


def parabola(slope):
    """u'' = 2 with u(-1) = 0 and u' = slope of u, or 4, at the other end."""

    def solve(n, tol):
        rows = lambda d: [(0, np.eye(n + 1)[0], 0), (-1, d[-1] - slope * np.eye(n + 1)[-1], 4 * (1 - slope))]
        return line(n, -1, 1, lambda x, d: d @ d, lambda x: 0 * x + 2, rows, lambda x: (x + 1) ** 2)

    return solve


def poisson_periodic(n, tol):
    x = -1 + 2 * np.arange(n) / n
    k = pi * np.arange(n // 2 + 1)
    f = np.fft.rfft(pi**2 * np.sin(pi * x))
    f[1:] /= k[1:] ** 2
    f[0] = 0
    return relative(np.fft.irfft(f, n), np.sin(pi * x))


def integral_from_start(d):
    """Matrix of the integral from the first node."""
    s = np.zeros(d.shape)
    s[1:, 1:] = np.linalg.inv(d[1:, 1:])
    return s


def volterra(n, tol):
    kernel = lambda x, d: d + np.eye(n + 1) - np.exp(-x)[:, None] * integral_from_start(d) * np.exp(x)
    return line(n, 0, 5, kernel, lambda x: 0 * x, lambda d: [(0, np.eye(n + 1)[0], 1)], lambda x: np.exp(-x) * np.cosh(x))


def ide(n, tol):
    right = lambda x: 2 * pi * np.cos(2 * pi * x) + np.sin(pi * x) ** 2 / pi
    return line(n, 0, 1, lambda x, d: integral_from_start(d) + d, right, lambda d: [(0, np.eye(n + 1)[0], 0)], lambda x: np.sin(2 * pi * x))


def laplace_disk(n, tol):
    """Each mode of the angle has an equation of its own in the radius; in the centre the mean has no slope, the others vanish."""
    r, d = chebyshev(n, 0, 1)
    angle = 2 * pi * np.arange(n) / n
    k = np.arange(n // 2 + 1)
    a = r[:, None] ** 2 * (d @ d) + r[:, None] * d - (k**2)[:, None, None] * np.eye(n + 1)
    a[0, 0], a[:, -1] = d[0], np.eye(n + 1)[-1]
    b = np.zeros((len(k), n + 1, 1), complex)
    b[:, -1, 0] = np.fft.rfft(np.cos(angle))
    found = np.fft.irfft(np.linalg.solve(a, b)[:, :, 0].T, n)
    return relative(found, r[:, None] * np.cos(angle), (clenshaw(n) * r)[:, None])


def helmholtz_hole(n, tol):
    """A particular solution on the square without its hole, and Bessel functions in the middle of the hole that meet the conditions in least squares."""
    k = 2 * pi
    x, u = solved_box(n, -0.5, 0.5, 2, lambda x, y: k**2 * np.sin(k * x) * np.sin(k * y), lambda x, y: 0 * x * y, k**2)
    d = chebyshev(n, -0.5, 0.5)[1]
    exact = lambda x, y: np.sin(k * x) * np.sin(k * y)
    angle, side = 2 * pi * np.arange(4 * n) / (4 * n), x[:-1]
    cos, sin, half = np.cos(angle), np.sin(angle), 0.5 + 0 * side
    edge = np.vstack([np.hstack([side, half, -side, -half]), np.hstack([-half, side, half, -side])])
    m = np.arange(n // 2 + 1)[:, None]

    def series(x, y, normal=False):
        """Columns J and Y of order m, J of size 1 near the corners and Y on the circle, times cos and sin."""
        r, t = np.hypot(x, y), np.arctan2(y, x)
        parts = []
        for f, size in ((jv, jv(m, k * 0.7)), (yv, yv(m, k * 0.25))):
            radial = k * (f(m - 1, k * r) - f(m + 1, k * r)) / 2 if normal else f(m, k * r)
            parts += [radial / size * np.cos(m * t), (radial / size * np.sin(m * t))[1:]]
        return np.vstack(parts).T

    at = lambda f, x0, y0: np.einsum("pi,ij,pj->p", between(x, x0), f, between(x, y0))
    cx, cy = 0.25 * cos, 0.25 * sin
    slope = cos * k * np.cos(k * cx) * np.sin(k * cy) + sin * k * np.sin(k * cx) * np.cos(k * cy)
    right = np.hstack([slope - cos * at(d @ u, cx, cy) - sin * at(u @ d.T, cx, cy), exact(*edge)])
    c = np.linalg.lstsq(np.vstack([series(cx, cy, True), series(*edge)]), right, 1e-14)[0]
    z = np.linspace(-0.49, 0.49, 25)
    px, py = (p.ravel() for p in np.meshgrid(z, z))
    out = px**2 + py**2 > 0.0625
    px, py = px[out], py[out]
    return relative(at(u, px, py) + series(px, py) @ c, exact(px, py))


def l_shape(n, tol, truth=True):
    """Five-point differences with h = 1/(10 n); the truth is extrapolated, for the corner's error falls with h^(4/3)."""
    m = 20 * n - 1
    x = np.arange(1, m + 1) - 10 * n
    keep = ((x[:, None] < 0) | (x[None, :] < 0)).ravel()
    axis = sparse.diags([-1.0, 2.0, -1.0], [-1, 0, 1], (m, m))
    a = (sparse.kron(axis, sparse.eye(m)) + sparse.kron(sparse.eye(m), axis)).tocsr()[keep][:, keep]
    u = np.zeros(keep.size)
    u[keep] = spsolve(a.tocsc(), np.full(keep.sum(), 0.01 / n**2), "MMD_AT_PLUS_A")
    u = u.reshape(m, m)[n - 1 :: n, n - 1 :: n]
    better = lambda: (2 ** (4 / 3) * l_shape(24, tol, False) - l_shape(12, tol, False)) / (2 ** (4 / 3) - 1)
    return u if not truth else relative(u, reference("l-shape", better))


def american_put(n, tol, truth=True):
    """The binomial tree of Cox, Ross and Rubinstein at the last moment, for 21 prices at once."""
    prices = np.linspace(0.5, 1.5, 21)[:, None]
    dt = 1 / n
    up = math.exp(0.2 * math.sqrt(dt))
    p, fall = (math.exp(0.05 * dt) - 1 / up) / (up - 1 / up), math.exp(-0.05 * dt)
    v = np.maximum(1 - prices * up ** np.arange(-n, n + 1, 2.0), 0)
    for i in range(n - 1, -1, -1):
        v = np.maximum(fall * (p * v[:, 1:] + (1 - p) * v[:, :-1]), 1 - prices * up ** np.arange(-i, i + 1, 2.0))
    return v if not truth else relative(v, reference("put", lambda: american_put(2000, tol, False)))


def black_scholes(n, tol):
    """Central differences, Crank and Nicolson's steps after four implicit ones of half the length (Rannacher)."""
    strike, rate, deviation = 50, 0.05, 0.2
    s = np.linspace(0, 150, 3 * n + 1)
    i = np.arange(1, 3 * n)
    down, up = 0.5 * (deviation**2 * i**2 - rate * i), 0.5 * (deviation**2 * i**2 + rate * i)
    a = np.vstack([np.hstack([0, up[:-1]]), -(down + up + rate), np.hstack([down[1:], 0])])
    end = lambda t: 150 - strike * math.exp(-rate * t)
    steps = 10 * max(1, n // 40)
    h = 1 / steps

    def moved(u, t, h, share):
        """A step with that share of the implicit side."""
        right = u + (1 - share) * h * (a[1] * u + np.hstack([a[0, 1:] * u[1:], up[-1] * end(t)]) + np.hstack([0, a[2, :-1] * u[:-1]]))
        right[-1] += share * h * up[-1] * end(t + h)
        return solve_banded((1, 1), np.array([[0], [1], [0]]) - share * h * a, right)

    def exact(t):
        d = (np.log(s[1:-1] / strike) + (rate + deviation**2 / 2) * t) / (deviation * np.sqrt(t))
        return s[1:-1] * ndtr(d) - strike * np.exp(-rate * t) * ndtr(d - deviation * np.sqrt(t))

    u = np.maximum(s - strike, 0)[1:-1]
    found, truth = [], []
    for step in range(steps):
        t = step * h
        if step < 2:
            u = moved(moved(u, t, h / 2, 1), t + h / 2, h / 2, 1)
        else:
            u = moved(u, t, h, 0.5)
        if (step + 1) % (steps // 10) == 0:
            found.append(u)
            truth.append(exact(t + h))
    return relative(np.array(found), np.array(truth))


def sines(low, high, diffusion, forced):
    """u_t = diffusion u_xx + forced e^(-t) sin that begins as that sine: all modes, exact in time."""

    def solve(n, tol):
        x = low + (high - low) * np.arange(1, n) / n
        wave = np.sin(pi * x)
        k = pi * np.arange(1, n) / (high - low)
        c = dst(wave, 1) / (2 * n)
        l, t = diffusion * k**2, np.linspace(0, 1, 21)[:, None]
        found = dst(c * (np.exp(-l * t) + forced * (np.exp(-t) - np.exp(-l * t)) / (l - 1)), 1)
        return relative(found, np.exp(-(1 if forced else diffusion * pi**2) * t) * wave)

    return solve


diffusion, rod = sines(-1, 1, 1, pi**2 - 1), sines(0, 1, 0.4, 0)


def allen_cahn_ends(n, tol, truth=True):
    start, t = lambda x: x**2 * np.cos(pi * x), np.linspace(0, 1, 21)
    x, u = with_ends(n, -1, 1, t, tol, start, lambda s: (-1, -1), 1e-3, lambda u, ux: 5 * (u - u**3), lambda u, ux: (5 - 15 * u**2, 0 * u))
    u = u @ between(x, np.linspace(-1, 1, 101)).T
    return u if not truth else relative(u, reference("allen-cahn-ends", lambda: allen_cahn_ends(256, 1e-7, False)))


def riemann(x, alpha):
    """Matrices of the left and right derivatives of order alpha at the inner nodes of [0, 1], of polynomials that vanish at the ends, by their powers."""
    n = len(x) - 1
    k = np.arange(1, n + 1)
    powers = x[1:, None] ** k
    left = (gamma(k + 1) / gamma(k + 1 - alpha) * x[1:-1, None] ** (k - alpha)) @ np.linalg.inv(powers)
    left = left[:, :-1]
    return left, left[::-1, ::-1]


def cubic_source(x, alpha):
    """The left derivative of x^3 (1 - x)^3."""
    return sum(c * gamma(k + 1) / gamma(k + 1 - alpha) * x ** (k - alpha) for k, c in ((3, 1), (4, -3), (5, 3), (6, -1)))


def fractional_line(n, tol):
    x = chebyshev(n, 0, 1)[0]
    left, right = riemann(x, 1.5)
    y = x[1:-1]
    found = np.linalg.solve(left + right, cubic_source(y, 1.5) + cubic_source(1 - y, 1.5))
    return relative(found, y**3 * (1 - y) ** 3)


def fractional_diffusion(n, tol):
    """The matrix is diagonalised, the forcing falls as exp(-t): exact in time."""
    x = chebyshev(n, 0, 1)[0]
    left, right = riemann(x, 1.8)
    y, t = x[1:-1], np.linspace(0, 1, 21)[:, None]
    l, p = np.linalg.eig(left + right)
    bump = y**3 * (1 - y) ** 3
    c, f = np.linalg.solve(p, bump), np.linalg.solve(p, -(bump + cubic_source(y, 1.8) + cubic_source(1 - y, 1.8)))
    found = (np.exp(l * t) * c + f * (np.exp(l * t) - np.exp(-t)) / (l + 1)) @ p.T
    return relative(found.real, np.exp(-t) * bump)


def fractional_ball(alpha, dimension, source, n, r):
    """The fractional Laplacian of a radial function on the ball is diagonal in Jacobi's polynomials (Dyda, Kuznetsov and Kwasnicki 2017). Values at radii."""
    k = np.arange(n)[:, None]
    s = 0.5 + 0.5 * np.cos(pi * (np.arange(n) + 0.5) / n)
    basis = lambda s: eval_jacobi(k, alpha / 2, dimension / 2 - 1, 2 * s - 1)
    values = 2**alpha * gamma(alpha / 2 + k + 1) * gamma((dimension + alpha) / 2 + k) / (gamma(k + 1) * gamma(dimension / 2 + k))
    c = np.linalg.solve((values * basis(s)).T, source(s))
    return (1 - r**2) ** (alpha / 2) * (c @ basis(r**2))


def fractional_poisson(dimension):
    def solve(n, tol):
        f = 2**1.8 * gamma(2.9) * gamma((dimension + 1.8) / 2) / gamma(dimension / 2)
        r = np.linspace(0, 0.99, 50)
        found = fractional_ball(1.8, dimension, lambda s: f * (1 - (1 + 1.8 / dimension) * s), n, r)
        return relative(found, (1 - r**2) ** 1.9, r ** (dimension - 1))

    return solve
