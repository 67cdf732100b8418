"""Reading NetCDF by netCDF4-python and xarray, gaps filled by NaN. Protocol as in serve.py, without PyTorch.

With `make` in the options it first writes the three files that are read, from maps repeated along time."""
import json
import sys

import netCDF4
import numpy as np
import xarray
from answer import answer

options = json.loads(sys.argv[1])
folder, steps = options["folder"], options["steps"]


def make():
    entry = options["tensors"][0]
    maps = np.fromfile(options["data"], entry["type"]).reshape(entry["shape"])
    _, height, width = maps.shape
    deflate = dict(zlib=True, complevel=4, shuffle=True)
    box = (min(120, steps), 20, 25)
    for name, storage in (("netcdf3", {}), ("steps", dict(deflate, chunksizes=(1, height, width))), ("boxes", dict(deflate, chunksizes=box))):
        file = netCDF4.Dataset(f"{folder}/{name}.nc", "w", format="NETCDF3_64BIT_OFFSET" if name == "netcdf3" else "NETCDF4")
        for dim, size in (("time", None), ("lat", height), ("lon", width)):
            file.createDimension(dim, size)
        rain = file.createVariable("pr", "f4", ("time", "lat", "lon"), fill_value=np.float32(-9999), **storage)
        for t in range(0, steps, 120):
            n = min(120, steps - t)
            rain[t : t + n] = maps[np.arange(t, t + n) % len(maps)]
        file.close()


if options.get("make"):
    make()
    answer({}, netCDF4.__version__)
    sys.exit()

path, slabs = f"{folder}/{options['file']}.nc", options["slabs"]
turn = {}


def reader(name, fetch):
    def run():
        k = turn[name] = turn.get(name, -1) + 1
        # Both see HDF5's one cache of chunks: xarray must not follow where netCDF4 has just been.
        if name == "xarray" and k > 0:
            k += len(slabs) // 2 + 1
        total = 0.0
        for start, count in slabs[k % len(slabs)]:
            values = fetch(tuple(slice(i, i + n) for i, n in zip(start, count)))
            total += float(values.ravel()[0])
        return total
    return run


rain = netCDF4.Dataset(path)["pr"]
lazy = xarray.open_dataset(path, cache=False)["pr"]
answer(
    {
        "netCDF4": reader("netCDF4", lambda box: np.ma.filled(rain[box], np.nan)),
        "xarray": reader("xarray", lambda box: lazy[box].values),
    },
    netCDF4.__version__,
)
