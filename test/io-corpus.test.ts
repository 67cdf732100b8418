/** Every readable variable of real files nobody here wrote, against netCDF-C through netCDF4-python. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { isMongeError } from "../engine/errors.ts";
import { inspect, readField } from "../io/index.ts";
import { type Digest, dataFiles, digest, hasPython, python, skip } from "./io-oracle.ts";

// Bytes have no default fill value (NetCDF Users Guide); netCDF4-python masks 129 and 255 in them all the same.
const ORACLE = `
import sys, json, netCDF4, numpy as np
out = {}
def walk(g, prefix, res):
    for name, v in g.variables.items():
        try:
            if v.dtype is str or not np.issubdtype(v.dtype, np.number): continue
            if v.dtype.itemsize == 1 and not hasattr(v, '_FillValue') and not hasattr(v, 'missing_value'): v.set_auto_mask(False)
            a = v[...]
        except Exception as e:
            res[prefix+name] = {"error": str(e)}; continue
        a = np.ma.filled(np.ma.masked_array(a).astype("float64"), np.nan).ravel()
        ok = a[~np.isnan(a)]
        n = a.size
        res[prefix+name] = {"shape": list(v.shape), "missing": int(n-ok.size), "sum": float(ok.sum()),
            "low": float(ok.min()) if ok.size else 0, "high": float(ok.max()) if ok.size else 0,
            "samples": [None if np.isnan(a[i*(n-1)//6]) else float(a[i*(n-1)//6]) for i in range(7)] if n else []}
    for name, s in g.groups.items(): walk(s, prefix+name+"/", res)
for p in sys.argv[1:]:
    try: d = netCDF4.Dataset(p)
    except Exception as e: out[p] = None; continue
    out[p] = {}; walk(d, "", out[p])
print(json.dumps(out).replace("Infinity", "1e999").replace("NaN", "null"))
`;
type Expected = Record<string, Record<string, Digest & { readonly error?: string }> | null>;

/** float32 results against float64 ones: half a unit in the last place of float32 is 6e-8 of the value. */
const CLOSE = 1e-6;
const near = (a: number, b: number, scale: number) =>
  a === b || Math.abs(a - b) <= CLOSE * Math.max(Math.abs(b), scale);

/** Sums with infinite terms say nothing; all others must agree to the rounding of their terms. */
const closeSum = (a: number, b: number | null, scale: number) =>
  b === null || !Number.isFinite(b) || Math.abs(a - b) <= CLOSE * Math.max(Math.abs(b), scale);

const files = [
  ...dataFiles("corpus/netcdf", /\.(nc|cdf|h5)$/),
  ...dataFiles("coarse", /\.(nc|cdf)$/),
  ...dataFiles("pairs", /\.nc$/),
  ...dataFiles("radar", /^(mch_20150515|prism|radolan|stageiv).*\.nc$/),
];

test("every numeric variable of the corpus decodes to what netCDF-C gives, or the file is refused with a typed error", async () => {
  if (files.length === 0 || !hasPython("netCDF4")) return skip("no data folder or no netCDF4 for /usr/bin/python3");
  const expected = python(ORACLE, ...files) as Expected;
  let compared = 0;
  const problems: string[] = [];
  for (const path of files) {
    const name = path.split("/").at(-1)!;
    const wanted = expected[path]!;
    try {
      const summary = await inspect(path);
      if (wanted === null) {
        problems.push(`${name}: read although netCDF-C refuses it`);
        continue;
      }
      for (const [variable, want] of Object.entries(wanted ?? {})) {
        const label = `${name} ${variable}`;
        if (want.error !== undefined || want.samples.length === 0) continue;
        if (!summary.variables.some((v) => v.name === variable)) {
          problems.push(`${label}: not listed`);
          continue;
        }
        try {
          const field = await readField(path, { variable, allowEmpty: true });
          const got = digest(field.values, field.shape);
          const scale = Math.max(Math.abs(want.low), Math.abs(want.high)) * 1e-3;
          const same =
            got.missing === want.missing &&
            near(got.low, want.low, scale) &&
            near(got.high, want.high, scale) &&
            closeSum(got.sum, want.sum, scale * field.values.length) &&
            got.samples.every(
              (v, i) => (v === null) === (want.samples[i] === null) && near(v ?? 0, want.samples[i] ?? 0, scale),
            ) &&
            String(got.shape) === String(want.shape);
          if (!same) problems.push(`${label}: ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`);
          compared++;
        } catch (error) {
          problems.push(`${label}: ${error}`);
        }
      }
    } catch (error) {
      if (!isMongeError(error)) throw error;
      if (wanted !== null) problems.push(`refused: ${error.message}`);
    }
  }
  console.log(`compared ${compared} variables of ${files.length} files`);
  assert.equal(problems, []);
});

test.run();
