"""The sliced Wasserstein distance on given directions, p = 2: by POT (NumPy and PyTorch), and as NumPy writes it at best.

Variants: `POT` on float64 arrays; `NumPy sort`, mean of squared differences of sorted projections, which holds for equal
counts and weights alone; with the option `gradient` instead `POT, gradient`, POT on PyTorch tensors and its backward
pass, and `torch.sort, gradient`, the short form for equal counts. All return the power p, ours, not the root.
"""
import numpy as np
import ot
import torch

from serve import options, serve, tensors

data = tensors()
x, y = data["x"], data["y"]
theta = data["directions"].T.contiguous()
nx, ny, nt = x.numpy(), y.numpy(), theta.numpy()


def pot():
    return ot.sliced_wasserstein_distance(nx, ny, projections=nt, p=2) ** 2


def plain():
    gap = np.sort((nx @ nt).T, axis=1) - np.sort((ny @ nt).T, axis=1)
    return np.mean(gap * gap)


def pot_gradient():
    a, b = x.clone().requires_grad_(True), y.clone().requires_grad_(True)
    value = ot.sliced_wasserstein_distance(a, b, projections=theta, p=2) ** 2
    value.backward()
    return value.item()


def plain_gradient():
    a, b = x.clone().requires_grad_(True), y.clone().requires_grad_(True)
    value = (torch.sort((a @ theta).T)[0] - torch.sort((b @ theta).T)[0]).square().mean()
    value.backward()
    return value.item()


if options.get("gradient"):
    serve({"POT, gradient": pot_gradient, "torch.sort, gradient": plain_gradient})
else:
    serve({"POT": pot, "NumPy sort": plain})
