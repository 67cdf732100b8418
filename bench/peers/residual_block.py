"""GroupNorm + SiLU + 3x3 convolution twice, with a skip, forward and backward, in both memory layouts of PyTorch."""
import torch
import torch.nn.functional as F

from serve import options, serve, tensors

data = tensors()
names = ["image", "gamma1", "beta1", "filter1", "gamma2", "beta2", "filter2"]


def variant(layout):
    # The shared arrays are NHWC and HWIO.
    def own(name):
        t = data[name]
        if name == "image":
            t = t.permute(0, 3, 1, 2)
        if name.startswith("filter"):
            t = t.permute(3, 2, 0, 1)
        t = t.contiguous(memory_format=layout) if t.dim() == 4 else t.clone()
        return t.requires_grad_(True)

    leaves = [own(name) for name in names]
    x, gamma1, beta1, filter1, gamma2, beta2, filter2 = leaves
    groups = options["groups"]

    def step():
        h = F.conv2d(F.silu(F.group_norm(x, groups, gamma1, beta1)), filter1, padding=1)
        h = F.conv2d(F.silu(F.group_norm(h, groups, gamma2, beta2)), filter2, padding=1)
        loss = (x + h).square().sum()
        torch.autograd.grad(loss, leaves)
        return loss.item()

    return step


serve({"channels first": variant(torch.contiguous_format), "channels last": variant(torch.channels_last)})
