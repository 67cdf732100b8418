"""Archives that judge the pretrained model, from their public originals to NetCDF in mm/h.

    python3 bench/pretrain/convert.py PYSTEPS METEONET OUT NAME...

PYSTEPS and METEONET are clones of github.com/pySTEPS/pysteps-data (eaa59fb) and github.com/meteofrance/meteonet (e1d7e61). Needs numpy,
h5py, netCDF4 and GDAL. Nothing is printed of the values. AROME is read from its GRIB file as it is.
"""

import io
import os
import subprocess
import sys
import tempfile

import h5py
import netCDF4
import numpy as np
from osgeo import gdal

gdal.UseExceptions()
PYSTEPS, METEONET, OUT, *NAMES = sys.argv[1:]


def content(repository: str, path: str) -> bytes:
    return subprocess.run(["git", "-C", repository, "show", f"HEAD:{path}"], check=True, capture_output=True).stdout


def listed(repository: str, folder: str) -> list[str]:
    command = ["git", "-C", repository, "ls-tree", "-r", "--name-only", "HEAD", folder]
    return sorted(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


def write(name: str, frames: np.ndarray, interval: int, spacing: float, degrees: tuple[np.ndarray, np.ndarray] | None = None) -> None:
    """Frames in mm/h, NaN is missing, on cells of so many metres, or on latitudes and longitudes."""
    with netCDF4.Dataset(os.path.join(OUT, f"{name}.nc"), "w") as made:
        y, x = ("lat", "lon") if degrees else ("y", "x")
        for dim, size in zip(("time", y, x, "nv"), (*frames.shape, 2)):
            made.createDimension(dim, size)
        ends = interval * (1 + np.arange(len(frames)))
        time = made.createVariable("time", "f8", ("time",))
        time.setncatts({"standard_name": "time", "units": "seconds since 2000-01-01 00:00:00", "calendar": "standard", "bounds": "time_bnds"})
        time[:] = ends
        made.createVariable("time_bnds", "f8", ("time", "nv"))[:] = np.stack([ends - interval, ends], axis=1)
        for axis, (dim, size) in enumerate(zip((y, x), frames.shape[1:])):
            line = made.createVariable(dim, "f8", (dim,))
            if degrees:
                line.setncatts({"standard_name": ("latitude", "longitude")[axis], "units": ("degrees_north", "degrees_east")[axis]})
                line[:] = degrees[axis]
            else:
                line.setncatts({"standard_name": f"projection_{dim}_coordinate", "units": "m"})
                line[:] = spacing * np.arange(size)
        rain = made.createVariable("pr", "f4", ("time", y, x), zlib=True, fill_value=np.float32(np.nan))
        rain.setncatts({"standard_name": "lwe_precipitation_rate", "units": "mm h-1", "cell_methods": "time: mean"})
        rain[:] = frames


def gif(repository: str, path: str) -> np.ndarray:
    """Levels of MeteoSwiss: 0 and 1 dry, 255 missing."""
    with tempfile.NamedTemporaryFile(suffix=".gif") as file:
        file.write(content(repository, path))
        file.flush()
        levels = gdal.Open(file.name).ReadAsArray().astype(float)
    rates = 12 * (10 ** ((levels - 71.5) / 20) / 316) ** (1 / 1.5)
    rates[levels <= 1] = 0
    rates[levels == 255] = np.nan
    return rates.astype("f4")


def odim(repository: str, path: str) -> np.ndarray:
    """Rates of an ODIM composite."""
    with h5py.File(io.BytesIO(content(repository, path))) as file:
        what = {**file["dataset1/what"].attrs, **(file["dataset1/data1/what"].attrs if "what" in file["dataset1/data1"] else {})}
        assert what["quantity"] == b"RATE", what["quantity"]
        raw = file["dataset1/data1/data"][:].astype(float)
    rates = raw * float(what.get("gain", 1)) + float(what.get("offset", 0))
    if "undetect" in what:
        rates[raw == float(what["undetect"])] = 0
    if "nodata" in what:
        rates[raw == float(what["nodata"])] = np.nan
    rates[rates < 0] = np.nan
    return rates.astype("f4")


def rainfields(repository: str, path: str, interval: int) -> np.ndarray:
    with netCDF4.Dataset("memory", memory=content(repository, path)) as file:
        return np.ma.filled(file["precipitation"][:].astype("f4"), np.nan) * 3600 / interval


def meteonet(area: str) -> tuple[np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Sums over 5 minutes in hundredths of a mm, -1 is missing; rows run southwards."""
    sums = np.load(io.BytesIO(content(METEONET, f"data_samples/radar/rainfall_{area}_2016_08.3.npz")), allow_pickle=True)["data"]
    rates = np.where(sums < 0, np.nan, sums * (12 / 100)).astype("f4")
    at = np.load(io.BytesIO(content(METEONET, f"data_samples/radar/radar_coords_{area}.npz")), allow_pickle=True)
    lat, lon = at["lats"][:, 0], at["lons"][0]
    return rates, (lat[: rates.shape[1]], lon[: rates.shape[2]])


def stack(read, repository: str, folder: str, ending: str, contains: str = "") -> np.ndarray:
    return np.stack([read(repository, path) for path in listed(repository, folder) if path.endswith(ending) and contains in path])


made = {
    # Of the development, against which this file was checked.
    "mch-2015": lambda: write("mch-2015", stack(gif, PYSTEPS, "radar/mch/20150515/", ".gif"), 300, 1000),
    "opera-2018": lambda: write("opera-2018", stack(odim, PYSTEPS, "radar/OPERA/20180824/", ".hdf"), 900, 2000),
    "bom-2020": lambda: write("bom-2020", stack(lambda r, p: rainfields(r, p, 600), PYSTEPS, "radar/bom/prcp-c10/66/2020/10/31/", ".nc"), 600, 500),
    "meteonet-nw": lambda: write("meteonet-nw", meteonet("NW")[0], 300, 0, meteonet("NW")[1]),
    # Those that judge.
    "rmi": lambda: write("rmi", stack(odim, PYSTEPS, "radar/rmi/radqpe/20210704/", ".hdf"), 300, 1000),
    "mch-2017": lambda: write("mch-2017", stack(gif, PYSTEPS, "radar/mch/20170131/", ".gif"), 300, 1000),
    "melbourne": lambda: write("melbourne", stack(lambda r, p: rainfields(r, p, 360), PYSTEPS, "radar/bom/prcp-cscn/2/2018/06/16/", ".nc"), 360, 500),
    "opera-2024": lambda: write("opera-2024", stack(odim, PYSTEPS, "radar/OPERA/20241126/NIMBUS/", ".hdf", "PAAH22"), 900, 2000),
    "meteonet-se": lambda: write("meteonet-se", meteonet("SE")[0], 300, 0, meteonet("SE")[1]),
}
os.makedirs(OUT, exist_ok=True)
for name in NAMES:
    made[name]()
