"""Problems without time."""
import math
import numpy as np
from .grids import chebyshev, clenshaw, pi, relative


def line(n, low, high, operator, right, rows, exact):
    """A linear equation of one axis; rows are conditions in the place of the equation at a node."""
    x, d = chebyshev(n, low, high)
    a, b = operator(x, d), right(x)
    for at, row, value in rows(d):
        a[at], b[at] = row, value
    return relative(np.linalg.solve(a, b), exact(x), clenshaw(n))


def held(d):
    """Zero at both ends."""
    return [(i, np.eye(len(d))[i], 0) for i in (0, -1)]


def euler_beam(n, tol):
    def rows(d):
        d2 = d @ d
        return [(0, np.eye(n + 1)[0], 0), (1, d[0], 0), (-1, d2[-1], 0), (-2, (d2 @ d)[-1], 0)]

    exact = lambda x: -x**4 / 24 + x**3 / 6 - x**2 / 4
    return line(n, 0, 1, lambda x, d: np.linalg.matrix_power(d, 4), lambda x: 0 * x - 1, rows, exact)


def boundary_layer(n, tol):
    exact = lambda x: x - (np.exp((x - 1) / 0.02) - np.exp(-50)) / (1 - np.exp(-50))
    return line(n, 0, 1, lambda x, d: -0.02 * d @ d + d, lambda x: 0 * x + 1, held, exact)


def poisson_multiscale(n, tol):
    right = lambda x: -((2 * pi) ** 2) * np.sin(2 * pi * x) - 0.1 * (50 * pi) ** 2 * np.sin(50 * pi * x)
    return line(n, 0, 1, lambda x, d: d @ d, right, held, lambda x: np.sin(2 * pi * x) + 0.1 * np.sin(50 * pi * x))


def along(matrix, values, axis):
    return np.moveaxis(np.tensordot(matrix, values, (1, axis)), 0, axis)


def solved_box(n, low, high, dimension, source, edges, shift=0.0):
    """-lap(u) - shift u = source on a square or cube by diagonalising the second derivative along each axis. Nodes of an axis, and values at all."""
    x, d = chebyshev(n, low, high)
    axes = [x.reshape([-1 if j == i else 1 for j in range(dimension)]) for i in range(dimension)]
    inner = (slice(1, -1),) * dimension
    u, a = np.array(edges(*axes)), -(d @ d)
    u[inner] = 0
    f = source(*axes)[inner] - sum(along(a, u, i)[inner] for i in range(dimension))
    l, p = np.linalg.eig(a[1:-1, 1:-1])
    back, sums = np.linalg.inv(p), np.zeros(f.shape) - shift
    for i in range(dimension):
        f = along(back, f, i)
        sums = sums + l.reshape([-1 if j == i else 1 for j in range(dimension)])
    f = f / sums
    for i in range(dimension):
        f = along(p, f, i)
    u[inner] = f.real
    return x, u


def box(n, low, high, dimension, source, exact, shift=0.0):
    x, u = solved_box(n, low, high, dimension, source, exact, shift)
    axes = np.meshgrid(*[x] * dimension, indexing="ij", sparse=True)
    weights = np.meshgrid(*[clenshaw(n)] * dimension, indexing="ij", sparse=True)
    return relative(u, exact(*axes), math.prod(weights))


def helmholtz(n, tol):
    k = 4 * pi
    wave = lambda x, y: np.sin(k * x) * np.sin(k * y)
    return box(n, 0, 1, 2, lambda x, y: k**2 * wave(x, y), wave, k**2)


def arc_layer(n, tol):
    radius = lambda x, y: np.sqrt((x + 0.05) ** 2 + (y + 0.05) ** 2)
    exact = lambda x, y: np.arctan(20 * (radius(x, y) - 0.7))

    def source(x, y):
        r = radius(x, y)
        s = 20 * (r - 0.7)
        return -(20 / r / (1 + s * s) - 2 * s * 400 / (1 + s * s) ** 2)

    return box(n, 0, 1, 2, source, exact)


def peak_3d(n, tol):
    square = lambda x, y, z: (x - 0.3) ** 2 + (y + 0.2) ** 2 + (z - 0.4) ** 2
    exact = lambda x, y, z: np.exp(-50 * square(x, y, z))
    return box(n, -1, 1, 3, lambda x, y, z: (300 - 10_000 * square(x, y, z)) * exact(x, y, z), exact)


def annulus(n, tol):
    """Each mode of the angle has an equation of its own in the radius: u'' + u'/r - k^2 u/r^2 = 0."""
    r, d = chebyshev(n, 0.4, 1)
    angle = 2 * pi * np.arange(n) / n
    exact = lambda r: np.log(r) + np.cos(angle) * np.sin(angle) / r**2 + r * np.cos(angle)
    k = np.arange(n // 2 + 1)
    a = d @ d + d / r[:, None] - (k**2)[:, None, None] * np.diag(r**-2.0)
    b = np.zeros((len(k), n + 1, 1), complex)
    for i in (0, -1):
        a[:, i] = np.eye(n + 1)[i]
        b[:, i, 0] = np.fft.rfft(exact(r[i]))
    found = np.fft.irfft(np.linalg.solve(a, b)[:, :, 0].T, n)
    return relative(found, exact(r[:, None]), (clenshaw(n) * r)[:, None])


def plate(n, tol):
    """Displacements, the stresses put in; where a stress and a displacement are given on one edge, the other displacement's slope is."""
    lame, mu, q = 1, 0.5, 4
    z, d = chebyshev(n, 0, 1)
    one, m = np.eye(n + 1), (n + 1) ** 2
    x, y = (c.ravel() for c in np.meshgrid(z, z, indexing="ij"))
    dx, dy, xx, yy = np.kron(d, one), np.kron(one, d), np.kron(d @ d, one), np.kron(one, d @ d)
    a = np.block([[(lame + 2 * mu) * xx + mu * yy, (lame + mu) * np.kron(d, d)], [(lame + mu) * np.kron(d, d), mu * xx + (lame + 2 * mu) * yy]])
    wave, bend = np.cos(2 * pi * x) * np.sin(pi * y), q * y**3 * pi * np.cos(pi * x)
    twist = np.cos(pi * y) * np.sin(2 * pi * x)
    fu = lame * (-4 * pi**2 * wave + bend) + mu * (-(pi**2) * wave + bend) - 8 * mu * pi**2 * wave
    fv = lame * (3 * q * y**2 * np.sin(pi * x) - 2 * pi**2 * twist) + mu * (-2 * pi**2 * twist - pi**2 * q * y**4 / 4 * np.sin(pi * x))
    b = np.hstack([fu, fv + 6 * mu * q * y**2 * np.sin(pi * x)])

    def put(where, at, rows, values):
        """Conditions on the unknown whose rows of the matrix begin at `at`."""
        a[at + where] = 0
        a[at + where, at : at + m] = rows[where]
        b[at + where] = values

    sides, floor, top = (np.flatnonzero(w) for w in ((x == 0) | (x == 1), y == 0, y == 1))
    put(sides, 0, dx, 0)
    put(top, m, dy, q * np.sin(pi * x[top]))
    put(np.hstack([floor, top]), 0, np.eye(m), 0)
    put(np.hstack([sides, floor]), m, np.eye(m), 0)
    truth = np.hstack([np.cos(2 * pi * x) * np.sin(pi * y), np.sin(pi * x) * y**4])
    return relative(np.linalg.solve(a, b), truth, np.tile(np.outer(clenshaw(n), clenshaw(n)).ravel(), 2))
