import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawnDaily } from "../../cli/pictures.ts";
import { Field } from "../../io/field/index.ts";

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

test.run();
