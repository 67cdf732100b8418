/** Coarse cells that hold fine ones. */

import { type Coordinate, Field } from "../../../io/index.ts";
import { gridOf, holdingCells } from "../../../io/regrid/index.ts";
import { assert, test } from "../../harness.ts";

const line = (name: "lat" | "lon", values: readonly number[], bounds?: readonly number[]): Coordinate => ({
  ...{ name, dims: [name], values: Float64Array.from(values) },
  attributes: { units: name === "lat" ? "degrees_north" : "degrees_east" },
  ...(bounds && { bounds: Float64Array.from(bounds) }),
});
const on = (lat: Coordinate, lon: Coordinate): Field => {
  const shape = [lat.values.length, lon.values.length];
  const values = new Float32Array(shape[0]! * shape[1]!);
  return new Field({ name: "v", dims: ["lat", "lon"], shape, values, coordinates: [lat, lon] });
};

test("each fine cell is in the coarse cell that holds its centre, with rows that fall and longitudes of the other count", () => {
  const coarse = on(line("lat", [3, 1]), line("lon", [357, 359, 1]));
  const fine = on(line("lat", [0.5, 1.5, 2.5]), line("lon", [-2.5, -1.5, -0.5, 0.5, 2.5]));
  const held = holdingCells(coarse, gridOf(fine))!;
  assert.equal([...held.of.subarray(0, 5)], [3, 4, 4, 5, -1]);
  assert.equal([...held.of.subarray(10)], [0, 1, 1, 2, -1]);
});

test("cells are nested where edges meet, also where the last ones are cut; shifted or wider ones are not", () => {
  const fine = on(line("lat", [0.5, 1.5, 2.5]), line("lon", [0.5, 1.5, 2.5, 3.5]));
  const cut = on(line("lat", [1, 2.5], [0, 2, 2, 3]), line("lon", [1, 3]));
  const { of, nested } = holdingCells(cut, gridOf(fine))!;
  assert.equal([...of], [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3]);
  assert.is(nested, true);
  const shifted = on(line("lat", [1, 2.5], [0, 2, 2, 3]), line("lon", [1.3, 3.3]));
  assert.is(holdingCells(shifted, gridOf(fine))!.nested, false);
});

test.run();
