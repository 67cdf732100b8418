"""
How far does DeepXDE come with a problem that monge reads as text (`bench/solver-reach.ts --deepxde SECONDS`)?

  PYTHONPATH=DEEPXDE DDE_BACKEND=pytorch python bench/peers/deepxde_texts.py PROBLEM.json SECONDS SEED

The file has the residuals of equations and conditions as Python, the domain, and points with known values. The settings are those of `deepxde_training.py`, the same for every
problem. Every second of training the relative L2 error is taken at the known points; that time is not counted, and the run ends when the error is below the target. One line of JSON.
"""
import contextlib, io, json, sys, time
import numpy as np
from deepxde_training import d, dde, network, points_of, torch, train

close = dde.utils.isclose


def of_numbers(f):
    return lambda *given: f(*(g if torch.is_tensor(g) else torch.tensor(float(g)) for g in given))


functions = {
    **{name: of_numbers(getattr(torch, name)) for name in "sin cos tan exp log sqrt sinh cosh tanh abs erf atan atan2".split()},
    "where": torch.where,
    **{"min": of_numbers(torch.minimum), "max": of_numbers(torch.maximum), "pi": np.pi},
}


def shape(spec, bounds):
    if "difference" in spec:
        whole, *holes = [shape(part, [part[axis] for axis in part] if "shape" not in part else None) for part in spec["difference"]]
        for hole in holes:
            whole = whole - hole
        return whole
    if spec.get("shape") == "disk":
        return dde.geometry.Disk(spec["center"], spec["radius"])
    low, high = [list(ends) for ends in zip(*bounds)]
    if len(low) == 1:
        return dde.geometry.Interval(low[0], high[0])
    return {2: dde.geometry.Rectangle, 3: dde.geometry.Cuboid}.get(len(low), dde.geometry.Hypercube)(low, high)


def residuals(p):
    """A function of DeepXDE's arguments for each text."""
    axes, unknowns = p["axes"], p["unknowns"]
    space = [k for k in range(len(axes)) if k != p["time"]]

    def scope(x, y):
        columns = {**{a: x[:, k : k + 1] for k, a in enumerate(axes)}, **{u: y[:, k : k + 1] for k, u in enumerate(unknowns)}}
        slope = lambda of, *along: d(y, x, *(axes.index(a) for a in along), of=unknowns.index(of))
        laplacian = lambda of: sum(d(y, x, k, k, of=unknowns.index(of)) for k in space)
        return {**functions, **p["constants"], **columns, "diff": slope, "lap": laplacian}

    return lambda text: (lambda code: lambda x, y, more={}: eval(code, {**scope(x, y), **more}))(compile(text, text[:40], "eval"))


def conditions_of(p, geometry, residual):
    on_time = lambda x, _: bool(close(x[p["time"]], p["bounds"][p["time"]][0]))

    def place(on):
        if on == "boundary":
            return lambda x, edge: edge
        axis, side = on["axis"], on["side"]
        if axis == p["time"]:
            return on_time
        ends = p["bounds"][axis]
        sides = {"low": ends[:1], "high": ends[1:], "both": ends}[side]
        return lambda x, edge: edge and any(close(x[axis], end) for end in sides)

    def operator(condition):
        of = residual(condition["residual"])

        def value(x, y, _):
            if condition["kind"] not in ("neumann", "robin"):
                return torch.nan_to_num(of(x, y))
            normal = np.nan_to_num(geometry.boundary_normal(x.detach().numpy())).astype(np.float32)
            return of(x, y, {f"n{p['axes'][k]}": torch.as_tensor(normal[:, k : k + 1]) for k in range(normal.shape[1])})

        return dde.icbc.OperatorBC(geometry, value, place(condition["on"]))

    periodic = [
        dde.icbc.PeriodicBC(geometry, c["axis"], lambda _, edge: edge, derivative_order=k, component=of)
        for c in p["periodic"]
        for of in c["unknowns"]
        for k in range(c["orders"])
    ]
    # A pressure is known up to a constant.
    corner = np.array([[low for low, _ in p["bounds"]]])
    gauge = [dde.icbc.PointSetBC(corner, np.zeros((1, 1)), component=p["gauge"])] if p["gauge"] is not None and p["time"] is None else []
    return [operator(c) for c in p["conditions"]] + periodic + gauge


def main():
    file, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    p = json.load(open(file))
    size = (-1, len(p["unknowns"]))
    points = np.reshape(p["points"], (-1, len(p["axes"]))).astype(np.float32)
    truth = np.reshape(np.array([np.nan if v is None else v for v in p["values"]], dtype=float), size)
    known = ~np.isnan(truth)

    def error(model):
        found = model.predict(points).astype(float)
        if p["gauge"] is not None:
            k, at = p["gauge"], known[:, p["gauge"]]
            found[:, k] += truth[at, k].mean() - found[at, k].mean() if at.any() else 0
        return float(np.sqrt(((found - truth)[known] ** 2).sum() / (truth[known] ** 2).sum()))

    dde.config.set_random_seed(seed)
    residual = residuals(p)
    bounds = [b for k, b in enumerate(p["bounds"]) if k != p["time"]]
    timed = p["time"] is not None and len(bounds) > 0
    if timed:
        geometry = dde.geometry.GeometryXTime(shape(p["domain"], bounds), dde.geometry.TimeDomain(*p["bounds"][p["time"]]))
    else:
        geometry = dde.geometry.TimeDomain(*p["bounds"][0]) if p["time"] is not None else shape(p["domain"], bounds)
    equations, sources, kept = [residual(e) for e in p["equations"]], [residual(s) for s in p["sources"]], {}

    def pde(x, y):
        if x.shape[0] not in kept or not torch.equal(kept[x.shape[0]][0], x):
            kept[x.shape[0]] = (x.detach().clone(), {f"source{k}": s(x, y) for k, s in enumerate(sources)})
        return [e(x, y, {k: v.detach() if torch.is_tensor(v) else v for k, v in kept[x.shape[0]][1].items()}) for e in equations]

    began = time.process_time()
    watched = {"at": began, "paused": 0.0, "reached": None}

    def watch(model):
        now = time.process_time()
        if watched["reached"] is None and now - watched["at"] > 1:
            if error(model) <= p["target"]:
                watched["reached"] = now - began - watched["paused"]
            watched["at"] = time.process_time()
            watched["paused"] += watched["at"] - now
        return watched["reached"] is not None

    with contextlib.redirect_stdout(io.StringIO()):
        data = points_of(geometry, pde, conditions_of(p, geometry, residual), len(p["axes"]), timed)
        model = network(data, len(p["axes"]), len(p["unknowns"]))
        train(model, began, seconds, watch)
        found = error(model)
    spent = watched["reached"] or time.process_time() - began - watched["paused"]
    print(json.dumps({"problem": p["name"], "seed": seed, "target": p["target"], "error": found if np.isfinite(found) else None, "seconds": round(spent, 1)}))


main()
