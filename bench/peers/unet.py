"""The denoising U-Net in PyTorch: a training step (loss, clipping, Adam, moving average) or one evaluation.

The same architecture from the same numbers: the parameters arrive under the names of the TypeScript network, with
filters HWIO and matrices [in, out], and are stored here as PyTorch likes them best (OIHW in channels-last memory).
`options`: {mode: "train" | "sample", sigmaData, levels, blocks, groups}; batch inputs clean, condition, noise, sigma.
"""
import math

import torch
import torch.nn.functional as F

from serve import options, serve, tensors

last = torch.channels_last
sigma_data, groups, levels, blocks = (options[k] for k in ("sigmaData", "groups", "levels", "blocks"))
device = options.get("device", "cpu")
data = {name: t.to(device) for name, t in tensors().items()}


def own(name, t):
    if name.endswith(".filter"):
        return t.permute(3, 2, 0, 1).contiguous(memory_format=last)
    return t.t().contiguous() if name.endswith(".kernel") else t.clone()


parameters = {k[6:]: own(k, t).requires_grad_(options["mode"] == "train") for k, t in data.items() if k[:6] == "param."}
images = {k: data[k].permute(0, 3, 1, 2).contiguous(memory_format=last) for k in ("clean", "condition", "noise")}
sigma = data["sigma"]
half = parameters["embedding.0.kernel"].shape[1] // 2
frequencies = 2 * math.pi * torch.exp(torch.linspace(math.log(0.25), math.log(4.0), half)).to(device)


def conv(p, name, x, **settings):
    w = p[f"{name}.filter"]
    return F.conv2d(x, w, p[f"{name}.bias"], padding=w.shape[2] // 2, **settings)


def linear(p, name, x):
    return F.linear(x, p[f"{name}.kernel"], p[f"{name}.bias"])


def norm(p, name, x):
    g = groups if x.shape[1] % groups == 0 else 1
    return F.group_norm(x, g, p[f"{name}.gamma"], p[f"{name}.beta"])


def residual(p, name, x, embedding):
    h = conv(p, f"{name}.conv1", F.silu(norm(p, f"{name}.norm1", x)))
    scale, shift = linear(p, f"{name}.film", embedding)[:, :, None, None].chunk(2, 1)
    h = conv(p, f"{name}.conv2", F.silu(norm(p, f"{name}.norm2", h) * (1 + scale) + shift))
    return (conv(p, f"{name}.shortcut", x) if f"{name}.shortcut.filter" in p else x) + h


def network(p, image, coordinate):
    angles = coordinate[:, None] * frequencies
    e = torch.cat([angles.sin(), angles.cos()], 1)
    e = F.silu(linear(p, "embedding.1", F.silu(linear(p, "embedding.0", e))))
    h, saved = conv(p, "input", image), []
    for level in range(levels):
        for k in range(blocks):
            h = residual(p, f"down.{level}.{k}", h, e)
            saved.append(h)
        if level < levels - 1:
            h = conv(p, f"reduce.{level}", h, stride=2)
    h = residual(p, "middle", h, e)
    for level in reversed(range(levels)):
        for k in range(blocks):
            h = residual(p, f"up.{level}.{k}", torch.cat([h, saved.pop()], 1), e)
        if level > 0:
            h = conv(p, f"enlarge.{level}", F.interpolate(h, scale_factor=2, mode="nearest"))
    return conv(p, "output", F.silu(norm(p, "output.norm", h)))


def denoise(p, x, condition, level):
    s = level[:, None, None, None]
    total = s * s + sigma_data**2
    image = torch.cat([x / total.sqrt(), condition], 1).contiguous(memory_format=last)
    f = network(p, image, level.log() / 4)
    return sigma_data**2 / total * x + s * sigma_data / total.sqrt() * f


def trainer(fused):
    p = {name: t.detach().clone(memory_format=torch.preserve_format).requires_grad_(True) for name, t in parameters.items()}
    leaves = list(p.values())
    average = [t.detach().clone() for t in leaves]
    adam = torch.optim.Adam(leaves, lr=1e-3, betas=(0.9, 0.99), fused=fused)

    def step():
        noisy = images["clean"] + sigma[:, None, None, None] * images["noise"]
        estimate = denoise(p, noisy, images["condition"], sigma)
        weight = (sigma**2 + sigma_data**2) / (sigma * sigma_data) ** 2
        loss = (weight * (estimate - images["clean"]).square().mean((1, 2, 3))).mean()
        adam.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(leaves, 1.0)
        adam.step()
        with torch.no_grad():
            torch._foreach_lerp_(average, leaves, 1 - 0.998)
        return loss.item()

    return step


@torch.no_grad()
def sample():
    """Mean square of the fields after DPM-Solver++(2M) from the same noise, through the given noise levels."""
    steps = options["noiseLevels"]
    x, previous, count = images["noise"] * steps[0], None, len(images["noise"])
    for i, s in enumerate(steps):
        d = denoise(parameters, x, images["condition"], torch.full((count,), s, device=device))
        if i == len(steps) - 1:
            return d.square().mean().item()
        h = math.log(s / steps[i + 1])
        ahead = d if previous is None else d + h / (2 * math.log(steps[i - 1] / s)) * (d - previous)
        x = steps[i + 1] / s * x - math.expm1(-h) * ahead
        previous = d


if options["mode"] == "sample":
    serve({"channels last": sample})
else:
    serve({"channels last": trainer(False), "channels last, fused Adam": trainer(True)})
