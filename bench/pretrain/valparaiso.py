"""Gauges and CHIRPS of Valparaiso, January to August 1983 (RFmerge), as files of monge: CHIRPS as a map of days, its means over
2 x 2 and 4 x 4 cells, and the gauges as a table. By research/rain-calibration/RULE.md, "Real gauges".

    python3 bench/pretrain/valparaiso.py COARSE OUT    # COARSE has valparaiso_*.RData and valparaiso_CHIRPS5km_daily.tif
"""
import csv
import datetime
import lzma
import os
import struct
import sys

import netCDF4
import numpy as np
import rasterio

FIRST = datetime.date(1983, 1, 1)


def read_rdata(path):
    """The objects of a file of R: vectors as lists or arrays with a dictionary of attributes."""
    data = lzma.decompress(open(path, "rb").read())
    at = data.index(b"X\n") + 2
    version = struct.unpack(">i", data[at : at + 4])[0]
    at += 12
    if version == 3:
        at += 4 + struct.unpack(">i", data[at : at + 4])[0]
    names = []

    def integer():
        nonlocal at
        at += 4
        return struct.unpack(">i", data[at - 4 : at])[0]

    def vector(kind, size):
        nonlocal at
        count = integer()
        at += size * count
        return np.frombuffer(data[at - size * count : at], kind)

    def item():
        nonlocal at
        flags = integer()
        kind, has_attributes, has_tag = flags & 255, flags & 512, flags & 1024
        if kind in (0, 254):
            return None
        if kind == 1:
            names.append(item())
            return names[-1]
        if kind == 255:
            return names[(flags >> 8) - 1]
        if kind == 2:
            own = []
            while kind == 2:
                if has_attributes:
                    item()
                tag = item() if has_tag else None
                own.append((tag, item()))
                flags = integer()
                kind, has_attributes, has_tag = flags & 255, flags & 512, flags & 1024
            return dict(own)
        if kind == 9:
            count = integer()
            at += max(count, 0)
            return data[at - count : at].decode("latin1") if count >= 0 else None
        if kind == 238:
            return (item(), item(), item())
        values = {10: lambda: vector(">i4", 4), 13: lambda: vector(">i4", 4), 14: lambda: vector(">f8", 8)}.get(kind)
        if values is None and kind not in (16, 19):
            raise ValueError(f"{path}: type {kind} at byte {at}")
        found = values() if values else [item() for _ in range(integer())]
        return (found, item()) if has_attributes else (found, {})

    return item()


def write_map(path, values, lat, lon):
    """Sums of days, mm."""
    with netCDF4.Dataset(path, "w") as out:
        for name, size in (("time", len(values)), ("lat", len(lat)), ("lon", len(lon)), ("bnds", 2)):
            out.createDimension(name, size)
        time = out.createVariable("time", "f8", ("time",))
        time.setncatts({"standard_name": "time", "units": f"days since {FIRST}", "bounds": "time_bnds"})
        time[:] = np.arange(len(values)) + 0.5
        out.createVariable("time_bnds", "f8", ("time", "bnds"))[:] = np.arange(len(values))[:, None] + [0, 1]
        for name, axis, unit in (("lat", lat, "degrees_north"), ("lon", lon, "degrees_east")):
            own = out.createVariable(name, "f8", (name,))
            own.setncatts({"units": unit, "standard_name": "latitude" if name == "lat" else "longitude"})
            own[:] = axis
        rain = out.createVariable("pr", "f4", ("time", "lat", "lon"), fill_value=np.float32(np.nan))
        rain.setncatts({"units": "mm", "standard_name": "precipitation_amount", "cell_methods": "time: sum"})
        rain[:] = values


def main(coarse, out):
    with rasterio.open(os.path.join(coarse, "valparaiso_CHIRPS5km_daily.tif")) as file:
        rain = file.read().astype("f4")
        rain[rain < -1e30] = np.nan
        west, north, step = file.transform.c, file.transform.f, file.transform.a
    for by in (1, 2, 4):
        rows, columns = (n - n % by for n in rain.shape[1:])
        means = rain[:, :rows, :columns].reshape(len(rain), rows // by, by, columns // by, by).mean((2, 4))
        lat = north - step * by * (np.arange(rows // by) + 0.5)
        lon = west + step * by * (np.arange(columns // by) + 0.5)
        write_map(os.path.join(out, f"chirps-{by}.nc"), means, lat, lon)
    rain, about = read_rdata(os.path.join(coarse, "valparaiso_gauges_daily.RData"))["ValparaisoPPts"]
    fields, _ = read_rdata(os.path.join(coarse, "valparaiso_gauges_xy.RData"))["ValparaisoPPgis"]
    (codes, factor), (lons, _), (lats, _) = fields[:3]
    places = {factor["levels"][0][code - 1]: (lon, lat) for code, lon, lat in zip(codes, lons, lats)}
    _, (names, _) = about["dimnames"][0]
    with open(os.path.join(out, "gauges.csv"), "w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["id", "longitude", "latitude", "time", "pr [mm]"])
        for station, own in zip(names, rain.reshape(len(names), -1)):
            for day, value in enumerate(own):
                if not np.isnan(value):
                    time = f"{FIRST + datetime.timedelta(day)}T12:00"
                    table.writerow([station, *places[station], time, value])


if __name__ == "__main__":
    main(*sys.argv[1:])
