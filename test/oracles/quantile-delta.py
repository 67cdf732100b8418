"""Quantile (delta) mapping and the adaptation of wet-day frequency by numpy, from the formulas: writes quantile-delta.json.

Cannon et al. 2015, doi:10.1175/JCLI-D-14-00754.1, equations 3-6; Themessl et al. 2012, doi:10.1007/s10584-011-0224-4, section 3.
"""
import json
import pathlib

import numpy as np


def uniform(n, step):
    """n numbers spread over (0, 1), the same in every language."""
    return (np.arange(1, n + 1) * step) % 1.0


def rain(n, step, scale, dry):
    """A share `dry` of zeros and an exponential law above 0.1."""
    u = uniform(n, step)
    return np.where(u < dry, 0.0, 0.1 - scale * np.log((1 - u) / (1 - dry)))


GOLDEN, ROOT2, ROOT3 = (5**0.5 - 1) / 2, 2**0.5 - 1, 3**0.5 - 1
observed = rain(301, GOLDEN, 5.0, 0.55)
history = rain(257, ROOT2, 3.0, 0.7)
drizzle = rain(257, ROOT3, 2.0, 0.3)
projected = rain(283, ROOT3, 4.0, 0.65)
THRESHOLD = 0.1
tau = (np.arange(50) + 0.5) / 50


def quantiles(values):
    return np.quantile(values, tau, method="hazen")


def change(obs, hist, proj):
    """Factors at the nodes: observed over history, where history is wet; the ratio of the model capped where it is small."""
    o, h, p = quantiles(obs), quantiles(hist), quantiles(proj)
    o = np.where(o < THRESHOLD, 0.0, o)
    with np.errstate(all="ignore"):
        delta = np.where(h < 10 * THRESHOLD, np.minimum(p / h, 2.0), p / h)
        # The limit where the projection is dry: observed over history.
        factor = np.where(p > 0, o * delta / p, o / h)
        factor[h < THRESHOLD] = np.nan
    last = np.nan
    for i in range(len(factor) - 1, -1, -1):
        if np.isnan(factor[i]):
            factor[i] = last
        last = factor[i]
    return p, factor


def mapped(values, nodes, factor):
    """numpy's interp takes the last of equal nodes as we do, where the value itself is no node."""
    rates = values * np.interp(values, nodes, factor)
    return np.where(rates < THRESHOLD, 0.0, rates)


def share(hist):
    p_model, p_observed = np.mean(hist < THRESHOLD), np.mean(observed < THRESHOLD)
    return max(0.0, (p_model - p_observed) / p_model), p_model


def wet(values):
    return values[values >= THRESHOLD]


qm_nodes, qm_factor = change(observed, drizzle, drizzle)
qdm_nodes, qdm_factor = change(observed, drizzle, projected)
rarely, p_model = share(history)
out = {
    "qm": mapped(wet(drizzle), qm_nodes, qm_factor).tolist(),
    "qdm": mapped(wet(projected), qdm_nodes, qdm_factor).tolist(),
    "share": rarely,
    "upTo": float(np.quantile(observed, p_model, method="hazen")),
    "never": share(drizzle)[0],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(out) + "\n")
