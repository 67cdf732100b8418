"""
How accurate is DeepXDE on the problems of the suite (bench/solver-suite) in the same processor seconds?

  node --import tsx --conditions=source bench/solver-suite/truths.ts truths
  PYTHONPATH=DEEPXDE DDE_BACKEND=pytorch python bench/peers/deepxde_suite.py truths [--seconds 60] [--seed 0] [NAME ...] >> deepxde.jsonl

Each problem is written once with DeepXDE's API, as its own examples are: soft conditions, a tanh network (3 x 20 for one axis, 4 x 32, and 4 x 50 for
systems), Glorot normal, float32, Adam at 1e-3 for half of the processor seconds, L-BFGS for the rest. 2500 points inside and 200 on every kind of condition in two axes, 5000 and
1000 in more, 100 and 2 in one. Nothing is tuned for a problem. Inputs and outputs are not scaled. The error is relative L2 over the known values at the suite's own points; L-BFGS that stops by itself ends
the run, and the seconds then say so. One thread. One line of JSON a problem.
"""
import contextlib, io, json, sys, time
import numpy as np
from deepxde_training import d, dde, lap, network, points_of, torch, train

pi, sin, cos, exp, tanh, sqrt = np.pi, torch.sin, torch.cos, torch.exp, torch.tanh, torch.sqrt


def source(operator, formula):
    """What the operator makes of a formula of the columns of x, as a function of x."""

    def at(x):
        with torch.enable_grad():
            z = x.detach().clone().requires_grad_(True)
            return operator(z, formula(z)).detach()

    return at


def plain_second(u, z, a):
    first = torch.autograd.grad(u.sum(), z, create_graph=True)[0]
    return torch.autograd.grad(first[:, a : a + 1].sum(), z, create_graph=True)[0][:, a : a + 1]


def columns(x):
    return [x[:, i : i + 1] for i in range(x.shape[1])]


def numbers(formula):
    """The same formula for DeepXDE's conditions, which hand over NumPy arrays."""
    return lambda x: formula(torch.as_tensor(x)).numpy()


fixed = {}


def at_points(f):
    """Sources depend on the points alone, and those do not change: computed once."""
    key = id(f)

    def value(x):
        kept = fixed.get((key, x.shape[0]))
        if kept is None or not torch.equal(kept[0], x):
            kept = fixed[key, x.shape[0]] = (x.detach().clone(), f(x.detach()).detach())
        return kept[1]

    return value


line = lambda low, high: dde.geometry.Interval(low, high)
in_time = lambda space, until: dde.geometry.GeometryXTime(space, dde.geometry.TimeDomain(0, until))
edge = lambda _, on: on
start = lambda _, on: on


def dirichlet(geometry, *formulas):
    return [dde.icbc.DirichletBC(geometry, numbers(f), edge, component=i) for i, f in enumerate(formulas) if f is not None]


def initial(geometry, *formulas):
    return [dde.icbc.IC(geometry, numbers(f), start, component=i) for i, f in enumerate(formulas)]


def at_rest(geometry, axis=1):
    return dde.icbc.OperatorBC(geometry, lambda x, y, _: d(y, x, axis), lambda x, _: dde.utils.isclose(x[axis], 0))


def periodic(geometry, orders, of=0):
    return [dde.icbc.PeriodicBC(geometry, 0, edge, derivative_order=k, component=of) for k in range(orders)]


zero = lambda x: 0 * x[:, :1]


def known_solution(geometry, axes, formula, operator, plain):
    """operator(u) = operator(formula), with the formula on the boundary."""
    right = at_points(source(plain, formula))
    return geometry, lambda x, y: operator(x, y) - right(x), dirichlet(geometry, formula)


def arc():
    f = lambda x: torch.atan(20 * (sqrt((x[:, :1] + 0.05) ** 2 + (x[:, 1:2] + 0.05) ** 2) - 0.7))
    space = dde.geometry.Rectangle([0, 0], [1, 1])
    return known_solution(space, 2, f, lambda x, y: -lap(y, x, (0, 1)), lambda z, u: -plain_second(u, z, 0) - plain_second(u, z, 1))


def nagumo():
    g = in_time(line(-20, 20), 20)
    f = lambda x: 1 / (1 + exp((x[:, :1] - 2**0.5 / 4 * x[:, 1:2]) / 2**0.5))
    return g, lambda x, u: d(u, x, 1) - d(u, x, 0, 0) - u * (1 - u) * (u - 0.25), dirichlet(g, f) + initial(g, f)


def klein_gordon_periodic():
    g = in_time(line(0, 2 * pi), 10)
    f = lambda x: sin(x[:, :1]) + 0.5 * cos(2 * x[:, :1])
    return g, lambda x, u: d(u, x, 1, 1) - d(u, x, 0, 0) + u + u**3, periodic(g, 2) + initial(g, f) + [at_rest(g)]


def two_unknowns():
    g = in_time(dde.geometry.Rectangle([0, 0], [1, 1]), 1)
    a = lambda x: exp(-x[:, 2:3]) * sin(pi * x[:, :1]) * sin(2 * pi * x[:, 1:2])
    b = lambda x: cos(x[:, 2:3]) * sin(2 * pi * x[:, :1]) * sin(pi * x[:, 1:2])
    right_a = at_points(lambda x: -a(x) + 0.1 * 5 * pi**2 * a(x) - a(x) + a(x) ** 3 + b(x))
    right_b = at_points(lambda x: -sin(x[:, 2:3]) * sin(2 * pi * x[:, :1]) * sin(pi * x[:, 1:2]) + 0.05 * 5 * pi**2 * b(x) - a(x) + b(x))

    def pde(x, y):
        u, v = columns(y)
        return [d(y, x, 2) - 0.1 * lap(y, x, (0, 1)) - u + u**3 + v - right_a(x), d(y, x, 2, of=1) - 0.05 * lap(y, x, (0, 1), of=1) - u + v - right_b(x)]

    return g, pde, dirichlet(g, a, b) + initial(g, a, b)


def annulus():
    g = dde.geometry.Disk([0, 0], 1) - dde.geometry.Disk([0, 0], 0.4)
    r2 = lambda x: x[:, :1] ** 2 + x[:, 1:2] ** 2
    f = lambda x: torch.log(r2(x)) / 2 + x[:, :1] * x[:, 1:2] / r2(x) ** 2 + x[:, :1]
    return g, lambda x, y: lap(y, x, (0, 1)), dirichlet(g, f)


def peak():
    g = dde.geometry.Cuboid([-1, -1, -1], [1, 1, 1])
    f = lambda x: exp(-50 * ((x[:, :1] - 0.3) ** 2 + (x[:, 1:2] + 0.2) ** 2 + (x[:, 2:3] - 0.4) ** 2))
    return known_solution(g, 3, f, lambda x, y: -lap(y, x, range(3)), lambda z, u: -sum(plain_second(u, z, a) for a in range(3)))


def beam():
    g = line(0, 1)
    left, right = lambda x, on: on and dde.utils.isclose(x[0], 0), lambda x, on: on and dde.utils.isclose(x[0], 1)
    bend = [dde.icbc.OperatorBC(g, lambda x, y, _, n=n: d(y, x, *[0] * n), right) for n in (2, 3)]
    return g, lambda x, y: d(y, x, 0, 0, 0, 0) + 1, [dde.icbc.DirichletBC(g, lambda x: 0, left), dde.icbc.NeumannBC(g, lambda x: 0, left), *bend]


def layer():
    g = line(0, 1)
    return g, lambda x, y: -0.02 * d(y, x, 0, 0) + d(y, x, 0) - 1, dirichlet(g, zero)


def step():
    g = in_time(line(-1, 1), 1)
    f = lambda x: 0.5 - 0.5 * tanh((x[:, :1] + 0.4 - x[:, 1:2] / 2) / 0.04)
    return g, lambda x, u: d(u, x, 1) + u * d(u, x, 0) - 0.01 * d(u, x, 0, 0), dirichlet(g, f) + initial(g, f)


def burgers():
    g = in_time(line(-1, 1), 1)
    return g, lambda x, u: d(u, x, 1) + u * d(u, x, 0) - 0.01 / pi * d(u, x, 0, 0), dirichlet(g, zero) + initial(g, lambda x: -sin(pi * x[:, :1]))


def allen_cahn():
    g = in_time(line(-1, 1), 1)
    return g, lambda x, u: d(u, x, 1) - 1e-4 * d(u, x, 0, 0) + 5 * u**3 - 5 * u, periodic(g, 2) + initial(g, lambda x: x[:, :1] ** 2 * cos(pi * x[:, :1]))


def gaussian_10d():
    g = dde.geometry.Hypercube([-1] * 10, [1] * 10)
    c = torch.tensor([0.3, -0.2, 0.25, 0.1, -0.3, 0.2, -0.1, -0.25, 0.15, 0.3])
    r2 = lambda x: ((x - c) ** 2).sum(1, keepdim=True)
    f = lambda x: exp(-10 * r2(x))
    right = at_points(lambda x: (200 - 400 * r2(x)) * f(x) + f(x) - f(x) ** 3)
    return g, lambda x, u: -lap(u, x, range(10)) + u - u**3 - right(x), dirichlet(g, f)


def flow(reynolds, steady=True, axes=2):
    def pde(x, y):
        q = columns(y)
        out = []
        for i in range(axes):
            carried = sum(q[j] * d(y, x, j, of=i) for j in range(axes))
            out.append(carried + d(y, x, i, of=axes) - lap(y, x, range(axes), of=i) / reynolds + (0 if steady else d(y, x, axes, of=i)))
        return out + [sum(d(y, x, i, of=i) for i in range(axes))]

    return pde


def cavity():
    g = dde.geometry.Rectangle([0, 0], [1, 1])
    lid = lambda x: (x[:, 1:2] > 1 - 1e-6).to(x.dtype)
    return g, flow(100), dirichlet(g, lid, zero) + [dde.icbc.PointSetBC(np.zeros((1, 2)), np.zeros((1, 1)), component=2)]


def diffusion_reaction():
    g = in_time(line(-pi, pi), 1)
    right = at_points(lambda x: exp(-x[:, 1:2]) * sum(a * sin(k * x[:, :1]) for k, a in ((2, 1.5), (3, 8 / 3), (4, 15 / 4), (8, 63 / 8))))
    f = lambda x: sum(sin(k * x[:, :1]) / k for k in (1, 2, 3, 4, 8))
    return g, lambda x, u: d(u, x, 1) - d(u, x, 0, 0) - right(x), dirichlet(g, zero) + initial(g, f)


def klein_gordon():
    g = in_time(line(-1, 1), 10)
    f = lambda x: x[:, :1] * cos(x[:, 1:2])
    return g, lambda x, u: d(u, x, 1, 1) - d(u, x, 0, 0) + u**2 + f(x) - f(x) ** 2, dirichlet(g, f) + initial(g, f) + [at_rest(g)]


def multiscale():
    g = line(0, 1)
    return g, lambda x, u: d(u, x, 0, 0) + (2 * pi) ** 2 * sin(2 * pi * x) + 0.1 * (50 * pi) ** 2 * sin(50 * pi * x), dirichlet(g, zero)


def helmholtz():
    g, k = dde.geometry.Rectangle([0, 0], [1, 1]), 4 * pi
    return g, lambda x, u: -lap(u, x, (0, 1)) - k**2 * u - k**2 * sin(k * x[:, :1]) * sin(k * x[:, 1:2]), dirichlet(g, zero)


def beltrami():
    g = in_time(dde.geometry.Cuboid([-1, -1, -1], [1, 1, 1]), 1)

    def speed(i):
        def f(x):
            a, b, c, t = (x[:, j : j + 1] for j in (i, (i + 1) % 3, (i + 2) % 3, 3))
            return -(exp(a) * sin(b + c) + exp(c) * cos(a + b)) * exp(-t)

        return f

    fs = [speed(i) for i in range(3)]
    return g, flow(1, False, 3), dirichlet(g, *fs) + initial(g, *fs)


def wave():
    g = in_time(line(0, 1), 1)
    f = lambda x: sin(pi * x[:, :1]) + sin(2 * pi * x[:, :1])
    return g, lambda x, u: d(u, x, 1, 1) - 100 * d(u, x, 0, 0), dirichlet(g, zero) + initial(g, f) + [at_rest(g)]


def kovasznay():
    g, l = dde.geometry.Rectangle([-0.5, -0.5], [1, 1.5]), 10 - np.sqrt(100 + 4 * pi**2)
    u = lambda x: 1 - exp(l * x[:, :1]) * cos(2 * pi * x[:, 1:2])
    v = lambda x: l / (2 * pi) * exp(l * x[:, :1]) * sin(2 * pi * x[:, 1:2])
    p = dde.icbc.DirichletBC(g, numbers(lambda x: (1 - exp(2 * l * x[:, :1])) / 2), lambda x, on: on and dde.utils.isclose(x[0], 1), component=2)
    return g, flow(20), dirichlet(g, u, v) + [p]


def plate():
    g, l, m, q = dde.geometry.Rectangle([0, 0], [1, 1]), 1.0, 0.5, 4.0

    def pde(x, y):
        X, Y = columns(x)
        _, _, a, b, c = columns(y)
        fx = l * (-4 * pi**2 * cos(2 * pi * X) * sin(pi * Y) + q * Y**3 * pi * cos(pi * X)) + m * (-(pi**2) * cos(2 * pi * X) * sin(pi * Y) + q * Y**3 * pi * cos(pi * X)) - 8 * m * pi**2 * cos(2 * pi * X) * sin(pi * Y)
        fy = l * (3 * q * Y**2 * sin(pi * X) - 2 * pi**2 * cos(pi * Y) * sin(2 * pi * X)) + m * (-2 * pi**2 * cos(pi * Y) * sin(2 * pi * X) - pi**2 * q * Y**4 / 4 * sin(pi * X)) + 6 * m * q * Y**2 * sin(pi * X)
        ux, uy, vx, vy = (d(y, x, j, of=i) for i in (0, 1) for j in (0, 1))
        return [
            *(a - (l + 2 * m) * ux - l * vy, b - (l + 2 * m) * vy - l * ux, c - m * (uy + vx)),
            *(d(y, x, 0, of=2) + d(y, x, 1, of=4) - fx, d(y, x, 0, of=4) + d(y, x, 1, of=3) - fy),
        ]

    on = lambda axis, *values: lambda x, edge: edge and any(dde.utils.isclose(x[axis], v) for v in values)
    hold = lambda where, of, f=zero: dde.icbc.DirichletBC(g, numbers(f), where, component=of)
    load = lambda x: (l + 2 * m) * q * sin(pi * x[:, :1])
    return g, pde, [hold(on(1, 0, 1), 0), hold(on(0, 0, 1), 1), hold(on(1, 0), 1), hold(on(0, 0, 1), 2), hold(on(1, 1), 3, load)]


def kuramoto():
    g = in_time(line(-10, 10), 1)
    h = lambda x: tanh(x[:, 1:2] - x[:, :1] / 2)
    f = lambda x: 11 + 15 * h(x) - 15 * h(x) ** 2 - 15 * h(x) ** 3
    slope = lambda x: -0.5 * (15 - 30 * h(x) - 45 * h(x) ** 2) * (1 - h(x) ** 2)
    ends = dde.icbc.OperatorBC(g, lambda x, y, _: d(y, x, 0) - slope(x), edge)
    return g, lambda x, u: d(u, x, 1) + u * d(u, x, 0) + d(u, x, 0, 0) + 4 * d(u, x, 0, 0, 0) + d(u, x, 0, 0, 0, 0), dirichlet(g, f) + initial(g, f) + [ends]


def advection():
    g = in_time(line(0, 2 * pi), 1)
    return g, lambda x, u: d(u, x, 1) + 50 * d(u, x, 0), periodic(g, 1) + initial(g, lambda x: sin(x[:, :1]))


def kdv():
    g = in_time(line(-1, 1), 1)
    return g, lambda x, u: d(u, x, 1) + u * d(u, x, 0) + 0.022**2 * d(u, x, 0, 0, 0), periodic(g, 2) + initial(g, lambda x: cos(pi * x[:, :1]))


def schroedinger():
    g = in_time(line(-5, 5), pi / 2)

    def pde(x, y):
        u, v = columns(y)
        size = u**2 + v**2
        return [d(y, x, 1) + 0.5 * d(y, x, 0, 0, of=1) + size * v, d(y, x, 1, of=1) - 0.5 * d(y, x, 0, 0) - size * u]

    return g, pde, periodic(g, 2) + periodic(g, 2, 1) + initial(g, lambda x: 2 / torch.cosh(x[:, :1]), zero)


def parabolic():
    g = in_time(line(0, 1), 1)
    a = lambda x: exp(x[:, 1:2]) * cos(3 * x[:, :1])
    b = lambda x: exp(-2 * x[:, 1:2]) * sin(5 * x[:, :1])
    right_a = at_points(lambda x: 11 * a(x) - 2 * b(x))
    right_b = at_points(lambda x: -2 * b(x) - a(x) + 7.5 * b(x) - b(x))

    def pde(x, y):
        u, w = columns(y)
        return [d(y, x, 1) - d(y, x, 0, 0) + u - 2 * w - right_a(x), d(y, x, 1, of=1) - u - 0.3 * d(y, x, 0, 0, of=1) - w - right_b(x)]

    return g, pde, dirichlet(g, a, b) + initial(g, a, b)


problems = {
    **{"arc-layer": arc, "nagumo-front": nagumo, "klein-gordon-periodic": klein_gordon_periodic, "two-unknowns": two_unknowns},
    **{"annulus": annulus, "peak-3d": peak, "euler-beam": beam, "boundary-layer": layer, "burgers-step": step, "burgers": burgers},
    **{"allen-cahn": allen_cahn, "gaussian-10d-off-centre": gaussian_10d, "lid-driven-cavity": cavity},
    **{"diffusion-reaction": diffusion_reaction, "klein-gordon": klein_gordon, "poisson-multiscale": multiscale, "helmholtz": helmholtz},
    **{"beltrami-flow": beltrami, "wave-speed-10": wave, "kovasznay-20": kovasznay, "elasticity-plate": plate},
    **{"kuramoto-sivashinsky": kuramoto, "advection-50": advection, "kdv-zabusky-kruskal": kdv, "schroedinger": schroedinger, "parabolic-system": parabolic},
}


def relative(test, found):
    values = np.reshape(test["values"], (-1, test["unknowns"]))
    weights = np.reshape(test.get("weights", np.ones(len(values))), (-1, 1)) * np.reshape(test.get("known", np.ones(values.shape)), values.shape)
    return float(np.sqrt((weights * (found - values) ** 2).sum() / (weights * values**2).sum()))


def run(name, truths, seconds, seed):
    test = json.load(open(f"{truths}/{name}.json"))
    unknowns = test["unknowns"]
    points = np.reshape(test["points"], (len(test["values"]) // unknowns, -1)).astype(np.float32)
    fixed.clear()
    dde.config.set_random_seed(seed)
    began = time.process_time()
    geometry, pde, conditions = problems[name]()
    axes = points.shape[1]
    timed = isinstance(geometry, dde.geometry.GeometryXTime)
    data = points_of(geometry, pde, conditions, axes, timed)
    model = network(data, axes, unknowns)
    first, state = train(model, began, seconds)
    spent = time.process_time() - began
    return {"problem": name, "seed": seed, "seconds": seconds, "error": relative(test, model.predict(points)), "adam": first, "lbfgs": state.step - first, "loss": float(np.sum(state.loss_train)), "processorSeconds": round(spent, 1)}


def main():
    rest = sys.argv[1:]
    truths = rest.pop(0)
    given = {"--seconds": "60", "--seed": "0"}
    while rest and rest[0] in given:
        name = rest.pop(0)
        given[name] = rest.pop(0)
    for name in rest or problems:
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                told = run(name, truths, float(given["--seconds"]), int(given["--seed"]))
            except Exception as problem:
                told = {"problem": name, "error": None, "failed": repr(problem)[:300]}
        print(json.dumps(told), flush=True)
        fixed.clear()


main()
