"""One step of a physics-informed network in PyTorch, float64, rows r = √w (lap(u) + u - f): by `mode`, loss and gradient,
or a Gauss-Newton step: rows, Jacobian, J^T J + shift, Cholesky, the step, and the loss where it leads.

The jet (value, two first derivatives, Laplacian) goes forward by hand as in pinn_step.py (`lean` there), which is PyTorch's
best way. Variants of the step:
`jacrev` maps reverse mode over single points (torch.func), with the jet by hand;
`layers` takes one reverse pass for the sum of the rows, whose gradients at the outputs of the layers give each point's
derivatives by the weights as products of small matrices; `layers, einsum` forms these by einsum;
`by hand` writes that reverse pass out, without autograd, into a Jacobian that is allocated once;
`by hand, blocks` computes only the lower blocks of J^T J; `by hand, dsyrk` calls BLAS for the triangle through SciPy, where
it is installed.
"""
import torch

from serve import options, serve, tensors

torch.set_default_dtype(torch.float64)
data = tensors()
x, f, root, theta, shift = (data[name] for name in ("points", "source", "root", "theta", "shift"))
widths = options["widths"]
count = len(widths) - 1
n, size = len(x), len(theta)
offsets = [0]
for a, b in zip(widths, widths[1:]):
    offsets.append(offsets[-1] + (a + 1) * b)


def layers(parameters):
    """Weights and biases as views."""
    found = []
    for i, (a, b) in enumerate(zip(widths, widths[1:])):
        at = offsets[i]
        found.append((parameters[at : at + a * b].view(a, b), parameters[at + a * b : at + (a + 1) * b]))
    return found


def jet(points, parameters, seen=None):
    """lap(u) + u as a column; `seen` collects inputs and outputs of layers. Derivatives are scaled by the root of 2."""
    pairs = layers(parameters)
    weight, bias = pairs[0]
    rows = 2**0.5 * weight
    z = [torch.addmm(bias, points, weight)]
    slopes = [rows[0:1], rows[1:2]]
    if seen is not None:
        slopes = [s.expand(len(points), -1).contiguous() for s in slopes]
        z += slopes
        for part in z:
            part.requires_grad_(True)
        seen.append((None, z))
    z1, z2 = slopes
    h = torch.tanh(z[0])
    s = 1 - h * h
    v, d1, d2, lap = h, s * z1, s * z2, s * h * -(z1 * z1 + z2 * z2)
    for i in range(1, count - 1):
        weight, bias = pairs[i]
        z = [torch.addmm(bias, v, weight), d1 @ weight, d2 @ weight, lap @ weight]
        if seen is not None:
            seen.append(((v, d1, d2, lap), z))
        z0, z1, z2, zl = z
        h = torch.tanh(z0)
        s = 1 - h * h
        v, d1, d2, lap = h, s * z1, s * z2, s * (zl - h * (z1 * z1 + z2 * z2))
    weight, bias = pairs[-1]
    total = v + lap
    out = torch.addmm(bias, total, weight)
    if seen is not None:
        seen.append(((v, total), out))
    return out


def rows_at(parameters):
    return root * (jet(x, parameters) - f)


def gradient(parts):
    parameters = theta.clone().requires_grad_(True)

    def run():
        losses, sums = 0.0, None
        for xk, fk, rk in zip(x.chunk(parts), f.chunk(parts), root.chunk(parts)):
            loss = (rk * (jet(xk, parameters) - fk)).square().sum()
            (g,) = torch.autograd.grad(loss, parameters)
            sums = g if sums is None else sums.add_(g)
            losses += loss.item()
        # The slope along the parameters, so that the value tells of the gradient too.
        return losses + torch.dot(sums, theta).item()

    return run


jacobian = torch.empty(n, size)


def block(i):
    """Columns of layer i's weights and of its bias, as views [n, inputs, outputs] and [n, outputs]."""
    a, b, at = widths[i], widths[i + 1], offsets[i]
    return jacobian[:, at : at + a * b].view(n, a, b), jacobian[:, at + a * b : at + (a + 1) * b]


def fill(i, hs, zs):
    """Sum over slots of h times the gradient at the layer's outputs, by a small product per point."""
    weights, bias = block(i)
    weights.copy_(torch.bmm(torch.stack(hs, 2), torch.stack(zs, 1)))
    bias.copy_(zs[0])


def fill_einsum(i, hs, zs):
    weights, bias = block(i)
    weights.copy_(torch.einsum("sni,sno->nio", torch.stack(hs), torch.stack(zs)))
    bias.copy_(zs[0])


def fill_outer(i, hs, zs):
    """The same as a sum of outer products, added up in place."""
    weights, bias = block(i)
    torch.mul(hs[0].unsqueeze(2), zs[0].unsqueeze(1), out=weights)
    for h, z in zip(hs[1:], zs[1:]):
        weights.addcmul_(h.unsqueeze(2), z.unsqueeze(1))
    bias.copy_(zs[0])


unit = 2**0.5 * torch.eye(2)


def by_layers(put):
    def run():
        seen = []
        out = jet(x, theta.detach(), seen)
        r = root * (out - f)
        outputs = [z for _, zs in seen[:-1] for z in zs]
        grads = list(torch.autograd.grad((root * out).sum(), outputs))
        for i, (hs, zs) in enumerate(seen[:-1]):
            bars = [grads.pop(0) for _ in zs]
            if i == 0:
                hs = [x, unit[0].expand(n, 2), unit[1].expand(n, 2)]
            put(i, [h.detach() for h in hs], bars)
        weights, bias = block(count - 1)
        torch.mul(seen[-1][0][1].detach(), root, out=weights.squeeze(2))
        bias.copy_(root)
        return r.detach()

    return run


def by_hand(put):
    """Forward and reverse pass written out."""

    def run():
        pairs = layers(theta)
        kept = []
        weight, bias = pairs[0]
        rows = 2**0.5 * weight
        z1, z2, zl = rows[0:1], rows[1:2], None
        z0 = torch.addmm(bias, x, weight)
        inputs = None
        for i in range(count - 1):
            h = torch.tanh(z0)
            s = 1 - h * h
            q = z1 * z1 + z2 * z2
            inner = -h * q if zl is None else torch.addcmul(zl, h, q, value=-1)
            d1, d2, lap = s * z1, s * z2, s * inner
            kept.append((inputs, h, s, q, inner, z1, z2, d1, d2))
            inputs = (h, d1, d2, lap)
            if i < count - 2:
                weight, bias = pairs[i + 1]
                z0, z1, z2, zl = torch.addmm(bias, h, weight), d1 @ weight, d2 @ weight, lap @ weight
        weight, bias = pairs[-1]
        total = h + lap
        r = root * (torch.addmm(bias, total, weight) - f)
        weights, last = block(count - 1)
        torch.mul(total, root, out=weights.squeeze(2))
        last.copy_(root)
        bh = root * weight.T
        bl = bh
        b1 = b2 = None
        for i in range(count - 2, -1, -1):
            hs, h, s, q, inner, z1, z2, d1, d2 = kept[i]
            # h = tanh z0, d = s z1, lap = s inner, inner = zl - h q
            bi = bl * s
            bs = bl * inner
            bq = bi * h
            zbar1, zbar2 = -2 * bq * z1, -2 * bq * z2
            if b1 is not None:
                bs = bs + b1 * z1 + b2 * z2
                zbar1.addcmul_(b1, s)
                zbar2.addcmul_(b2, s)
            bz = (bh - bi * q - 2 * h * bs) * s
            if i == 0:
                put(0, [x, unit[0].expand(n, 2), unit[1].expand(n, 2)], [bz, zbar1, zbar2])
            else:
                put(i, list(hs), [bz, zbar1, zbar2, bi])
                weight = pairs[i][0].T
                bh, b1, b2, bl = bz @ weight, zbar1 @ weight, zbar2 @ weight, bi @ weight
        return r

    return run


def by_jacrev():
    from torch.func import jacrev, vmap

    def row(parameters, point, source, weight):
        return (weight * (jet(point.unsqueeze(0), parameters) - source)).squeeze()

    jacobian.copy_(vmap(jacrev(row), (None, 0, 0, 0))(theta, x, f, root))
    return rows_at(theta)


def gram():
    return jacobian.T @ jacobian


def gram_blocks():
    cuts = [0, size // 4, size // 2, 3 * size // 4, size]
    matrix = torch.empty(size, size)
    for a, b in zip(cuts, cuts[1:]):
        matrix[a:b, :b] = jacobian[:, a:b].T @ jacobian[:, :b]
    return matrix


def gram_dsyrk():
    from scipy.linalg.blas import dsyrk

    # Row-major J is column-major J^T; the upper triangle in column-major is the lower one here.
    return torch.from_numpy(dsyrk(1.0, jacobian.numpy().T, lower=0).T)


def step(linearize, product):
    def run():
        r = linearize()
        g = jacobian.T @ r
        matrix = product()
        matrix.diagonal().add_(shift)
        delta = torch.cholesky_solve(g, torch.linalg.cholesky(matrix))
        moved = theta - delta.squeeze(1)
        return rows_at(moved).square().sum().item()

    return run


if options["mode"] == "gradient":
    variants = {"lean": gradient(1), "lean, 2 parts": gradient(2), "lean, 4 parts": gradient(4)}
else:
    variants = {
        "jacrev": step(by_jacrev, gram),
        "layers": step(by_layers(fill), gram),
        "layers, einsum": step(by_layers(fill_einsum), gram),
        "by hand": step(by_hand(fill), gram),
        "by hand, outer": step(by_hand(fill_outer), gram),
        "by hand, outer, blocks": step(by_hand(fill_outer), gram_blocks),
        "by hand, blocks": step(by_hand(fill), gram_blocks),
    }
    try:
        import scipy.linalg.blas  # noqa: F401

        variants["by hand, dsyrk"] = step(by_hand(fill), gram_dsyrk)
        variants["by hand, outer, dsyrk"] = step(by_hand(fill_outer), gram_dsyrk)
    except ImportError:
        pass
serve(variants)
