"""Writes downscaling-scores.json: scores, baselines and special functions computed with numpy and scipy.

usage: python3 test/oracles/downscaling-scores.py > test/oracles/downscaling-scores.json
The fields come from a 32-bit congruential generator that the test repeats, so that only results are stored. Rain is
rounded to 0.1, which makes ties between members and truth frequent.
"""
import json, math
import numpy as np
from scipy import special, stats

T, SC, N, M, WET = 32, 4, 4, 5, 0.1


def uniform(seed, n):
    out, s = np.empty(n), seed
    for i in range(n):
        s = (s * 1664525 + 1013904223) & 0xffffffff
        out[i] = s / 2 ** 32
    return out


def smooth(v):      # 5-point periodic average, twice: some spatial correlation
    for _ in range(2):
        v = (v + np.roll(v, 1, -1) + np.roll(v, -1, -1) + np.roll(v, 1, -2) + np.roll(v, -1, -2)) / 5
    return v


def rain(seed, *lead):
    u = smooth(uniform(seed, math.prod(lead) * T * T).reshape(*lead, T, T))
    return np.floor(300 * np.maximum(u - 0.48, 0) ** 1.5 * 10 + 0.5) / 10


def block(a): return a.reshape(*a.shape[:-2], T // SC, SC, T // SC, SC).mean((-3, -1))
def near(a): return a.repeat(SC, -1).repeat(SC, -2)


def up(y):          # bilinear, half-pixel centres, clamped edges
    n = y.shape[-1]; x = np.maximum((np.arange(n * SC) + .5) / SC - .5, 0)
    lo = np.minimum(np.floor(x).astype(int), n - 1); hi = np.minimum(lo + 1, n - 1); w = x - lo
    a = y[..., lo, :] * (1 - w)[:, None] + y[..., hi, :] * w[:, None]
    return a[..., lo] * (1 - w) + a[..., hi] * w


def conserve(r, y, cap=10.):
    f = near(np.minimum(y / np.maximum(block(r), 1e-6), cap)) * r
    return f + near(np.maximum(y - block(f), 0))


def cascade(y, white, beta, amp):
    k = np.fft.fftfreq(T) * T; kk = np.maximum(np.hypot(k[:, None], k[None]), 1)
    g = np.fft.ifft2(np.fft.fft2(white) * kk ** (-beta / 2)).real
    g = (g - g.mean((-2, -1), keepdims=True)) / g.std((-2, -1), ddof=1, keepdims=True)
    return conserve(up(y) * np.exp(amp * g), y)


def rapsd(f):
    p = np.abs(np.fft.fftshift(np.fft.fft2(f), axes=(-2, -1))) ** 2 / T ** 2
    i = np.arange(T) - T // 2; k = np.rint(np.hypot(*np.meshgrid(i, i))).astype(int)
    return np.stack([p[..., k == q].mean(-1) for q in range(1, T // 2)], -1)


def scores(E, o, y):
    E = np.where(E < WET, 0, E); M = E.shape[1]; mean = E.mean(1); s = {}
    s['mae'] = np.abs(mean - o).mean((1, 2)); s['bias'] = (mean - o).mean((1, 2))
    pairs = np.abs(E[:, :, None] - E[:, None]).sum((1, 2)); a = np.abs(E - o[:, None]).mean(1)
    s['crps'] = (a - pairs / (2 * M * max(M - 1, 1))).mean((1, 2)); s['crpsEcdf'] = (a - pairs / (2 * M * M)).mean((1, 2))
    s['quantiles'] = []
    for q in (.99, .999, .9999):
        t, p = np.quantile(o, q, axis=(1, 2)), np.quantile(E, q, axis=(2, 3))
        s['quantiles'].append(dict(truth=t, forecast=p.mean(1), error=np.abs(p - t[:, None]).mean(1),
                                   pooledBias=np.quantile(E, q) / np.quantile(o, q) - 1))
    s['wetForecast'], s['wetTruth'] = (E >= WET).mean((1, 2, 3)), (o >= WET).mean((1, 2))
    s['blockRmse'] = np.sqrt(((block(E) - y[:, None]) ** 2).mean((1, 2, 3)))
    s['rmse'] = math.sqrt(((mean - o) ** 2).mean())
    if M > 1:
        s['spreadSkill'] = math.sqrt((M + 1) / M * E.var(1, ddof=1).mean()) / s['rmse']
        keep = ~((E == 0).all(1) & (o == 0)); lo, eq = (E < o[:, None]).sum(1)[keep], (E == o[:, None]).sum(1)[keep]
        s['rank'] = [float(np.where((lo <= r) & (r <= lo + eq), 1 / (eq + 1), 0).mean()) for r in range(M + 1)]
    for tag, f in (('Linear', lambda v: v), ('Log', np.log1p)):
        d = 10 * np.log10(rapsd(f(E)).mean((0, 1)) / rapsd(f(o)).mean(0))
        s['ralsd' + tag] = math.sqrt((d ** 2).mean()); s['spectrum' + tag] = d
    return s


def main():
    E, o = rain(1, N, M), rain(2, N); y = block(o)
    white = uniform(3, N * M * T * T).reshape(N, M, T, T) - .5; yy = y[:, None]
    p = np.concatenate([np.linspace(0, .99, 2000), 1 - np.geomspace(.01, 1e-6, 600)])
    mapped = np.interp(up(y), np.quantile(up(block(rain(4, N))), p), np.quantile(rain(4, N), p))
    cas = cascade(yy, white, 3., .5)
    x = np.array([-6, -2.5, -.5, 0, .3, .46875, .5, 1, 2, 4, 4.5, 8, 20])
    shape, arg = np.array([.1, .6, 1, 2.5, 10, 10, 200]), np.array([.05, 1.25, 3, 2, 4, 30, 210])
    out = dict(
        scores=scores(E, o, y), events=[scores(E[k::2], o[k::2], y[k::2]) for k in (0, 1)], single=scores(up(y)[:, None], o, y),
        conserved=sample(conserve(E, yy)), cascade=sample(cas), cascadeScores=scores(cas, o, y), bilinear=sample(up(y)), mapped=sample(mapped),
        special=dict(x=x, erfc=special.erfc(x), normal=special.ndtr(x), shape=shape, arg=arg, gamma=special.gammainc(shape, arg), logGamma=special.gammaln(shape)))
    print(json.dumps(out, default=lambda a: a.tolist()))


def sample(a):      # every 37th value, and the sum
    return dict(every37=a.ravel()[::37], sum=float(a.sum()))


if __name__ == '__main__':
    main()
