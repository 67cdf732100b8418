"""The hour of radar rain that the demo refines: models/rain.nc, 256 x 256 km of DWD's RADOLAN RW.

    python3 bench/pretrain/rain.py raa01-rw_10000-1408102050-dwd---bin.gz radolan_sf_5days.nc models/rain.nc

The first file is in test/data/corpus/other; the second, of which the coordinates are taken, is named in test/data/README.md.
"""

import gzip
import sys

import netCDF4
import numpy as np

SIDE = 256
source, grid, out = sys.argv[1:]

_, _, body = gzip.open(source, "rb").read().partition(b"\x03")
words = np.frombuffer(body, "<u2").reshape(900, 900)
amount = np.where(words & 0xE000, -1, words & 0x0FFF).astype("i2")  # tenths of a mm; no data, negative or clutter: missing

# The window without gaps that has the most rain.
corners = [(r, c) for r in range(0, 900 - SIDE + 1, 4) for c in range(0, 900 - SIDE + 1, 4)]
whole = [(r, c) for r, c in corners if amount[r : r + SIDE, c : c + SIDE].min() >= 0]
row, column = max(whole, key=lambda at: int(amount[at[0] : at[0] + SIDE, at[1] : at[1] + SIDE].astype(int).sum()))

with netCDF4.Dataset(grid) as given, netCDF4.Dataset(out, "w", format="NETCDF4_CLASSIC") as made:
    for name, size in {"time": 1, "y": SIDE, "x": SIDE, "nv": 2}.items():
        made.createDimension(name, size)
    time = made.createVariable("time", "i4", ("time",))
    time.setncatts({"standard_name": "time", "units": "minutes since 2014-08-10 00:00:00", "calendar": "standard", "bounds": "time_bnds"})
    time[:] = 20 * 60 + 50
    made.createVariable("time_bnds", "i4", ("time", "nv"))[:] = [[19 * 60 + 50, 20 * 60 + 50]]
    for name, start in {"y": row, "x": column}.items():
        of = given[name]
        # Rows of RADOLAN run northwards.
        values = np.sort(of[:])[start : start + SIDE]
        line = made.createVariable(name, "f8", (name,))
        line.setncatts({key: of.getncattr(key) for key in of.ncattrs()})
        line[:] = values
    crs = made.createVariable("crs", "i4", ())
    crs.setncatts({key: given["crs"].getncattr(key) for key in given["crs"].ncattrs()})
    rain = made.createVariable("pr", "i2", ("time", "y", "x"), zlib=True, complevel=9, shuffle=True, fill_value=np.int16(-1))
    rain.set_auto_scale(False)
    rain.setncatts(
        {
            "standard_name": "lwe_thickness_of_precipitation_amount",
            "long_name": "precipitation",
            "units": "mm",
            "scale_factor": 0.1,
            "cell_methods": "time: sum",
            "grid_mapping": "crs",
        }
    )
    rain[:] = amount[row : row + SIDE, column : column + SIDE][None]
    made.Conventions = "CF-1.11"
    made.title = "One hour of radar rain, 2014-08-10 19:50 to 20:50 UTC, 256 x 256 km of Germany"
    made.source = "Deutscher Wetterdienst, RADOLAN RW, raa01-rw_10000-1408102050"
    made.license = "GeoNutzV, CC BY 4.0: Deutscher Wetterdienst; cut and converted"
print(row, column, amount[row : row + SIDE, column : column + SIDE].mean() / 10)
