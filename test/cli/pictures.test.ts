import { readFileSync } from "node:fs";
import { join } from "node:path";
import { drawEnsemble, drawnDaily } from "../../cli/pictures.ts";
import { Field } from "../../io/index.ts";
import { assert, inFolder, test } from "../harness.ts";

/** Rates in mm/h at one time, whose value took `hours`, or nobody knows how long. */
function rates(largest: number, hours?: number): Field {
  const time = {
    name: "time",
    dims: ["time"],
    values: Float64Array.of(12),
    attributes: { standard_name: "time", units: "hours since 2001-01-01", axis: "T" },
    ...(hours !== undefined && { bounds: Float64Array.of(12 - hours, 12) }),
  };
  const values = Float32Array.of(0, largest);
  return new Field({
    name: "pr",
    dims: ["time", "y", "x"],
    shape: [1, 1, 2],
    values,
    units: "mm/h",
    coordinates: [time],
  });
}

test("sums of a day are drawn in mm/day and those of an hour in mm/h, however much it rained; without bounds the rates tell", () => {
  assert.equal([drawnDaily(rates(0.5, 1)), drawnDaily(rates(80, 1))], [false, false]);
  assert.equal([drawnDaily(rates(0.5, 24)), drawnDaily(rates(8, 24))], [true, true]);
  assert.equal([drawnDaily(rates(0.5)), drawnDaily(rates(8))], [true, false]);
});

test("an input that lies on the fine grid, interpolated or as cells, is not called coarse", async () => {
  await inFolder(async (folder) => {
    const coarse = rates(2, 24);
    for (const [width, title] of [
      [2, "input on the fine grid"],
      [4, "coarse input"],
    ] as const) {
      const path = join(folder, "map.svg");
      const values = new Float32Array((width * width) / 2);
      const dims = ["realization", "y", "x"];
      const fine = new Field({ name: "rain", dims, shape: [1, width / 2, width], values, units: "mm/h" });
      await drawEnsemble(path, { coarse, fine });
      assert.ok(readFileSync(path, "utf8").includes(`>${title}</text>`), title);
    }
  });
});

test.run();
