"""Reading and writing GeoTIFF by rasterio (GDAL). Makes the files that both sides read. Protocol as in serve.py, without PyTorch."""
import json
import os
import sys

import numpy as np
import rasterio
from answer import answer
from rasterio.transform import from_origin
from rasterio.windows import Window

options = json.loads(sys.argv[1])
folder, size, case = options["folder"], options["size"], options["case"]
path = os.path.join(folder, case + ".tif")
PROFILES = {
    "deflate": {"driver": "GTiff", "tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "deflate", "predictor": 3},
    "lzw": {"driver": "GTiff", "tiled": True, "blockxsize": 512, "blockysize": 512, "compress": "lzw"},
    "plain": {"driver": "GTiff"},
    "cog": {"driver": "COG", "blocksize": 512, "compress": "deflate", "predictor": 3, "overview_resampling": "average"},
}


def field():
    """Rain-like: smooth over some 50 cells, a third of it 0, all bits of the others in use."""
    rng = np.random.default_rng(5)
    spectrum = np.fft.rfft2(rng.standard_normal((size, size)))
    ky, kx = np.meshgrid(np.fft.fftfreq(size), np.fft.rfftfreq(size), indexing="ij")
    smooth = np.fft.irfft2(spectrum / (1e-3 + np.hypot(kx, ky)) ** 1.7, s=(size, size))
    smooth = (smooth - smooth.mean()) / smooth.std()
    return np.maximum(np.exp(smooth) - 0.65, 0).astype("float32")


def write(target, profile, data, **more):
    common = {"width": size, "height": size, "count": 1, "dtype": "float32", "crs": "EPSG:4326", "nodata": -9999,
              "transform": from_origin(-20, 60, 0.01, 0.01)}
    with rasterio.open(target, "w", **common, **profile, **more) as d:
        d.write(data, 1)


kind = case.split("-")[0]
data = field()
if not os.path.exists(path):
    write(path, PROFILES[kind], data)


def whole(**more):
    with rasterio.open(path, **more) as d:
        a = d.read(1)
    return float(a[::97, ::89].astype("f8").sum())


def windows(edge, count):
    total = 0.0
    with rasterio.open(path) as d:
        for k in range(count):
            row, column = (k * 7919) % (size - edge), (k * 104729) % (size - edge)
            total += float(d.read(1, window=Window(column, row, edge, edge))[::7, ::5].astype("f8").sum())
    return total


def produce(**more):
    target = os.path.join(folder, "peer.tif")
    write(target, PROFILES["cog"], data, **more)
    return float(os.path.getsize(target))


name = f"rasterio {rasterio.__version__} (GDAL {rasterio.__gdal_version__})"
if case == "cog-64":
    variants = {name: lambda: windows(64, 200)}
elif case == "cog-512":
    variants = {name: lambda: windows(512, 50)}
elif case == "cog-write":
    variants = {name: produce, f"{name}, 2 threads": lambda: produce(num_threads=2)}
else:
    variants = {name: whole, f"{name}, 2 threads": lambda: whole(num_threads=2)}
if case == "cog-write":
    data.tofile(os.path.join(folder, "field.bin"))

answer(variants, np.__version__)
