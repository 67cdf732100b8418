"""Navier and Stokes' equations."""
import numpy as np
from .grids import between, chebyshev, clamped, clenshaw, derivative, march, pi, relative
from .steady import along


def stream(n, low, high, reynolds, edges):
    """
    A steady flow by its stream function: u = psi_y, v = -psi_x, u lap(psi)_x + v lap(psi)_y = lap(lap(psi))/Re, with psi and its normal slope built into the
    polynomials. edges(x, y) gives psi, u and v, of which the edges alone are looked at. Newton's method from Stokes' flow; u and v at all nodes.
    """
    (x, dx), (y, dy) = (chebyshev(n, a, b) for a, b in zip(low, high))
    (ex, lx), (ey, ly) = clamped(dx), clamped(dy)
    psi, u, v = (np.broadcast_to(c, (n + 1, n + 1)) for c in edges(x[:, None], y[None, :]))
    inner, ends = slice(2, -2), [0, -1]
    # First along y for the inner x, then along x for all y: the edges' share of psi.
    base = np.zeros((n + 1, n + 1))
    base[inner] = np.hstack([psi[:, ends], u[:, ends]])[inner] @ ly.T
    base[:, ends] = psi[:, ends]
    base = ex @ base[inner] + lx @ np.vstack([psi[ends], -v[ends]])
    powers = [[np.linalg.matrix_power(d, k) for k in range(5)] for d in (dx, dy)]
    on_grid = lambda i, j, f: (powers[0][i] @ f @ powers[1][j].T)[inner, inner]
    matrix = lambda i, j: np.kron((powers[0][i] @ ex)[inner], (powers[1][j] @ ey)[inner])
    terms = {"x": [(1, 0, 1)], "y": [(0, 1, 1)], "lx": [(3, 0, 1), (1, 2, 1)], "ly": [(2, 1, 1), (0, 3, 1)], "ll": [(4, 0, 1), (2, 2, 2), (0, 4, 1)]}
    whole = {name: sum(c * matrix(i, j) for i, j, c in parts) for name, parts in terms.items()}
    given = {name: sum(c * on_grid(i, j, base) for i, j, c in parts).ravel() for name, parts in terms.items()}
    p = np.linalg.solve(whole["ll"], -given["ll"])
    # From Stokes' flow Newton's method finds flows up to about 400; faster ones start from slower ones.
    for reynolds in [*(r for r in (400, 700) if r < reynolds), reynolds]:
        for _ in range(12):
            now = {name: whole[name] @ p + given[name] for name in terms}
            r = now["ll"] / reynolds - now["y"] * now["lx"] + now["x"] * now["ly"]
            row = lambda name: now[name][:, None]
            a = whole["ll"] / reynolds - row("y") * whole["lx"] - row("lx") * whole["y"] + row("x") * whole["ly"] + row("ly") * whole["x"]
            step = np.linalg.solve(a, -r)
            p += step
            # It converges quadratically: after a step of 1e-7 nothing is left to do.
            if np.abs(step).max() <= 1e-7 * np.abs(p).max():
                break
    full = base + ex @ p.reshape(n - 3, n - 3) @ ey.T
    return (x, dx), (y, dy), full @ dy.T, -dx @ full


# Tables I and II of Ghia, Ghia and Shin 1982 at Re = 100 without the ends: y, u(1/2, y) and x, v(x, 1/2).
ghia_u = np.array(
    [[0.0547, -0.03717], [0.0625, -0.04192], [0.0703, -0.04775], [0.1016, -0.06434], [0.1719, -0.1015], [0.2813, -0.15662], [0.4531, -0.2109], [0.5, -0.20581]]
    + [[0.6172, -0.13641], [0.7344, 0.00332], [0.8516, 0.23151], [0.9531, 0.68717], [0.9609, 0.73722], [0.9688, 0.78871], [0.9766, 0.84123], [1, 1]]
)
ghia_v = np.array(
    [[0.0625, 0.09233], [0.0703, 0.10091], [0.0781, 0.1089], [0.0938, 0.12317], [0.1563, 0.16077], [0.2266, 0.17507], [0.2344, 0.17527], [0.5, 0.05454]]
    + [[0.8047, -0.24533], [0.8594, -0.22445], [0.9063, -0.16914], [0.9453, -0.10313], [0.9531, -0.08864], [0.9609, -0.07391], [0.9688, -0.05906]]
)


def cavity(n, tol):
    (x, _), (y, _), u, v = stream(n, (0, 0), (1, 1), 100, lambda x, y: (0, (y == 1) + 0 * x, 0))
    middle = between(x, [0.5])[0]
    found = np.hstack([between(y, ghia_u[:, 0]) @ (middle @ u), between(x, ghia_v[:, 0]) @ (v @ middle)])
    return relative(found, np.hstack([ghia_u[:, 1], ghia_v[:, 1]]))


def kovasznay(n, tol):
    """The stream function on the edges is the integral of the velocities there; p is that of the first equation from x = 1, where it is known."""
    l = 10 - np.sqrt(100 + 4 * pi**2)
    exact = lambda x, y: (1 - np.exp(l * x) * np.cos(2 * pi * y), l / (2 * pi) * np.exp(l * x) * np.sin(2 * pi * y))

    def integral(d, f):
        """Along the last axis from its first node."""
        return np.hstack([np.zeros((len(f), 1)), np.linalg.solve(d[1:, 1:], f[:, 1:].T).T])

    def edges(x, y):
        u, v = exact(x, y)
        d = [chebyshev(n, a, b)[1] for a, b in ((-0.5, 1), (-0.5, 1.5))]
        return integral(d[1], u) - integral(d[0], v[:, :1].T).T, u, v

    (x, dx), (y, dy), u, v = stream(n, (-0.5, -0.5), (1, 1.5), 20, edges)
    px = (dx @ dx @ u + u @ (dy @ dy).T) / 20 - u * (dx @ u) - v * (u @ dy.T)
    p = integral(dx[::-1, ::-1], px[::-1].T).T[::-1] + (1 - np.exp(2 * l)) / 2
    truth = *exact(x[:, None], y[None, :]), (1 - np.exp(2 * l * x[:, None])) / 2 + 0 * y
    return relative(np.array([u, v, p]), np.array(truth), np.outer(clenshaw(n), clenshaw(n)))


def beltrami(n, tol):
    """
    The pressure is a polynomial of degree n - 2 through the inner nodes, such that the divergence there keeps its value; what is left are ordinary differential
    equations of the inner velocities.
    """
    z, d = chebyshev(n, -1, 1)
    d2, low_d = d @ d, derivative(z[1:-1])
    inner, m = (slice(1, -1),) * 3, n - 1
    x, y, w = z[:, None, None], z[None, :, None], z[None, None, :]
    one = lambda a, b, c: -(np.exp(a) * np.sin(b + c) + np.exp(c) * np.cos(a + b))
    start = np.array([one(x, y, w), one(y, w, x), one(w, x, y)])
    eye = np.eye(m)
    three = lambda a: [np.kron(np.kron(*(a if i == j else eye for j in (0, 1))), a if i == 2 else eye) for i in range(3)]
    gradient, divergence = three(low_d), three(d[1:-1, 1:-1])
    solve = np.linalg.pinv(sum(a @ b for a, b in zip(divergence, gradient)), 1e-10)
    outer = start.copy()
    outer[(slice(None), *inner)] = 0
    of = lambda u: sum(along(d, u[i], i)[inner] for i in range(3))
    # The edges fall as exp(-t), and so does their share of the divergence.
    edges = of(outer)

    def f(s, v):
        u = outer * np.exp(-s)
        u[(slice(None), *inner)] = v.reshape(3, m, m, m)
        slopes = [[along(d, c, i)[inner] for i in range(3)] for c in u]
        r = np.array([sum(along(d2, c, i)[inner] - u[i][inner] * slopes[j][i] for i in range(3)) for j, c in enumerate(u)])
        full = np.zeros(u.shape)
        full[(slice(None), *inner)] = r
        p = (solve @ (of(full) - edges * np.exp(-s)).ravel()).reshape(m, m, m)
        return (r - np.array([along(low_d, p, i) for i in range(3)])).ravel()

    v = start[(slice(None), *inner)].ravel()
    t = np.linspace(0, 1, 11)
    weights = clenshaw(n)[1:-1]
    cube = (weights[:, None, None] * weights[:, None] * weights).ravel()
    return relative(march(f, v, t, tol / 100), np.exp(-t)[:, None] * v, np.tile(cube, 3))
