"""Cases after POT's own test suite (github.com/PythonOT/POT, test/): inputs from their seeds, and what POT makes of them.

Run by test/wasserstein/pot-cases.test.ts; prints one JSON list. Written from the tests' descriptions, with POT as a library.
"""
import json
import sys

import numpy as np
import ot

cases = []


def add(origin, kind, value, **inputs):
    flat = {k: (np.asarray(v, dtype=float).ravel().tolist() if not np.isscalar(v) else v) for k, v in inputs.items()}
    flat["shape"] = {k: list(np.shape(v)) for k, v in inputs.items() if not np.isscalar(v)}
    cases.append({"origin": origin, "kind": kind, "value": float(value), **flat})


def simplex(rng, n):
    w = rng.random_sample(n) + 0.05
    return w / w.sum()


# test_ot.py
n = 100
rng = np.random.RandomState(0)
x = rng.randn(n, 2)
u = ot.utils.unif(n)
M = ot.dist(x, x)
add("test_ot test_emd_emd2: a cloud against itself", "emd", ot.emd2(u, u, M), M=M, a=u, b=u)
a = ot.datasets.make_1D_gauss(n, m=20, s=5)
b = ot.datasets.make_1D_gauss(n, m=30, s=10)
grid = np.arange(n, dtype=np.float64)
M = ot.dist(grid.reshape((n, 1)), grid.reshape((n, 1)))
add("test_ot test_emd2_multi: histograms of normal laws", "emd", ot.emd2(a, b, M), M=M, a=a, b=b)
c = ot.datasets.make_1D_gauss(1000, m=300, s=5)
d = ot.datasets.make_1D_gauss(1000, m=400, s=5)
long = np.arange(1000, dtype=np.float64)
add("test_ot test_emd2_gradients kin: a shift of a histogram by 100", "line-histogram", ot.emd2_1d(long, long, c, d, metric="minkowski", p=1.0), grid=long, a=c, b=d, p=1)
rng = np.random.RandomState(1)
for dim in (1, 2, 3):
    xs, xt = rng.randn(60, dim), rng.randn(45, dim) + 1
    wa, wb = simplex(rng, 60), simplex(rng, 45)
    for metric, p in (("sqeuclidean", 2), ("euclidean", 1)):
        add(f"test_ot test_emd: unequal sizes, weights, d = {dim}, {metric}", "emd", ot.emd2(wa, wb, ot.dist(xs, xt, metric)), M=ot.dist(xs, xt, metric), a=wa, b=wb)
wa = np.zeros(10)
wa[[0, 4]] = 0.5
wb = simplex(rng, 10)
M = ot.dist(rng.randn(10, 2), rng.randn(10, 2))
add("test_ot test_emd: zero weights", "emd", ot.emd2(wa, wb, M), M=M, a=wa, b=wb)

# test_1d_solver.py
rng = np.random.RandomState(0)
for p in (1, 2, 3):
    xs, xt, wa, wb = rng.randn(20), rng.randn(25), simplex(rng, 20), simplex(rng, 25)
    add(f"test_1d_solver test_wasserstein_1d: p = {p}", "line", np.ravel(ot.wasserstein_1d(xs, xt, wa, wb, p))[0], x=xs, y=xt, a=wa, b=wb, p=p)
add("test_1d_solver test_emd_1d_emd2_1d", "line", ot.emd2_1d(xs, xt, wa, wb, metric="sqeuclidean"), x=xs, y=xt, a=wa, b=wb, p=2)

# test_circle_solver.py
rng = np.random.RandomState(42)
for p in (1, 2):
    xs, xt, wa, wb = rng.rand(20), rng.rand(30), simplex(rng, 20), simplex(rng, 30)
    gaps = np.abs(xs[:, None] - xt[None, :])
    judge = ot.emd2(wa, wb, np.minimum(gaps, 1 - gaps) ** p)
    add(f"test_circle_solver test_wasserstein_circle: p = {p}", "circle", np.ravel(ot.wasserstein_circle(xs, xt, wa, wb, p=p))[0], x=xs, y=xt, a=wa, b=wb, p=p, judge=judge)

# test_bregman.py, unbalanced/test_sinkhorn.py
n = 50
rng = np.random.RandomState(0)
x = rng.randn(n, 2)
u = ot.utils.unif(n)
M = ot.dist(x, x)
for method in ("sinkhorn", "sinkhorn_log", "sinkhorn_stabilized", "sinkhorn_epsilon_scaling"):
    plan = ot.sinkhorn(u, u, M, 1.0, method=method, stopThr=1e-12, numItermax=100000)
    add(f"test_bregman test_sinkhorn_variants: {method}", "sinkhorn", np.sum(plan * M), M=M, a=u, b=u, epsilon=1.0)
y = rng.randn(n, 2) + 0.5
for eps in (0.1, 1.0):
    value = ot.bregman.empirical_sinkhorn2(x, y, eps, stopThr=1e-12, numIterMax=100000)
    add(f"test_bregman test_empirical_sinkhorn: ε = {eps}", "sinkhorn", np.ravel(value)[0], M=ot.dist(x, y), a=u, b=u, epsilon=eps)
M = ot.dist(x, y)
b = np.ones(n) * 1.5 / n
for reg_m in (1.0, 5.0):
    plan = ot.unbalanced.sinkhorn_unbalanced(u, b, M, 0.5, reg_m, reg_type="kl", stopThr=1e-12, numItermax=100000)
    add(f"unbalanced test_sinkhorn: KL, ρ = {reg_m}", "unbalanced", np.sum(plan * M), M=M, a=u, b=b, epsilon=0.5, rho=reg_m)

# test_ot.py free support
rng = np.random.RandomState(3)
locations = [rng.randn(12, 2), rng.randn(9, 2) + 1]
weights = [simplex(rng, 12), simplex(rng, 9)]
start = rng.randn(6, 2)
X = ot.lp.free_support_barycenter(locations, weights, start, numItermax=1000, stopThr=1e-14)
u = ot.unif(6)
value = sum(ot.emd2(u, w, ot.dist(X, y)) for y, w in zip(locations, weights)) / 2
add("test_ot test_free_support_barycenter", "free-support", value, x=locations[0], y=locations[1], a=weights[0], b=weights[1], start=start)

# sliced/test_sliced_distances.py
rng = np.random.RandomState(0)
xs, xt, wa, wb = rng.randn(40, 4), rng.randn(30, 4) + 0.5, simplex(rng, 40), simplex(rng, 30)
theta = ot.sliced.get_random_projections(4, 25, seed=1)
for p in (1, 2):
    value = ot.sliced_wasserstein_distance(xs, xt, wa, wb, projections=theta, p=p) ** p
    add(f"sliced test_sliced_distances: given projections, p = {p}", "sliced", value, x=xs, y=xt, a=wa, b=wb, theta=theta.T, p=p)

json.dump({"version": ot.__version__, "cases": cases}, sys.stdout)
