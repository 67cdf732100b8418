"""Classical solutions of the texts in examples/flows, as JSON: python bench/flows/reference.py NAME. Without a name it lists them."""

import json
import sys
import time

import numpy as np
from scipy import sparse
from scipy.fft import dct, idct
from scipy.integrate import solve_ivp
from scipy.sparse.linalg import splu
from scipy.special import hankel1, hankel2, jv


def gray_scott():
    """Cosines in space (slopes vanish at both ends), BDF in time."""
    f, kill, du, dv = 0.04, 0.06, 2e-3, 1e-3
    times = np.linspace(0, 40, 41)

    x = -1 + 2 * (np.arange(63) + 0.5) / 63

    def at(n, tol, step):
        wave = -((np.pi * np.arange(n) / 2) ** 2)
        lap = lambda w: idct(wave * dct(w, norm="ortho"), norm="ortho")
        grid = -1 + 2 * (np.arange(n) + 0.5) / n

        def right(t, y):
            u, v = y[:n], y[n:]
            r = u * v * v
            return np.r_[du * lap(u) - r + f * (1 - u), dv * lap(v) + r - (f + kill) * v]

        start = np.r_[1 - np.exp(-20 * grid**2) / 2, np.exp(-20 * grid**2) / 4]
        y = solve_ivp(right, (0, 40), start, t_eval=times, method="BDF", rtol=tol, atol=tol).y.reshape(2, n, -1)
        return y[:, step // 2 :: step, :].reshape(2, -1).T

    points = np.array([[a, t] for a in x for t in times])
    return dict(
        method="63 cosines and BDF, 1e-7",
        solve=lambda: at(63, 1e-7, 1),
        check=lambda: at(189, 1e-9, 3),
        points=points,
    )


def robertson():
    times = np.linspace(-5, 5, 201)

    def run(method, tol):
        def right(t, y):
            c, b = y
            return [0.3 * b * b, 1e4 * (0.04 * (1 - c - 1e-4 * b) - b * c - 0.3 * b * b)]

        ts = 10.0**times
        return solve_ivp(right, (ts[0], ts[-1]), [0, 0.004], t_eval=np.clip(ts, ts[0], ts[-1]), method=method, rtol=tol, atol=1e-2 * tol).y.T

    return dict(method="scipy solve_ivp, Radau, 1e-8", solve=lambda: run("Radau", 1e-8), check=lambda: run("Radau", 1e-11), points=times[:, None])


def sound_hard(polar=False):
    """The series for the ring with its absorbing condition of first order at r = R: waves that go out and come back, angle by angle."""
    k, a, big = 2, np.pi / 4, 3.0
    grid = np.linspace(-big, big, 81)
    points = np.array([[x, y] for x in grid for y in grid if a * a < x * x + y * y < big * big])
    r, theta = np.hypot(*points.T), np.arctan2(points[:, 1], points[:, 0])
    slope = lambda f, n, z: (f(n - 1, z) - f(n + 1, z)) / 2

    def run(terms, exact=False):
        u = np.zeros(len(r), complex)
        for n in range(-terms, terms + 1):
            rows = np.array(
                [
                    [k * slope(h, n, k * a) for h in (hankel1, hankel2)],
                    [k * slope(h, n, k * big) - (1j * k - 1 / (2 * big)) * h(n, k * big) for h in (hankel1, hankel2)],
                ]
            )
            incoming = -(1j**n) * k * slope(jv, n, k * a)
            if exact:
                c = [incoming / rows[0, 0], 0]
            else:
                c = np.linalg.solve(rows, [incoming, 0])
            u += (c[0] * hankel1(n, k * r) + c[1] * hankel2(n, k * r)) * np.exp(1j * n * theta)
        return np.c_[u.real, u.imag]

    whole = run(20, True)
    print("distance from the wave in the whole plane", np.linalg.norm(run(20) - whole) / np.linalg.norm(whole), file=sys.stderr)
    return dict(method="series of Hankel functions, 12 angles", solve=lambda: run(12), check=lambda: run(20), points=np.c_[np.log(r), theta] if polar else points)


ghia = {
    0.0547: -0.03717, 0.0625: -0.04192, 0.0703: -0.04775, 0.1016: -0.06434, 0.1719: -0.10150, 0.2813: -0.15662, 0.4531: -0.21090,
    0.5: -0.20581, 0.6172: -0.13641, 0.7344: 0.00332, 0.8516: 0.23151, 0.9531: 0.68717, 0.9609: 0.73722, 0.9688: 0.78871, 0.9766: 0.84123,
}  # fmt: skip


def cavity():
    """Central differences for stream function and vorticity, Thom's wall values, Newton's method; u on the middle line, extrapolated for the check."""

    def run(n, reynolds=100):
        h, side = 1 / n, n + 1
        at = lambda i, j: i * side + j
        inner = np.array([at(i, j) for i in range(1, n) for j in range(1, n)])
        size = side * side
        shift = lambda by: sparse.csr_matrix((np.ones(len(inner)), (np.arange(len(inner)), inner + by)), (len(inner), size))
        east, west, north, south, here = shift(side), shift(-side), shift(1), shift(-1), shift(0)
        lap = (east + west + north + south - 4 * here) / h**2
        dx, dy = (east - west) / (2 * h), (north - south) / (2 * h)
        walls = [(at(i, 0), at(i, 1), 0) for i in range(side)] + [(at(i, n), at(i, n - 1), 1) for i in range(side)]
        walls += [(at(0, j), at(1, j), 0) for j in range(1, n)] + [(at(n, j), at(n - 1, j), 0) for j in range(1, n)]
        edge = np.array([w[0] for w in walls])
        beside = np.array([w[1] for w in walls])
        lid = np.array([w[2] for w in walls], float)
        m = len(edge)
        pick = lambda idx: sparse.csr_matrix((np.ones(m), (np.arange(m), idx)), (m, size))
        psi, om = np.zeros(size), np.zeros(size)
        for _ in range(12):
            u, v = dy @ psi, -(dx @ psi)
            rest = np.r_[
                lap @ psi + here @ om,
                u * (dx @ om) + v * (dy @ om) - lap @ om / reynolds,
                psi[edge],
                om[edge] + 2 * psi[beside] / h**2 + 2 * lid / h,
            ]
            jac = sparse.bmat(
                [
                    [lap, here],
                    [sparse.diags(dx @ om) @ dy - sparse.diags(dy @ om) @ dx, sparse.diags(u) @ dx + sparse.diags(v) @ dy - lap / reynolds],
                    [pick(edge), None],
                    [2 * pick(beside) / h**2, pick(edge)],
                ],
                format="csc",
            )
            step = splu(jac).solve(rest)
            psi, om = psi - step[:size], om - step[size:]
            if np.abs(step[:size]).max() < 1e-11:
                break
        line = psi[[at(n // 2, j) for j in range(side)]]
        y = np.arange(side) * h
        speed = np.r_[0, (line[2:] - line[:-2]) / (2 * h), 1]
        from scipy.interpolate import CubicSpline

        return CubicSpline(y, speed)(np.array(list(ghia)))[:, None]

    better = lambda: (4 * run(128) - run(64)) / 3
    table = np.array(list(ghia.values()))
    return dict(
        method="central differences, 64², Newton's method",
        solve=lambda: run(64),
        check=better,
        points=np.array([[0.5, y] for y in ghia]),
        note=lambda truth: float(np.abs(truth[:, 0] - table).max()),
    )


names = {"gray-scott": gray_scott, "robertson": robertson, "sound-hard": sound_hard, "sound-hard-polar": lambda: sound_hard(True), "cavity": cavity}

if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(json.dumps(list(names)))
    else:
        case = names[sys.argv[1]]()
        began = time.process_time()
        found = case["solve"]()
        seconds = time.process_time() - began
        truth = case["check"]()
        error = float(np.linalg.norm(found - truth) / np.linalg.norm(truth))
        out = dict(method=case["method"], processorSeconds=seconds, error=error, points=case["points"].tolist(), values=truth.tolist())
        if "note" in case:
            out["fromTable"] = case["note"](truth)
        print(json.dumps(out))
