"""Writing NetCDF by netCDF4-python, step by step, flushed to the disk. Protocol as in serve.py, without PyTorch."""
import json
import os
import resource
import sys

import netCDF4
import numpy as np
from answer import answer

options = json.loads(sys.argv[1])
entry = options["tensors"][0]
maps = np.fromfile(options["data"], entry["type"]).reshape(entry["shape"])
case, path, steps = options["case"], options["path"], options["steps"]


def write():
    count, height, width = maps.shape
    file = netCDF4.Dataset(path, "w", format="NETCDF4")
    for name, size in (("time", None), ("lat", height), ("lon", width)):
        file.createDimension(name, size)
    time = file.createVariable("time", "f8", ("time",))
    file.createVariable("lat", "f8", ("lat",))[:] = np.arange(height)
    file.createVariable("lon", "f8", ("lon",))[:] = np.arange(width)
    storage = dict(zlib=True, complevel=4, shuffle=case.endswith("shuffle"), chunksizes=(1, height, width))
    rain = file.createVariable("pr", "f4", ("time", "lat", "lon"), fill_value=netCDF4.default_fillvals["f4"], **storage)
    for step in range(steps):
        time[step] = step
        rain[step] = maps[step % count]
    file.close()
    handle = os.open(path, os.O_RDWR)
    os.fsync(handle)
    os.close(handle)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


answer({"netCDF4": write}, netCDF4.__version__)
