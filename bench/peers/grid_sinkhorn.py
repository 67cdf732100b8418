"""Entropic transport between two square fields by matrix products along the axes. Protocol as in serve.py, without PyTorch.

The plain scaling iteration, with the error (L1, of the columns; the rows are exact) looked at every tenth time.
"""
import json
import sys

import numpy as np
from answer import answer, tensors

options = json.loads(sys.argv[1])
data = tensors(options)
a, b = data["a"], data["b"]
n = len(a)
place = np.arange(n) / n
kernel = np.exp(-((place[:, None] - place[None, :]) ** 2) / options["epsilon"])
kernel_cost = kernel * (place[:, None] - place[None, :]) ** 2
passes = {}


def cost(u, v):
    return np.sum(u * (kernel_cost @ v @ kernel + kernel @ v @ kernel_cost))


def products():
    v = np.ones_like(a)
    for k in range(1, 100_000):
        u = a / (kernel @ v @ kernel)
        back = kernel @ u @ kernel
        if k % 10 == 0 and np.abs(v * back - b).sum() < options["tolerance"]:
            break
        v = b / back
    passes["products"] = k
    return cost(u, v)


def in_place():
    u, v, half, whole = np.empty_like(a), np.ones_like(a), np.empty_like(a), np.empty_like(a)
    for k in range(1, 100_000):
        np.matmul(kernel, v, out=half)
        np.matmul(half, kernel, out=whole)
        np.divide(a, whole, out=u)
        np.matmul(kernel, u, out=half)
        np.matmul(half, kernel, out=whole)
        if k % 10 == 0:
            np.multiply(v, whole, out=half)
            half -= b
            if np.abs(half, out=half).sum() < options["tolerance"]:
                break
        np.divide(b, whole, out=v)
    passes["in place"] = k
    return cost(u, v)


def occupied():
    """On the rows and columns that hold mass alone, where the products allow it."""
    ra, ca = np.flatnonzero(a.any(1)), np.flatnonzero(a.any(0))
    rb, cb = np.flatnonzero(b.any(1)), np.flatnonzero(b.any(0))
    p, q = a[np.ix_(ra, ca)], b[np.ix_(rb, cb)]
    down, across = np.ascontiguousarray(kernel[np.ix_(ra, rb)]), np.ascontiguousarray(kernel[np.ix_(cb, ca)])
    up, back_across = np.ascontiguousarray(down.T), np.ascontiguousarray(across.T)
    v = np.ones_like(q)
    for k in range(1, 100_000):
        u = p / (down @ v @ across)
        back = up @ u @ back_across
        if k % 10 == 0 and np.abs(v * back - q).sum() < options["tolerance"]:
            break
        v = q / back
    passes["occupied"] = k
    whole_u, whole_v = np.zeros_like(a), np.zeros_like(b)
    whole_u[np.ix_(ra, ca)], whole_v[np.ix_(rb, cb)] = u, v
    return cost(whole_u, whole_v)


def said(name, run):
    def call():
        value = run()
        print(f"  NumPy {name}: {passes[name]} iterations", file=sys.stderr)
        return value

    return call


answer({"products": products, "in place": in_place, "occupied": occupied}, np.__version__)
