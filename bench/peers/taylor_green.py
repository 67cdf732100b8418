"""Taylor and Green's vortices in a cube: Fourier, dealiased, classical Runge-Kutta. Reads points [x, y, z, t] and writes u, v, w there, interpolated by its modes."""

import json
import sys

import numpy as np

task = json.load(open(sys.argv[1]))
n, steps, nu = int(task["nodes"]), int(task["steps"]), 0.01
points = np.array(task["points"]).reshape(-1, 4)

x = 2 * np.pi * np.arange(n) / n
X, Y, Z = np.meshgrid(x, x, x, indexing="ij")
k = np.fft.fftfreq(n, 1 / n)
K = np.array(np.meshgrid(k, k, k[: n // 2 + 1], indexing="ij"))
K[2] = np.abs(K[2])
square = (K**2).sum(0)
inverse = np.where(square > 0, 1 / np.where(square > 0, square, 1), 0)
keep = (np.abs(K) < n / 3).all(0)
transform = lambda v: np.fft.rfftn(v, axes=(-3, -2, -1))
back = lambda v: np.fft.irfftn(v, s=(n, n, n), axes=(-3, -2, -1))


def rate(V):
    v = back(V)
    # u x curl(u), whose gradient part the projection takes away
    w = back(1j * np.cross(K, V, axis=0))
    N = transform(np.cross(v, w, axis=0)) * keep
    return N - K * ((K * N).sum(0) * inverse) - nu * square * V


V = transform(np.array([np.sin(X) * np.cos(Y) * np.cos(Z), -np.cos(X) * np.sin(Y) * np.cos(Z), 0 * X]))
moments = np.unique(points[:, 3])
out = np.zeros((len(points), 3))
t = 0.0
for moment in moments:
    count = max(1, int(np.ceil((moment - t) * steps)))
    h = (moment - t) / count
    for _ in range(count):
        a = rate(V)
        b = rate(V + h / 2 * a)
        c = rate(V + h / 2 * b)
        d = rate(V + h * c)
        V = V + h / 6 * (a + 2 * b + 2 * c + d)
    t = moment
    here = np.flatnonzero(points[:, 3] == moment)
    # Sums of modes, one axis after the other.
    ex, ey, ez = (np.exp(1j * np.outer(points[here, a], q)) for a, q in enumerate((k, k, k[: n // 2 + 1])))
    ez[:, 1:-1] *= 2
    values = np.einsum("cxyz,pz->cxyp", V, ez, optimize=True)
    values = np.einsum("cxyp,py->cxp", values, ey, optimize=True)
    out[here] = np.real(np.einsum("cxp,px->pc", values, ex, optimize=True)) / n**3
json.dump({"values": out.ravel().tolist()}, sys.stdout)
