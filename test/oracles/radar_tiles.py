"""Counts of wet and drier 64 x 64 tiles in each radar file, and the 64 held-out tiles of the published comparison.

usage: python3 radar_tiles.py DATA_DIR [BINARY_DIR] > radar-tiles.json        (needs numpy and netCDF4)

DATA_DIR holds the whole archives, or the cut ones (test/data/radar > radar-tiles-cut.json). The choice of the held-out tiles follows numpy's default_rng(1), drawn in the order of FILES. With BINARY_DIR the frames
are also written there as raw float32 mm/h, gaps as NaN.
"""
import json
import os
import sys
import netCDF4
import numpy as np

# file: (factor to mm/h, frame step, cap of tiles, role)
FILES = {
    'fmi_20160928.nc': (1.0, 1, 2500, 'train'), 'mch_20150515.nc': (1.0, 1, 2500, 'train'),
    'knmi_20100826.nc': (12.0, 1, 2500, 'train'), 'bom_brisbane_20201031.nc': (6.0, 1, 2000, 'train'),
    'opera_odyssey_20180824.nc': (1.0, 1, 2500, 'train'), 'mrms_conus_20190610.nc': (1.0, 3, 2500, 'train'),
    'mch_20160711.nc': (1.0, 1, 10**9, 'test'), 'fmi_20170509.nc': (1.0, 1, 10**9, 'test')}
CUT = {
    'fmi_20160928_cut.nc': (1.0, 1, 100, 'train'), 'knmi_20100826_cut.nc': (12.0, 1, 2500, 'train'),
    'mrms_conus_20190610_cut.nc': (1.0, 1, 2500, 'train'), 'fmi_20170509_cut.nc': (1.0, 1, 10**9, 'test')}
if os.path.exists(os.path.join(sys.argv[1], 'fmi_20160928_cut.nc')): FILES = CUT
T, WET, RMAX, DRY = 64, 0.1, 200.0, 0.2
rng = np.random.default_rng(1)
out = []
for name, (factor, step, cap, role) in FILES.items():
    v = netCDF4.Dataset(os.path.join(sys.argv[1], name))['pr']
    v.set_auto_maskandscale(False)
    scale, fill = float(v.scale_factor) * factor, int(v._FillValue)
    wet, drier, raw = [], [], []
    for t in range(0, v.shape[0], step):
        a = v[t]
        if len(sys.argv) > 2:
            raw.append(np.where(a == fill, np.nan, a * scale).astype(np.float32))
        for y in range(0, a.shape[0] - T + 1, T):
            for x in range(0, a.shape[1] - T + 1, T):
                b = a[y:y + T, x:x + T]
                if (b == fill).any() or b.max() * scale > RMAX:
                    continue
                w = (b * scale >= WET).mean()
                (wet if w >= 0.10 else drier if w >= 0.01 else []).append((t // step, y, x))
    kw = min(len(wet), int(cap * (1 - DRY)))
    kd = min(len(drier), int(kw * DRY / (1 - DRY)))
    if role == 'test':
        kw, kd = min(len(wet), 26), min(len(drier), 6)
    places = [wet[i] for i in rng.permutation(len(wet))[:kw]] + [drier[i] for i in rng.permutation(len(drier))[:kd]]
    row = dict(file=name, factor=factor, step=step, role=role, frames=len(range(0, v.shape[0], step)), height=v.shape[1],
               width=v.shape[2], wet=len(wet), drier=len(drier), wetKept=kw, drierKept=kd)
    if role == 'test':
        row['places'] = [list(map(int, p)) for p in places]
    if raw:
        np.stack(raw).tofile(os.path.join(sys.argv[2], name[:-3] + '.f32'))
    out.append(row)
print('[\n' + ',\n'.join(json.dumps(r) for r in out) + '\n]')
