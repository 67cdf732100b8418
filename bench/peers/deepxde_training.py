"""The settings with which DeepXDE is run beside us, the same for every problem, and its derivatives of any order. One thread."""
import os, time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"
import no_skopt  # noqa: F401
import deepxde as dde
import torch
from deepxde.optimizers.config import LBFGS_options

torch.set_num_threads(1)
# L-BFGS returns after every 5 iterations, not after 1000, so that the seconds are kept.
LBFGS_options["iter_per_step"], LBFGS_options["fun_per_step"] = 5, 7


def d(y, x, *along, of=0):
    """A derivative of an output along these axes, one after the other; pairs go through DeepXDE's Hessian."""
    if len(along) == 1:
        return dde.grad.jacobian(y, x, i=of, j=along[0])
    out = dde.grad.hessian(y, x, component=of, i=along[0], j=along[1])
    rest = along[2:]
    while rest:
        out, rest = (dde.grad.hessian(out, x, i=rest[0], j=rest[1]), rest[2:]) if len(rest) > 1 else (dde.grad.jacobian(out, x, i=0, j=rest[0]), ())
    return out


def lap(y, x, axes, of=0):
    return sum(d(y, x, a, a, of=of) for a in axes)


class Until(dde.callbacks.Callback):
    """Ends a training at so many processor seconds, or earlier where `watch` says so."""

    def __init__(self, when, watch=None):
        super().__init__()
        self.when, self.watch = when, watch

    def on_epoch_end(self):
        if time.process_time() > self.when or (self.watch and self.watch(self.model)):
            self.model.stop_training = True


def points_of(geometry, pde, conditions, axes, timed):
    inside, edges = {1: (100, 2), 2: (2500, 200)}.get(axes, (5000, 1000))
    counts = dict(num_domain=inside, num_boundary=edges, num_test=100, **(dict(num_initial=edges) if timed else {}))
    return (dde.data.TimePDE if timed else dde.data.PDE)(geometry, pde, conditions, **counts)


def network(data, axes, unknowns):
    width = [20] * 3 if axes == 1 else [32] * 4 if unknowns == 1 else [50] * 4
    return dde.Model(data, dde.nn.FNN([axes, *width, unknowns], "tanh", "Glorot normal"))


def train(model, began, seconds, watch=None):
    """Adam at 1e-3 for half of the processor seconds, L-BFGS for the rest; how many steps of Adam, and the state at the end."""
    model.compile("adam", lr=1e-3)
    _, state = model.train(iterations=10**7, callbacks=[Until(began + seconds / 2, watch)], verbose=0)
    first = state.step
    if watch and watch(model):
        return first, state
    model.compile("L-BFGS", verbose=0)
    LBFGS_options["maxiter"] = 10**7
    _, state = model.train(callbacks=[Until(began + seconds, watch)], verbose=0)
    return first, state
