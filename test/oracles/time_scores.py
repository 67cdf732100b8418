"""Writes time-scores.json: scores of sums over time and of means of areas, autocorrelation and spells of one made ensemble, by numpy.

usage: python3 test/oracles/time_scores.py > test/oracles/time-scores.json
The fields come from the congruential generator of rain-by-congruence.ts: 12 times of 32 x 32 cells, 5 members half-way between the truth
and other rain, wet from 0.1.
"""
import json, math
import numpy as np
T, N, M, WET = 32, 12, 5, 0.1


def uniform(seed, n):
    out, s = np.empty(n), seed
    for i in range(n):
        s = (s * 1664525 + 1013904223) & 0xffffffff
        out[i] = s / 2 ** 32
    return out


def rain(seed, *lead):
    v = uniform(seed, math.prod(lead) * T * T).reshape(*lead, T, T)
    for _ in range(2): v = (v + np.roll(v, 1, -1) + np.roll(v, -1, -1) + np.roll(v, 1, -2) + np.roll(v, -1, -2)) / 5
    return np.floor(300 * np.maximum(v - 0.48, 0) ** 1.5 * 10 + 0.5) / 10


truth = rain(2, N)
ensemble = 0.5 * truth[:, None] + 0.5 * rain(3, N, M)
truth, ensemble = [np.where(v < WET, 0, v) for v in (truth, ensemble)]
areas = lambda v: v.reshape(*v.shape[:-2], T // 8, 8, T // 8, 8).mean((-3, -1))


def scores(y, x):  # y (windows, …), x (windows, members, …)
    e = np.moveaxis(x, 1, 0)
    s = np.sort(e, 0)
    w = (2 * np.arange(1, M + 1) - M - 1).reshape(-1, *[1] * (e.ndim - 1))
    crps = (np.abs(e - y).mean(0) - (s * w).sum(0) / (M * (M - 1))).mean()
    ratio = math.sqrt(e.var(0, ddof=1).mean() * (1 + 1 / M) / ((e.mean(0) - y) ** 2).mean())
    q = [np.quantile(x, p) / np.quantile(y, p) - 1 for p in (0.99, 0.999)]
    return dict(crps=crps, spreadSkill=ratio, quantiles=q, maximum=[y.max(0).mean(), x.max(0).mean()])


def spells(v):  # (times, …): mean length of wet and dry spells
    wet = v > 0
    starts = np.concatenate([np.ones_like(wet[:1]), wet[1:] != wet[:-1]])
    return [wet.sum() / (wet & starts).sum(), (~wet).sum() / (~wet & starts).sum()]


sums = []
for n in (1, 2, 3, 6, 12):
    y = truth.reshape(N // n, n, T, T).mean(1)
    x = ensemble.reshape(N // n, n, M, T, T).mean(1)
    sums.append(dict(steps=n, cells=scores(y, x), areas=scores(areas(y), areas(x))))
f = lambda v: np.log1p(v / (3 * WET))
others = (f(ensemble).sum(1, keepdims=True) - f(ensemble)) / (M - 1)
lag = lambda d, k: (d[k:] * d[:N - k]).mean() / (d * d).mean()
autocorrelation = [[lag(d, k) for k in range(1, 7)] for d in (f(truth)[:, None] - others, f(ensemble) - others)]
print(json.dumps(dict(sums=sums, autocorrelation=autocorrelation, spells=[spells(truth), spells(ensemble)]), indent=1))
