/** The example that makes one Zarr store of an archive: xarray reads it as the archive. */
import { join } from "node:path";
import { writeStore } from "../../examples/write-zarr.ts";
import { readField, writeField } from "../../io/index.ts";
import { assert, temporaryFolder, test } from "../harness.ts";
import { days } from "../io/fields.ts";
import { hasPython, python, skip } from "../io/oracle.ts";

const { folder } = temporaryFolder(test);

test("files of an archive become one store with their values, also as xarray reads it", async () => {
  const [a, b] = [days(0, 4), days(4, 3)];
  await writeField(join(folder, "pr_1.nc"), a);
  await writeField(join(folder, "pr_2.nc"), b);
  const store = join(folder, "pr.zarr");
  await writeStore(join(folder, "pr_*.nc"), store, 2);
  const want = [...a.values, ...b.values];
  assert.equal([...(await readField(store)).values], want);
  if (!hasPython("xarray", "zarr")) return skip("no xarray and zarr for /usr/bin/python3");
  const code = `import sys, json, xarray; d = xarray.open_zarr(sys.argv[1], consolidated=False).pr
print(json.dumps([None if v != v else float(v) for v in d.values.ravel()]))`;
  assert.equal(
    python(code, store),
    want.map((v) => (Number.isNaN(v) ? null : v)),
  );
});

test.run();
