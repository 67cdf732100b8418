"""Writes verification-peers.json: scores of one made ensemble by other programs, a row for each score and program.

usage: PYTHONPATH=pysteps:scores/src:scoringrules python3 test/oracles/verification_peers.py > test/oracles/verification-peers.json
pysteps, scores and scoringrules are checkouts; numpy, scipy, xarray, scikit-image and scikit-learn are installed. The fields come from the
congruential generator of rain-by-congruence.ts, 12 days of 32 x 32 cells, 5 members half-way between the truth and other rain.
"""
import importlib.metadata as metadata, json, math, sys, types, warnings
import numpy as np, xarray as xr
from scipy import ndimage, stats, special
warnings.simplefilter('ignore')
version = metadata.version
metadata.version = lambda name: version(name) if name != 'scoringrules' else '0'
for folder in sys.path:  # the package file of pysteps reads a configuration; its scores need none
    if folder.endswith('pysteps'):
        stub = types.ModuleType('pysteps'); stub.__path__ = [folder + '/pysteps']; stub.rcparams = {}; sys.modules['pysteps'] = stub
import scoringrules as sr
from pysteps.verification import detcatscores, ensscores, probscores, salscores, spatialscores
from scores.probability import brier_score_for_ensemble, crps_for_ensemble, tail_tw_crps_for_ensemble
from scores.categorical import ThresholdEventOperator
from scores.spatial import fss_2d
from scores.stats.statistical_tests import diebold_mariano
from sklearn.metrics import roc_auc_score
T, N, M = 32, 12, 5


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
def made(seed): return 0.5 * truth[:, None] + 0.5 * rain(seed, N, M)
one, two = made(1), made(3)
rows = []
def row(score, program, value, **of): rows.append(dict(score=score, program=program, value=float(value), **of))
O = xr.DataArray(truth, dims=['time', 'y', 'x']); F = xr.DataArray(one, dims=['time', 'member', 'y', 'x'])
last = np.moveaxis(one, 1, -1)

row('crps', 'scoringrules', sr.crps_ensemble(truth, last, estimator='fair').mean())
row('crps', 'scores', crps_for_ensemble(F, O, 'member', method='fair'))
row('crpsEcdf', 'scoringrules', sr.crps_ensemble(truth, last, estimator='nrg').mean())
row('crpsEcdf', 'scores', crps_for_ensemble(F, O, 'member', method='ecdf'))
for thr in (0.5, 5.):
    row('tail', 'scoringrules', sr.twcrps_ensemble(truth, last, a=thr, estimator='fair').mean(), threshold=thr)
    row('tail', 'scores', tail_tw_crps_for_ensemble(F, O, 'member', thr, method='fair', tail='upper'), threshold=thr)
    row('brier', 'scores', brier_score_for_ensemble(F, O, 'member', thr, fair_correction=False), threshold=thr)
    row('brierFair', 'scores', brier_score_for_ensemble(F, O, 'member', thr, fair_correction=True), threshold=thr)
    p, y = (one >= thr).mean(1), truth >= thr
    row('rocArea', 'scikit-learn', roc_auc_score(y.ravel(), p.ravel()), threshold=thr)
    obs = np.broadcast_to(truth[:, None], one.shape)
    # pysteps takes x > thr for an event; a hair below makes it x >= thr
    for name, key in (('csi', 'CSI'), ('pod', 'POD'), ('far', 'FAR'), ('ets', 'ETS')):
        row(name, 'pysteps', detcatscores.det_cat_fct(one.ravel(), obs.ravel(), thr - 1e-9, key)[key], threshold=thr)
    row('frequencyBias', 'pysteps', detcatscores.det_cat_fct(one.ravel(), obs.ravel(), thr - 1e-9, 'BIAS')['BIAS'], threshold=thr)
    table = ThresholdEventOperator(default_event_threshold=thr).make_contingency_manager(F, xr.DataArray(obs, dims=F.dims)).transform()
    row('csi', 'scores', table.critical_success_index(), threshold=thr)
    row('ets', 'scores', table.equitable_threat_score(), threshold=thr)
    row('frequencyBias', 'scores', table.frequency_bias(), threshold=thr)
    # Murphy's parts, by hand over the M + 1 probabilities
    k = (one >= thr).sum(1); n = y.size
    rel = sum((k == q).sum() * (q / M - y[k == q].mean()) ** 2 for q in range(M + 1) if (k == q).any()) / n
    res = sum((k == q).sum() * (y[k == q].mean() - y.mean()) ** 2 for q in range(M + 1) if (k == q).any()) / n
    row('brierReliability', 'numpy', rel, threshold=thr); row('brierResolution', 'numpy', res, threshold=thr)
# pysteps ranks ties at random and skips no dry cell but by X_min: compared where it draws none, on a strictly positive copy
jitter = 1e-6 * (1 + uniform(9, N * T * T).reshape(N, T, T)); ens = one + 1e-6 * (1 + uniform(11, N * M * T * T).reshape(N, M, T, T))
hist = ensscores.rankhist(np.moveaxis(ens, 1, 0).reshape(M, -1), (truth + jitter).ravel(), None)
for r, v in enumerate(hist): row('rank', 'pysteps', v, rank=r)
for window in (3, 9):
    f = [spatialscores.fss_init(0.5, window)]
    single = one[:, 0]
    for t in range(N): spatialscores.fss_accum(f[0], single[t], truth[t])
    row('fss', 'pysteps', spatialscores.fss_compute(f[0]), window=window)
row('energy', 'scoringrules', np.mean([sr.es_ensemble(truth[t].ravel(), one[t].reshape(M, -1), estimator='fair') for t in range(N)]) / T)


def parts(e, y):  # Hersbach 2000, by integrating the squared difference over a fine common grid of levels and sorting by members below
    reli = pot = 0.
    x = np.sort(np.moveaxis(e, 1, 0).reshape(M, -1), 0); y = y.ravel(); n = y.size
    for i in range(M + 1):
        if i == 0: b, a, o = np.maximum(x[0] - y, 0).mean(), 0., (y < x[0]).mean()
        elif i == M: b, a, o = 0., np.maximum(y - x[-1], 0).mean(), 1 - (y > x[-1]).mean()
        else:
            a = np.clip(y - x[i - 1], 0, x[i] - x[i - 1]).mean(); b = np.clip(x[i] - y, 0, x[i] - x[i - 1]).mean(); o = b / (a + b)
        if a + b == 0: continue
        g = b / o if i == 0 else a / (1 - o) if i == M else a + b
        reli += g * (o - i / M) ** 2; pot += g * o * (1 - o)
    return reli, pot
reli, pot = parts(one, truth)
row('crpsReliability', 'numpy', reli); row('crpsPotential', 'numpy', pot)
s = np.sort(truth.ravel()); n = s.size
row('uncertainty', 'numpy', ((2 * np.arange(n) + 1 - n) * s).sum() / n / n)


def objects(v):
    thr = np.quantile(v[v > 0], .95) / 15
    label, count = ndimage.label(v >= thr, structure=np.ones((3, 3)))
    c = np.array(ndimage.center_of_mass(v)); ids = range(1, count + 1)
    R, top = np.array(ndimage.sum(v, label, ids)), np.array(ndimage.maximum(v, label, ids))
    r = np.hypot(*(np.array(ndimage.center_of_mass(v, label, ids)) - c).T)
    return v.sum(), c, (R * R / top).sum() / R.sum(), (R * r).sum() / R.sum()
S, A, L = [], [], []
for t in range(N):
    for m in range(M):
        (df, cf, vf, rf), (do, co, vo, ro) = objects(one[t, m]), objects(truth[t]); d = np.hypot(T - 1, T - 1)
        S.append((vf - vo) / (.5 * (vf + vo))); A.append((df - do) / (.5 * (df + do))); L.append((np.hypot(*(cf - co)) + 2 * abs(rf - ro)) / d)
row('structure', 'scipy', np.mean(S)); row('amplitude', 'scipy', np.mean(A)); row('location', 'scipy', np.mean(L))
row('amplitude', 'pysteps', np.mean([salscores.sal_amplitude(one[t, m], truth[t]) for t in range(N) for m in range(M)]))

d = crps_for_ensemble(F, O, 'member', method='fair', preserve_dims='time').values - sr.crps_ensemble(truth, np.moveaxis(two, 1, -1), estimator='fair').mean((1, 2))
for h in (1, 3):
    da = xr.DataArray(d[None], dims=['lead', 'time'], coords={'lead': [1], 'h': ('lead', [h])})
    dm = diebold_mariano(da, 'lead', 'h', method='HLN', statistic_distribution='t')
    row('dieboldMariano', 'scores', dm['dm_test_stat'].values[0], horizon=h)
    row('dieboldMarianoP', 'scipy', 2 * stats.t.cdf(-abs(float(dm['dm_test_stat'].values[0])), N - 1), horizon=h)
for a, b, x in ((.5, .5, .3), (2, 3, .7), (5.5, .5, .99), (30, 40, .2), (1e-2, 7, 1e-3)):
    row('beta', 'scipy', special.betainc(a, b, x), a=a, b=b, x=x)
print(json.dumps(dict(rows=rows, differences=list(map(float, d))), indent=None, separators=(',', ':')).replace('{"score"', '\n{"score"'))
