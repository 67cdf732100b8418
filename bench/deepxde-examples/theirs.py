"""Runs examples of DeepXDE as they are, with its PyTorch backend on one thread, and records their own error and processor seconds.

PYTHONPATH=DEEPXDE DDE_BACKEND=pytorch python bench/deepxde-examples/theirs.py DEEPXDE/examples [--seconds 60] NAME ... > theirs.jsonl

With --seconds training stops after so many processor seconds of an example, whichever of its optimizers is at work, and its own test follows.

Pictures are left out, what an example takes from `tf` comes from torch, and without scikit-optimize points of low discrepancy are scipy's Halton points. One line of JSON an example: error is what the example itself
reports (its relative L2 error at its test points), or null where it reports none. Navier_Stokes_inverse gets the flow of `vortices.py` in the place of the
wake of a cylinder; its error is the larger one of its two constants when training ends.
"""
import contextlib
import io
import json
import os
import re
import runpy
import sys
import time
import types

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "peers"))
import no_skopt  # noqa: F401
import deepxde as dde
import matplotlib.pyplot as plt
import scipy.io
import torch
import vortices

torch.set_num_threads(1)
dde.config.set_random_seed(0)
dde.saveplot = lambda *_, **__: None
shim = types.SimpleNamespace(sin=torch.sin, cos=torch.cos, exp=torch.exp, tanh=torch.tanh, concat=lambda parts, axis: torch.cat(parts, dim=axis))
dde.backend.tf = shim
sys.modules["deepxde.backend"].tf = shim

folder = os.path.abspath(sys.argv[1])
names = sys.argv[2:]
limit = float(names.pop(0) and names.pop(0)) if names[0] == "--seconds" else float("inf")


class Stop(dde.callbacks.Callback):
    """Ends a training when an example has used its processor seconds."""

    def on_batch_end(self):
        if time.process_time() - began > limit:
            self.model.stop_training = True

    on_epoch_end = on_batch_end


class Drawing(Exception):
    """An example begins to draw what it found."""


def draw(*_, **__):
    raise Drawing


train = dde.Model.train
# Values of constants to be found, by the callbacks that watch them.
constants = []
steps = []


def train_within(model, *args, callbacks=None, **options):
    cut = time.process_time() - began > limit
    if cut and model.train_state.step > 0:
        return model.losshistory, model.train_state
    history = train(model, *args, callbacks=[*(callbacks or []), Stop()], **options)
    constants[:] = [float(v) for c in callbacks or [] if isinstance(c, dde.callbacks.VariableValue) for v in c.get_value()]
    steps.append(model.train_state.step)
    return history


dde.Model.train = train_within

for name in names:
    kind = next(k for k in ("pinn_forward", "pinn_inverse") if os.path.exists(f"{folder}/{k}/{name}.py"))
    os.chdir(f"{folder}/{kind}")
    said = io.StringIO()
    began = time.process_time()
    if name == "Navier_Stokes_inverse":
        scipy.io.loadmat = lambda *_: vortices.wake()
        plt.semilogy = draw
    try:
        with contextlib.redirect_stdout(said):
            found = runpy.run_path(f"{name}.py")
        state = found.get("train_state")
        metrics = getattr(state, "best_metrics", None)
        told = dict(re.findall(r"([Ll]2 relative error[^:\n]*): *([\d.eE+-]+)", said.getvalue()))
        error = float(metrics[0]) if metrics else (float(list(told.values())[-1]) if told else None)
        line = {"example": name, "error": error, "told": told, "iterations": getattr(state, "step", None), "limit": limit if limit < float("inf") else None}
    except Drawing:
        error = max(abs(found / true - 1) for found, true in zip(constants, (1, vortices.viscosity)))
        line = {"example": name, "error": error, "constants": constants, "iterations": steps[-1], "limit": limit if limit < float("inf") else None}
    except Exception as problem:
        line = {"example": name, "error": None, "failed": repr(problem)[:200]}
    line["processorSeconds"] = round(time.process_time() - began, 1)
    print(json.dumps(line), flush=True)
