"""Nodes, derivatives, weights and steps in time that the classical methods of the suite share."""
import numpy as np
from scipy.integrate import solve_ivp

pi = np.pi


def derivative(x):
    """Differentiation matrix of the polynomial through any nodes (Berrut and Trefethen 2004, section 9)."""
    n = len(x)
    gap = x[:, None] - x[None, :] + np.eye(n)
    w = 1 / np.prod(gap * 4 / (x.max() - x.min()), axis=1)
    d = w[None, :] / w[:, None] / gap
    np.fill_diagonal(d, 0)
    np.fill_diagonal(d, -d.sum(axis=1))
    return d


def chebyshev(n, low, high):
    """Nodes and differentiation matrix (Trefethen, Spectral Methods in MATLAB, chapter 6), ascending."""
    x = np.cos(pi * np.arange(n + 1) / n)
    c = np.hstack([2, np.ones(n - 1), 2]) * (-1) ** np.arange(n + 1)
    d = np.outer(c, 1 / c) / (x[:, None] - x[None, :] + np.eye(n + 1))
    d -= np.diag(d.sum(axis=1))
    half = (high - low) / 2
    return low + half * (x[::-1] + 1), d[::-1, ::-1] / half


def between(x, at):
    """Matrix that takes values at Chebyshev nodes x to values of their polynomial at other points."""
    w = (-1.0) ** np.arange(len(x))
    w[[0, -1]] /= 2
    gap = np.asarray(at)[:, None] - x[None, :]
    hit = np.abs(gap) < 1e-13
    m = w / np.where(hit, 1, gap)
    m /= m.sum(axis=1)[:, None]
    rows = hit.any(axis=1)
    m[rows] = hit[rows]
    return m


def clamped(d):
    """
    Polynomials with given values and slopes at both ends: u = e @ (values at the nodes 2 to n - 2) + lift @ (value, value, slope, slope), low end first.
    """
    n = len(d) - 1
    inner, near, ends = np.arange(2, n - 1), [1, n - 1], [0, n]
    solve = np.linalg.inv(d[np.ix_(ends, near)])
    e, lift = np.zeros((n + 1, n - 3)), np.zeros((n + 1, 4))
    e[inner, inner - 2] = 1
    e[near] = -solve @ d[np.ix_(ends, inner)]
    lift[ends, [0, 1]] = 1
    lift[near] = np.hstack([-solve @ d[np.ix_(ends, ends)], solve])
    return e, lift


def clenshaw(n):
    """Weights of Clenshaw and Curtis on [-1, 1], up to their sum."""
    k = np.arange(0, n + 1)
    w = np.zeros(n + 1)
    for j in range(0, n // 2 + 1):
        b = 1 if j in (0, n / 2) else 2
        w += b / (1 - 4 * j * j) * np.cos(2 * j * k * pi / n)
    w[[0, -1]] /= 2
    return w


def relative(found, truth, weights=None):
    w = 1 if weights is None else weights
    return float(np.sqrt((w * np.abs(found - truth) ** 2).sum() / (w * np.abs(truth) ** 2).sum()))


def march(f, u0, times, tol, stiff=False, jac=None):
    tol = max(tol, 3e-14)
    more = {"jac": jac} if stiff else {}
    return solve_ivp(f, (times[0], times[-1]), u0, "Radau" if stiff else "DOP853", times, rtol=tol, atol=tol, **more).y.T


def etdrk4(l, f, v, until, steps, moments):
    """v' = l v + f(v) with l of numbers, values at so many moments (Kassam and Trefethen 2005, doi:10.1137/S1064827502410633)."""
    h = until / steps
    z = h * l[..., None] + np.exp(2j * pi * (np.arange(32) + 0.5) / 32)
    part = (lambda w: w.mean(axis=-1).real) if np.isrealobj(l) else (lambda w: w.mean(axis=-1))
    whole, half, q = np.exp(h * l), np.exp(h * l / 2), h * part((np.exp(z / 2) - 1) / z)
    one = h * part((-4 - z + np.exp(z) * (4 - 3 * z + z**2)) / z**3)
    two = h * part((2 + z + np.exp(z) * (z - 2)) / z**3)
    four = h * part((-4 - 3 * z - z**2 + np.exp(z) * (4 - z)) / z**3)
    kept = [v]
    for i in range(steps):
        fv = f(v)
        a = half * v + q * fv
        fa = f(a)
        b = half * v + q * fa
        fb = f(b)
        c = half * a + q * (2 * fb - fv)
        v = whole * v + one * fv + 2 * two * (fa + fb) + four * f(c)
        if (i + 1) % (steps // moments) == 0:
            kept.append(v)
    return np.array(kept)


known = {}


def reference(name, make):
    """A truth that is made once."""
    if name not in known:
        known[name] = make()
    return known[name]
