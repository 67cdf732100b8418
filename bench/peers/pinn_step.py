"""One training step of a physics-informed network in PyTorch: mean square of lap(u) + u + f and its gradients.

Variants: `double-backward` differentiates twice by autograd, `taylor` carries value, two first derivatives and the
Laplacian forward in one matrix product a layer, `lean` does the same without the products that are known beforehand
(unit derivatives and no curvature at the input, only the sum of value and Laplacian at the output), by four products
in place of one, so that nothing is glued together and cut apart, and with derivatives scaled by the root of 2, which
saves a factor; `lean, 2 parts` passes the points through in two halves, whose arrays fit the cache better.
"""
import torch

from serve import options, serve, tensors

torch.set_default_dtype(torch.float64)
data = tensors()
x, f = data["points"], data["source"]
count = options["layers"]
weights = [data[f"weight{i}"].requires_grad_(True) for i in range(count)]
biases = [data[f"bias{i}"].requires_grad_(True) for i in range(count)]
parameters = [p for pair in zip(weights, biases) for p in pair]


def finish(residual):
    loss = residual.square().mean()
    torch.autograd.grad(loss, parameters)
    return loss.item()


def in_parts(count):
    def run():
        losses, sums = 0.0, None
        for xk, fk in zip(x.chunk(count), f.chunk(count)):
            loss = lean_residual(xk, fk).square().sum() / len(x)
            gradients = torch.autograd.grad(loss, parameters)
            if sums is None:
                sums = gradients
            else:
                torch._foreach_add_(list(sums), list(gradients))
            losses += loss.item()
        return losses

    return run


def double_backward():
    points = x.clone().requires_grad_(True)
    u = points
    for i in range(count):
        u = torch.addmm(biases[i], u, weights[i])
        if i < count - 1:
            u = torch.tanh(u)
    slope = torch.autograd.grad(u.sum(), points, create_graph=True)[0]
    curvature = [torch.autograd.grad(slope[:, k].sum(), points, create_graph=True)[0][:, k : k + 1] for k in range(2)]
    return finish(curvature[0] + curvature[1] + u + f)


def taylor():
    n = len(x)
    unit = torch.zeros(2, n, 2)
    unit[0, :, 0] = 1
    unit[1, :, 1] = 1
    v, d1, d2, lap = x, unit[0], unit[1], torch.zeros(n, 2)
    for i in range(count):
        z, z1, z2, zl = (torch.cat([v, d1, d2, lap]) @ weights[i]).split(n)
        z = z + biases[i]
        if i == count - 1:
            return finish(zl + z + f)
        h = torch.tanh(z)
        s = 1 - h * h
        v, d1, d2, lap = h, s * z1, s * z2, s * (zl - 2 * h * (z1 * z1 + z2 * z2))


def lean_residual(points, source):
    h = torch.tanh(torch.addmm(biases[0], points, weights[0]))
    s = 1 - h * h
    z1, z2 = 2**0.5 * weights[0][0:1], 2**0.5 * weights[0][1:2]
    v, d1, d2, lap = h, s * z1, s * z2, s * h * -(z1 * z1 + z2 * z2)
    for i in range(1, count - 1):
        z, z1, z2, zl = torch.addmm(biases[i], v, weights[i]), d1 @ weights[i], d2 @ weights[i], lap @ weights[i]
        h = torch.tanh(z)
        s = 1 - h * h
        v, d1, d2, lap = h, s * z1, s * z2, s * (zl - h * (z1 * z1 + z2 * z2))
    return torch.addmm(biases[-1], v + lap, weights[-1]) + source


serve(
    {
        "double-backward": double_backward,
        "taylor": taylor,
        "lean": lambda: finish(lean_residual(x, f)),
        "lean, 2 parts": in_parts(2),
        "lean, 4 parts": in_parts(4),
    }
)
