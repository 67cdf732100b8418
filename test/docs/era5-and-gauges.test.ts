/** The page docs/how-to/era5-and-gauges.md does what it says, on the files that it names, with few members. */
import { cpSync, mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readField } from "../../io/index.ts";
import { assert, test } from "../harness.ts";
import { tryPage } from "./page.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("hours of a reanalysis become members that keep their sums, scores at gauges, and maps in a projection", async () => {
  const folder = mkdtempSync(join(root, "test", ".page-"));
  mkdirSync(join(folder, "examples"));
  cpSync(join(root, "examples/data"), join(folder, "examples/data"), { recursive: true });
  const page = await tryPage("how-to/era5-and-gauges.md", {
    folder,
    quick: { verify: ["--draws", "100"] },
    replace: { "--members 8 ": "--members 2 --evaluations 2 --threads 1 " },
  });
  const at = (name: string) => readField(join(folder, name));
  try {
    const [run, hours, fine, map] = [
      await at("examples/data/era5-tp.nc"),
      await at("hours.nc"),
      await at("fine.nc"),
      await at("map.nc"),
    ];
    // Metres since midnight, and millimetres of each hour.
    const day = hours.mean("valid_time").map((v) => (24 * v) / 1000);
    const last = run.isel({ valid_time: 23 });
    assert.ok(day.values.every((v, i) => Math.abs(v - Number(last.values[i])) < 1e-7));
    assert.equal([hours.units, hours.attributes.cell_methods], ["mm", "valid_time: sum"]);
    assert.equal(fine.shape, [8, 2, 88, 124]);
    // Members keep the mean of each coarse cell.
    const [block] = fine.isel({ valid_time: 7, realization: 1, latitude: [0, 4], longitude: [0, 4] }).mean().values;
    const coarse = Number(hours.isel({ valid_time: 23, latitude: 0, longitude: 0 }).values[0]);
    assert.ok(coarse > 0.1 && Math.abs(Number(block) - coarse) < 1e-4 * coarse, `${block} and ${coarse}`);
    assert.is(map.gridMapping?.attributes["grid_mapping_name"], "lambert_conformal_conic");
    assert.match(page.printed[1]!, /bilinear/);
    assert.ok(page.has("map.html"));
  } finally {
    page.clear();
  }
});

test.run();
