"""
Classical codes beside `bench/solver-reach.ts`, and truths where there is no formula.

  python bench/peers/reach.py truths|times PROBLEMS.json FOLDER

`truths` writes FOLDER/NAME.json with points and values by the finest resolution; `times` prints, for each problem, the processor seconds of the first resolution whose relative L2
error at these points is below the problem's target. Formulas of the texts are evaluated as they stand. One thread.
"""
import json
import sys
import time

import numpy as np
import scipy.special
from classical.flows import stream
from classical.grids import between, chebyshev, clamped, etdrk4, relative
from scipy.integrate import solve_ivp
from scipy.linalg import eigh, solve_sylvester
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import spsolve

pi = np.pi
known = {name: getattr(np, name) for name in "sin cos tan exp log sqrt sinh cosh tanh abs arctan2".split()} | {"pi": pi, "erf": scipy.special.erf}


def code(text):
    return compile(text.replace("^", "**"), text[:40], "eval")


def column(text, **scope):
    return eval(code(text), known | scope)


def functions_of(p):
    """Constants and functions of a text, as Python has them."""
    scope = known | p.get("constants", {})
    for head, body in p.get("functions", {}).items():
        name, arguments = head[:-1].split("(")
        scope[name] = eval(f"lambda {arguments}: {body.replace('^', '**')}", scope)
    return scope


def random(*shape):
    return np.random.default_rng(5).random(shape)


# Every code is a pair: points of a problem (or None where they are in its file), and values at them by a resolution n; `levels` are the resolutions that are tried.


class Ordinary:
    """Radau's method; where it is not stiff, Dormand and Prince's of order 8."""

    levels = range(3, 13)

    def __init__(self, p):
        self.p, self.names = p, list(p["rates"])
        rates = [code(text) for text in p["rates"].values()]
        self.rate = lambda t, y: [eval(r, known, dict(zip(self.names, y), t=t)) for r in rates]
        self.method = "DOP853" if p["name"] in ("pleiades", "lorenz") else "Radau"
        self.words = f"SciPy, {self.method}"
        self.points = p["end"] * random(2000, 1)

    def solve(self, n):
        tol = 10.0**-n
        size = 1e-6 if self.p["name"] in ("robertson", "hires") else 1
        found = solve_ivp(self.rate, (0, self.p["end"]), self.p["starts"], self.method, rtol=max(tol, 3e-14), atol=tol * size, dense_output=True)
        return found.sol(self.points[:, 0]).T[:, : self.p.get("judged")]


class Fourier:
    """Fourier modes, ETDRK4 in time; walls without flux by even continuation."""

    words = "Fourier, ETDRK4"
    moments = 8

    def __init__(self, p):
        self.p, self.d = p, len(p["axes"])
        self.levels = range(5 if self.d == 1 else 4)
        self.at = np.array([[a + (b - a) * u for (a, b), u in zip(p["axes"], row)] for row in random(300, self.d)])
        times = p["end"] * np.arange(1, self.moments + 1) / self.moments
        self.points = np.concatenate([np.column_stack([self.at, np.full(len(self.at), t)]) for t in times])

    def solve(self, n):
        p, mirror = self.p, self.p.get("mirror", False)
        size = p["nodes"] * 2**n * (2 if mirror else 1)
        lengths = [(b - a) * (2 if mirror else 1) for a, b in p["axes"]]
        nodes = [a + length * np.arange(size) / size for (a, _), length in zip(p["axes"], lengths)]
        ks = [2 * pi / length * np.fft.fftfreq(size, 1 / size) for length in lengths]
        grid = dict(zip("xy", np.meshgrid(*nodes, indexing="ij")))
        if mirror:
            middle = p["axes"][0][1]
            grid["x"] = np.where(grid["x"] > middle, 2 * middle - grid["x"], grid["x"])
        waves = np.meshgrid(*ks, indexing="ij")
        symbols = {"k2": sum(k**2 for k in waves), "ik": 1j * waves[0]}
        along = {f"d{x}": (lambda v, k=k: part(back(1j * k * fft(v)))) for x, k in zip("xy", waves)}
        names = list(p["starts"])
        linear = np.array([np.broadcast_to(column(p["linear"][u], **symbols), waves[0].shape) for u in names], complex)
        terms = [[(np.broadcast_to(column(s, **symbols), waves[0].shape), code(f)) for s, f in p["terms"][u]] for u in names]
        axes = tuple(range(-self.d, 0))
        fft, back = (lambda v: np.fft.fftn(v, axes=axes)), (lambda v: np.fft.ifftn(v, axes=axes))
        part = (lambda v: v) if p.get("complex") else np.real

        def f(v):
            scope = known | along | dict(zip(names, part(back(v))))
            return np.array([sum(s * fft(eval(t, scope)) for s, t in own) for own in terms])

        start = fft(np.array([np.broadcast_to(column(p["starts"][u], **grid), waves[0].shape) for u in names], complex))
        steps = self.moments * int(np.ceil(p["steps"] * 4 * 2**n * max(1, p["end"] / 40)))
        kept = etdrk4(linear, f, start, p["end"], steps, self.moments)[1:]
        out = []
        for v in kept:
            modes = v / size**self.d
            phase = [np.exp(1j * np.outer(x - a, k)) for k, (a, _), x in zip(ks, p["axes"], self.at.T)]
            values = np.einsum("uk,nk->nu", modes, phase[0]) if self.d == 1 else np.einsum("ukl,nk,nl->nu", modes, *phase, optimize=True)
            out.append(np.column_stack([values.real, values.imag]) if p.get("complex") else values.real)
        return np.concatenate(out)


class Walls:
    """Chebyshev collocation, Dormand and Prince's method of order 8; values or slopes of 0 at walls."""

    levels = [8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96]
    words = "Chebyshev, DOP853"
    points = None

    def __init__(self, p):
        self.p = p

    def solve(self, n, points):
        p, names = self.p, list(self.p["rates"])
        lines = [chebyshev(n, a, b) for a, b in p["axes"]]
        grid = dict(zip("xy", np.meshgrid(*[x for x, _ in lines], indexing="ij")))
        shape = grid["x"].shape
        along = lambda v, axis: np.moveaxis(np.tensordot(lines[axis][1], v, (1, axis)), 0, axis)
        rates = {u: code(text) for u, text in p["rates"].items()}

        def walled(u):
            for name, axis, side, kind in p["walls"]:
                v = np.moveaxis(u[name], axis, 0)
                edge, d = (0, -1)[side], lines[axis][1]
                row = d[edge].copy()
                own, row[edge] = row[edge], 0
                v[edge] = 0 if kind == "value" else -np.tensordot(row, v, (0, 0)) / own
            return u

        def f(t, y):
            u = walled(dict(zip(names, y.reshape(len(names), *shape).copy())))
            scope = known | grid | u | {"d": along}
            return np.array([eval(rates[name], scope) for name in names]).ravel()

        start = np.array([np.broadcast_to(column(p["starts"][u], **grid), shape) for u in names])
        # Values at random moments by the dense output, and then at random places.
        tol = 10.0 ** -(4 + n / 6)
        found = solve_ivp(f, (0, p["end"]), start.ravel(), "DOP853", rtol=tol, atol=tol, dense_output=True)
        states = found.sol(points[:, -1]).T.reshape(len(points), len(names), *shape)
        judged = names[:1] if "w" in names else names
        at = [between(x, points[:, a]) for a, (x, _) in enumerate(lines)]
        out = []
        for i, s in enumerate(states):
            u = walled(dict(zip(names, s)))
            for m in at[::-1]:
                u = {name: u[name] @ m[i] for name in judged}
            out.append([u[name] for name in judged])
        return np.array(out)


class Sylvester:
    """-a lap(u) + b grad(u) + c u = source by Chebyshev collocation, with values at walls; one Sylvester equation."""

    levels = [8, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 192, 256, 384]
    words = "Chebyshev, Sylvester's equation"
    points = None

    def __init__(self, p):
        self.p = p

    def solve(self, n, points):
        p, scope = self.p, functions_of(self.p)
        a, bx, by, c = (eval(code(text), scope) for text in (p["a"], *p["b"], p["c"]))
        (x, dx), (y, dy) = (chebyshev(n, *ends) for ends in p["axes"])
        grid = dict(zip("xy", np.meshgrid(x, y, indexing="ij")))
        sign = -1 if p["name"] == "helmholtz" else 1
        with np.errstate(all="ignore"):
            f = sign * np.nan_to_num(eval(code(p["source"][0]), scope | grid) + 0 * grid["x"])
            u = np.nan_to_num(eval(code(p["exact"]), scope | grid) + 0 * grid["x"])
        a, c = (1, -c) if p["name"] == "helmholtz" else (a, c)
        left, right = -a * dx @ dx + bx * dx + c * np.eye(n + 1), -a * dy @ dy + by * dy
        inner, ends = slice(1, -1), [0, -1]
        f = f[inner, inner] - left[inner][:, ends] @ u[ends][:, inner] - u[inner][:, ends] @ right[inner][:, ends].T
        u[inner, inner] = solve_sylvester(left[inner, inner], right[inner, inner].T, f)
        return np.einsum("ni,ij,nj->n", between(x, points[:, 0]), u, between(y, points[:, 1]), optimize=True)[:, None]


class Nonlinear:
    """Chebyshev collocation and Newton's method: Bratu's equation, the minimal surface; the clamped plate at once."""

    levels = [6, 8, 10, 12, 16, 20, 24, 28, 32]
    words = "Chebyshev, Newton"
    points = None

    def __init__(self, p):
        self.p = p

    def solve(self, n, points):
        p, scope = self.p, functions_of(self.p)
        low, high = (-p["half"], p["half"]) if p["code"] == "minimal" else (0, 1)
        x, d = chebyshev(n, low, high)
        grid = dict(zip("xy", np.meshgrid(x, x, indexing="ij")))
        if p["code"] == "plate":
            e, _ = clamped(d)
            inner = slice(2, -2)
            one, two, four = e[inner], (d @ d @ e)[inner], (np.linalg.matrix_power(d, 4) @ e)[inner]
            whole = np.kron(four, one) + 2 * np.kron(two, two) + np.kron(one, four)
            f = eval(code(p["source"][0]), scope | grid)[inner, inner]
            u = e @ np.linalg.solve(whole, f.ravel()).reshape(n - 3, n - 3) @ e.T
        else:
            u = eval(code(p["exact"]), scope | grid) + 0 * grid["x"]
            eye = np.eye(n + 1)
            ops = {"x": np.kron(d, eye), "y": np.kron(eye, d), "xx": np.kron(d @ d, eye), "yy": np.kron(eye, d @ d), "xy": np.kron(d, d)}
            inner = np.zeros((n + 1, n + 1), bool)
            inner[1:-1, 1:-1] = True
            inner = inner.ravel()
            u = np.where(inner, 0 if p["code"] == "bratu" else 1, u.ravel())
            for _ in range(30):
                s = {name: op @ u for name, op in ops.items()}
                row = lambda v: v[:, None]
                if p["code"] == "bratu":
                    f = eval(code(p["source"][0]), scope | grid).ravel()
                    c = p["constants"]["c"]
                    r, j = s["xx"] + s["yy"] + c * np.exp(u) - f, ops["xx"] + ops["yy"] + np.diag(c * np.exp(u))
                else:
                    r = (1 + s["y"] ** 2) * s["xx"] - 2 * s["x"] * s["y"] * s["xy"] + (1 + s["x"] ** 2) * s["yy"]
                    j = row(1 + s["y"] ** 2) * ops["xx"] - 2 * row(s["x"] * s["y"]) * ops["xy"] + row(1 + s["x"] ** 2) * ops["yy"]
                    j += row(2 * s["x"] * s["yy"] - 2 * s["y"] * s["xy"]) * ops["x"] + row(2 * s["y"] * s["xx"] - 2 * s["x"] * s["xy"]) * ops["y"]
                step = np.linalg.solve(j[np.ix_(inner, inner)], -r[inner])
                u[inner] += step
                if np.abs(step).max() < 1e-9:
                    break
            u = u.reshape(n + 1, n + 1)
        return np.einsum("ni,ij,nj->n", between(x, points[:, 0]), u, between(x, points[:, 1]), optimize=True)[:, None]


class Corner:
    """Five-point differences in the L, values at points by bilinear interpolation."""

    levels = [16, 32, 64, 128, 256]
    words = "five-point differences"
    points = None

    def __init__(self, p):
        self.p = p

    def solve(self, n, points):
        a, b = self.p["constants"]["a"], self.p["constants"]["b"]
        h = 1 / n
        x, y = np.meshgrid(np.linspace(-1, 1, 2 * n + 1), np.linspace(-1, 1, 2 * n + 1), indexing="ij")
        angle = np.arctan2(y, x)
        angle = np.where(y < 0, angle + 2 * pi, angle)
        u = np.hypot(x, y) ** (2 / 3) * np.sin(2 / 3 * angle) + a * np.cos(b * x) * np.exp(y)
        inner = (np.abs(x) < 1 - h / 2) & (np.abs(y) < 1 - h / 2) & ~((x > -h / 2) & (y < h / 2))
        number = np.cumsum(inner).reshape(inner.shape) - 1
        at = np.argwhere(inner)
        rows, columns, entries = [np.arange(len(at))], [number[inner]], [np.full(len(at), 4.0)]
        f = (a * (b**2 - 1) * np.cos(b * x) * np.exp(y))[inner] * h * h
        for step in ([1, 0], [-1, 0], [0, 1], [0, -1]):
            i, j = (at + step).T
            free = inner[i, j]
            rows.append(np.arange(len(at))[free]), columns.append(number[i, j][free]), entries.append(np.full(free.sum(), -1.0))
            f += np.where(free, 0, u[i, j])
        matrix = csr_matrix((np.hstack(entries), (np.hstack(rows), np.hstack(columns))))
        u[inner] = spsolve(matrix.tocsc(), f)
        i, s = np.divmod((points + 1) / h, 1)
        i, j = i.astype(int).T
        s, t = s.T
        return ((1 - s) * (1 - t) * u[i, j] + s * (1 - t) * u[i + 1, j] + (1 - s) * t * u[i, j + 1] + s * t * u[i + 1, j + 1])[:, None]


class Cooling:
    """Differences on a grid that is finer at walls, in each axis diagonalised, exact in time; far walls without flux."""

    levels = [32, 64, 128, 256, 512]
    words = "graded differences, exact in time"
    points = None

    def __init__(self, p):
        self.p = p

    def solve(self, n, points):
        x = 4 * (np.exp(5 * np.arange(n + 1) / n) - 1) / (np.exp(5) - 1)
        h = np.diff(x)
        volume = np.hstack([(h[:-1] + h[1:]) / 2, h[-1] / 2])
        stiffness = np.diag(1 / h + np.hstack([1 / h[1:], 0])) - np.diag(1 / h[1:], 1) - np.diag(1 / h[1:], -1)
        roots, vectors = eigh(self.p["d"] * stiffness, np.diag(volume))
        start = vectors.T @ volume
        out = np.ones(len(points))
        for axis in range(self.p["dimension"]):
            modes = np.exp(-np.outer(points[:, -1], roots)) * start
            u = np.hstack([np.zeros((len(points), 1)), modes @ vectors.T])
            i = np.clip(np.searchsorted(x, points[:, axis]) - 1, 0, n - 1)
            s = (points[:, axis] - x[i]) / h[i]
            at = np.arange(len(points))
            out *= (1 - s) * u[at, i] + s * u[at, i + 1]
        return out[:, None]


class Vortex:
    """Fourier modes of the vorticity, the classical Runge-Kutta method."""

    levels = [4, 8, 16, 32]
    words = "Fourier, vorticity, RK4"
    points = None

    def __init__(self, p):
        self.p = p

    def solve(self, n, points):
        nu, end = self.p["nu"], self.p["end"]
        size, steps = 16, 5 * n
        k = np.fft.fftfreq(size, 1 / size)
        kx, ky = np.meshgrid(k, k, indexing="ij")
        k2 = kx**2 + ky**2
        inverse = np.where(k2 > 0, 1 / np.where(k2 > 0, k2, 1), 0)
        real = lambda v: np.fft.ifft2(v).real
        speeds = lambda w: (1j * ky * w * inverse, -1j * kx * w * inverse)

        def f(w):
            u, v = speeds(w)
            return -nu * k2 * w - np.fft.fft2(real(u) * real(1j * kx * w) + real(v) * real(1j * ky * w))

        x = 2 * pi * np.arange(size) / size
        # u = cos x sin y, v = -sin x cos y.
        w, h, states = np.fft.fft2(-2 * np.cos(x)[:, None] * np.cos(x)), end / steps, []
        for i in range(steps + 1):
            u, v = speeds(w)
            s = [[real(1j * q * c) for q in (kx, ky)] for c in (u, v)]
            p = inverse * np.fft.fft2(s[0][0] ** 2 + 2 * s[0][1] * s[1][0] + s[1][1] ** 2)
            states.append(np.array([u, v, p]) / size**2)
            a = f(w)
            b = f(w + h / 2 * a)
            c = f(w + h / 2 * b)
            w = w + h / 6 * (a + 2 * b + 2 * c + f(w + h * c))
        at = np.clip((points[:, 2] / h).astype(int) - 1, 0, steps - 3)
        phase = [np.exp(1j * np.outer(points[:, a], k)) for a in (0, 1)]
        near = lambda i: np.einsum("nukl,nk,nl->nu", np.array(states)[at + i], *phase, optimize=True).real
        s = (points[:, 2] / h - at)[:, None]
        nodes = range(4)
        return sum(near(i) * np.prod([(s - j) / (i - j) for j in nodes if j != i], axis=0) for i in nodes)


class Kovasznay:
    """A stream function, Chebyshev collocation, Newton's method; velocities alone."""

    levels = [8, 10, 12, 14, 16, 20, 24]
    words = "Chebyshev, stream function, Newton (velocities)"
    points = None

    def __init__(self, p):
        self.p = p

    def solve(self, n, points):
        re = self.p["Re"]
        r = re / 2 - np.sqrt(re**2 / 4 + 4 * pi**2)
        psi = lambda x, y: (y - np.exp(r * x) * np.sin(2 * pi * y) / (2 * pi), 1 - np.exp(r * x) * np.cos(2 * pi * y), r / (2 * pi) * np.exp(r * x) * np.sin(2 * pi * y))
        (x, _), (y, _), u, v = stream(n, (-0.5, -0.5), (1, 1.5), re, psi)
        at = between(x, points[:, 0]), between(y, points[:, 1])
        out = [np.einsum("ni,ij,nj->n", at[0], w, at[1], optimize=True) for w in (u, v)]
        return np.column_stack([*out, np.full(len(points), np.nan)])


class Cavity:
    """The same, at points off the lid, without the flow of its corners; velocities alone."""

    levels = [16, 20, 24, 28, 32, 40, 48]
    words = "Chebyshev, stream function, Newton (velocities)"

    def __init__(self, p):
        self.p = p
        line = np.linspace(0.02, 0.96, 48)
        self.points = np.vstack([np.column_stack([0.5 + 0 * line, line]), np.column_stack([line, 0.5 + 0 * line])])

    def solve(self, n):
        (x, _), (y, _), u, v = stream(n, (0, 0), (1, 1), self.p["Re"], lambda x, y: (0, (y == 1) + 0 * x, 0))
        at = between(x, self.points[:, 0]), between(y, self.points[:, 1])
        out = [np.einsum("ni,ij,nj->n", at[0], w, at[1], optimize=True) for w in (u, v)]
        return np.column_stack([*out, np.full(len(self.points), np.nan)])


class Eigenvalue:
    """The lowest eigenvalue of the quartic oscillator."""

    levels = [8, 12, 16, 20, 24, 32, 48, 64]
    words = "Chebyshev, eigenvalues"
    points = np.zeros((0, 1))

    def __init__(self, p):
        self.p = p

    def solve(self, n):
        x, d = chebyshev(n, -5, 5)
        a = -(d @ d) + np.diag(x**2 + self.p["g"] * x**4)
        return np.array([[np.sort(np.linalg.eigvals(a[1:-1, 1:-1]).real)[0]]])


codes = {"ordinary": Ordinary, "fourier": Fourier, "walls": Walls, "sylvester": Sylvester, "corner": Corner, "cooling": Cooling, "vortex": Vortex}
codes |= {"kovasznay": Kovasznay, "cavity": Cavity, "eigenvalue": Eigenvalue, "plate": Nonlinear, "bratu": Nonlinear, "minimal": Nonlinear}


def main():
    task, problems, folder = sys.argv[1:]
    for p in json.load(open(problems)):
        path, method = f"{folder}/{p['name']}.json", codes[p["code"]](p)
        if task == "truths":
            coarse, fine = (method.solve(n) for n in list(method.levels)[-2:])
            difference = relative(np.nan_to_num(coarse), np.nan_to_num(fine))
            print(f"{p['name']}: two finest resolutions differ by {difference:.1e}", file=sys.stderr, flush=True)
            with open(path, "w") as file:
                values = [None if np.isnan(v) else v for v in fine.ravel().tolist()]
                json.dump({"points": method.points.ravel().tolist(), "values": values, "difference": difference}, file)
            continue
        data = json.load(open(path))
        values = np.array(data["values"], float)
        if method.points is None:
            points = np.array(data["points"]).reshape(-1, p["width"])[: 400 if p["code"] == "walls" else None]
            solve = lambda n: method.solve(n, points)
        else:
            solve = method.solve
        best = None
        for n in method.levels:
            began = time.process_time()
            found = solve(n)
            spent = time.process_time() - began
            truth = values.reshape(-1, found.shape[1])[: len(found)]
            seen = ~np.isnan(found) & ~np.isnan(truth)
            error = relative(found[seen], truth[seen])
            if best is None or error < best[0]:
                best = error, spent
            if error <= p["target"] or spent > 10:
                break
        print(json.dumps({"problem": p["name"], "method": method.words, "target": p["target"], "error": best[0], "seconds": best[1]}), flush=True)


if __name__ == "__main__":
    main()
