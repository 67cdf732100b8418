"""Reference sums of real files, as JSON: python3 test/oracles/io_corpus.py FOLDER FILE… > test/oracles/io-corpus.json

FILE is a path within FOLDER. netCDF-C (netCDF4-python) reads NetCDF and HDF5, GDAL (rasterio) TIFF and BIL; gzip and zip
are unpacked by Python. Values are decoded: NaN for missing, scale and offset applied; bands of alpha are left out. A file
that neither opens is null. Of every variable: shape, missing values, sum, least, largest, and seven values spread evenly.
"""
import gzip, hashlib, json, os, sys, tempfile, warnings, zipfile
import netCDF4, numpy as np, rasterio
warnings.filterwarnings("ignore")

def digest(values, shape):
    a = np.ma.filled(np.ma.masked_array(values).astype("float64"), np.nan).ravel()
    ok, n = a[~np.isnan(a)], a.size
    return {"shape": list(shape), "missing": int(n - ok.size), "sum": float(ok.sum()),
            "low": float(ok.min()) if ok.size else 0, "high": float(ok.max()) if ok.size else 0,
            "samples": [None if np.isnan(a[i * (n - 1) // 6]) else float(a[i * (n - 1) // 6]) for i in range(7)] if n else []}

def netcdf(path):
    out = {}
    def walk(group, prefix):
        for name, v in group.variables.items():
            try:
                if v.dtype is str or not np.issubdtype(v.dtype, np.number): continue
                # Bytes have no default fill value (NetCDF Users Guide); netCDF4-python masks 129 and 255 all the same.
                if v.dtype.itemsize == 1 and not hasattr(v, "_FillValue") and not hasattr(v, "missing_value"): v.set_auto_mask(False)
                out[prefix + name] = digest(v[...], v.shape)
            except Exception as e:
                out[prefix + name] = {"error": str(e)}
        for name, inner in group.groups.items(): walk(inner, prefix + name + "/")
    with netCDF4.Dataset(path) as d: walk(d, "")
    return out

def raster(path):
    with rasterio.open(path) as d:
        keep = [i for i in range(1, d.count + 1) if d.count == 1 or d.colorinterp[i - 1].name != "alpha"]
        a = np.stack([np.ma.filled(d.read(i, masked=True).astype("float64"), np.nan) * d.scales[i - 1] + d.offsets[i - 1] for i in keep])
        return {"band_data": digest(a, a.shape if len(keep) > 1 else a.shape[1:])}

def reference(path):
    start = open(path, "rb").read(4)
    if start[:2] == b"\x1f\x8b":
        with tempfile.TemporaryDirectory() as folder:
            inner = os.path.join(folder, os.path.basename(path)[:-3])
            with open(inner, "wb") as f: f.write(gzip.open(path).read())
            return reference(inner)
    if start[:2] == b"PK":
        names = [n for n in zipfile.ZipFile(path).namelist() if n.endswith(".bil")]
        return raster("/vsizip/%s/%s" % (path, names[0]))
    if start[:2] in (b"II", b"MM"): return raster(path)
    return netcdf(path)

def main(folder, files):
    out = {}
    for name in files:
        path = os.path.join(folder, name)
        entry = {"sha256": hashlib.sha256(open(path, "rb").read()).hexdigest()[:16]}
        try: entry["variables"] = reference(path)
        except Exception as e: entry["variables"] = None
        out[name] = entry
    lines = [" %s: %s" % (json.dumps(k), json.dumps(v).replace("Infinity", "1e999").replace("NaN", "null")) for k, v in out.items()]
    print("{\n" + ",\n".join(lines) + "\n}")

main(sys.argv[1], sys.argv[2:])
