"""Forward values, loss and gradients of the downscaler's U-Net, computed with PyTorch's own layers.

usage: python3 unet_torch.py > unet-torch.json        (needs torch; Debian: python3-torch)

Arrays follow formulas that the test repeats, so the file holds only answers: element i of array number k is
amplitude * sin(0.7 i + 1.3 k + 0.5), plus 1 for gammas. Arrays are numbered in the order of `layout` below, filters are
written HWIO, images NHWC, and converted here.
"""
import json
import math
import torch
import torch.nn.functional as F

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def layout(base, mult, e=64, cin=3, features=32):
    ch = [base * m for m in mult]
    out = [("embedding.0.kernel", (features, e)), ("embedding.0.bias", (e,)), ("embedding.1.kernel", (e, e)), ("embedding.1.bias", (e,))]
    conv = lambda name, k, a, b: out.extend([(name + ".filter", (k, k, a, b)), (name + ".bias", (b,))])

    def block(name, a, b):
        out.extend([(name + ".norm1.gamma", (a,)), (name + ".norm1.beta", (a,))])
        conv(name + ".conv1", 3, a, b)
        out.extend([(name + ".film.kernel", (e, 2 * b)), (name + ".film.bias", (2 * b,))])
        out.extend([(name + ".norm2.gamma", (b,)), (name + ".norm2.beta", (b,))])
        conv(name + ".conv2", 3, b, b)
        if a != b:
            conv(name + ".shortcut", 1, a, b)

    conv("input", 3, cin, ch[0])
    c = ch[0]
    for i, d in enumerate(ch):
        block(f"down.{i}.0", c, d)
        c = d
        if i < len(ch) - 1:
            conv(f"reduce.{i}", 3, d, d)
    block("middle", c, c)
    for i in reversed(range(len(ch))):
        block(f"up.{i}.0", c + ch[i], ch[i])
        c = ch[i]
        if i:
            conv(f"enlarge.{i}", 3, c, c)
    out.extend([("output.norm.gamma", (c,)), ("output.norm.beta", (c,))])
    conv("output", 3, c, 1)
    return out


def wave(number, shape, amplitude):
    i = torch.arange(math.prod(shape))
    return (amplitude * torch.sin(0.7 * i + 1.3 * number + 0.5)).reshape(shape)


def parameters(base, mult):
    out = {}
    for k, (name, shape) in enumerate(layout(base, mult)):
        fan = math.prod(shape[:-1]) if len(shape) > 1 else 9.0
        v = wave(k, shape, 1 / math.sqrt(fan))
        out[name] = (v + 1 if name.endswith("gamma") else v).requires_grad_()
    return out


def unet(p, x, noise, base, mult):
    conv = lambda name, v, **o: F.conv2d(v, p[name + ".filter"].permute(3, 2, 0, 1), p[name + ".bias"], **o)
    linear = lambda name, v: F.linear(v, p[name + ".kernel"].T, p[name + ".bias"])
    norm = lambda name, v: F.group_norm(v, 8, p[name + ".gamma"], p[name + ".beta"])
    a = noise[:, None] * 2 * math.pi * torch.exp(torch.linspace(math.log(0.25), math.log(4.0), 16))
    e = torch.cat([a.sin(), a.cos()], 1)
    e = F.silu(linear("embedding.1", F.silu(linear("embedding.0", e))))

    def block(name, v):
        h = conv(name + ".conv1", F.silu(norm(name + ".norm1", v)), padding=1)
        g, b = linear(name + ".film", e)[:, :, None, None].chunk(2, 1)
        h = conv(name + ".conv2", F.silu(norm(name + ".norm2", h) * (1 + g) + b), padding=1)
        return (conv(name + ".shortcut", v) if name + ".shortcut.filter" in p else v) + h

    h, saved = conv("input", x, padding=1), []
    for i in range(len(mult)):
        h = block(f"down.{i}.0", h)
        saved.append(h)
        if i < len(mult) - 1:
            h = conv(f"reduce.{i}", h, stride=2, padding=1)
    h = block("middle", h)
    for i in reversed(range(len(mult))):
        h = block(f"up.{i}.0", torch.cat([h, saved.pop()], 1))
        if i:
            h = conv(f"enlarge.{i}", F.interpolate(h, scale_factor=2, mode="nearest"), padding=1)
    return conv("output", F.silu(norm("output.norm", h)), padding=1)


def nchw(v):
    return v.permute(0, 3, 1, 2)


def forward_case(base, mult, size):
    p = parameters(base, mult)
    x, noise = wave(101, (2, size, size, 3), 1.0), torch.tensor([-0.6, 0.2])
    y = unet(p, nchw(x), noise, base, mult).permute(0, 2, 3, 1)
    return dict(base=base, multipliers=mult, size=size, count=sum(v.numel() for v in p.values()), noise=noise.tolist(),
                output=[float(f"{v:.9g}") for v in y.flatten().tolist()])


def loss_case(base, mult, size, term, weight, sd=0.13, gate=2.0):
    p = parameters(base, mult)
    clean, c = nchw(wave(102, (3, size, size, 1), 0.2)), nchw(wave(103, (3, size, size, 2), 1.0))
    eps, u = nchw(wave(104, (3, size, size, 1), 1.4)), nchw(wave(105, (3, size, size, 1), 0.5))
    s = torch.tensor([0.05, 0.2, 0.9])
    v = s[:, None, None, None]
    total = v * v + sd * sd
    x = clean + v * eps
    d = sd * sd / total * x + v * sd / total.sqrt() * unet(p, torch.cat([x / total.sqrt(), c], 1), s.log() / 4, base, mult)
    edm = ((s * s + sd * sd) / (s * sd) ** 2 * (d - clean).pow(2).mean((1, 2, 3))).mean()
    a, b = (d + u).flatten(1), (clean + u).flatten(1)
    e = (a.sort(1)[0] - b.sort(1)[0]).abs().mean(1) if term == "wasserstein" else (a - b).pow(2).mean(1).add(1e-8).sqrt()
    w = ((s <= gate * sd) * e).mean() / sd
    loss = edm + weight * w
    loss.backward()
    g = lambda t: 0.0 if t.grad is None else float(t.grad.norm())
    probe = wave(7, (1,), 1.0) * 0 + torch.sin(torch.arange(4096.0))
    return dict(base=base, multipliers=mult, size=size, term=term, weight=weight, sigmaData=sd, gate=gate, sigma=s.tolist(),
                loss=float(loss), denoising=float(edm), field=float(w), gradientNorms={k: g(t) for k, t in p.items()},
                gradientProbes={k: float((t.grad.flatten()[:4096] * probe[: min(4096, t.numel())]).sum()) for k, t in p.items()})


print(json.dumps(dict(forward=[forward_case(24, [1, 2, 2], 8), forward_case(8, [1, 2], 12)],
                      loss=[loss_case(8, [1, 2], 8, "wasserstein", 0.7), loss_case(8, [1, 2], 8, "rmse", 0.7)]), indent=1))
