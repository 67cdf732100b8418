/** A radar composite in polar stereographic rows and columns as the fine grid of a coarse data set in latitudes and longitudes. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { mapsOnGrid } from "../../../generative/data/channels/on-grid.ts";
import { fineGridOf } from "../../../generative/model/fine-grid.ts";
import { gridMappingOf } from "../../../io/field/grid-mapping.ts";
import { openDataset } from "../../../io/index.ts";
import { testData } from "../../data.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

test("on the grid of a KNMI composite a coarse plane in latitude and longitude comes out as the plane at each pixel", async () => {
  const data = await openDataset(testData("radar/knmi_20100826_cut.nc"));
  const fine = await data.variable("pr");
  const plane = (t: number, lat: number, lon: number) => 10 * t + 2 * (lat - 50) - 3 * lon;
  const coarse = fieldOf({
    name: "t2m",
    time: days(2),
    lat: steps(46, 0.7, 14),
    lon: steps(-2, 1.1, 14),
    value: plane,
  });
  const maps = mapsOnGrid(coarse, fineGridOf(fine), "bilinear", (part) => part);
  const map = await maps.read(1);
  const place = gridMappingOf(fine.gridMapping!.attributes, 1);
  if (typeof place === "string") throw new Error(place);
  const [y, x] = ["y", "x"].map((name) => fine.coordinate(name)!.values) as [Float64Array, Float64Array];
  assert.is(map.length, y.length * x.length);
  for (let i = 0; i < map.length; i += 997) {
    const expected = plane(1, ...place.toEarth(y[Math.floor(i / x.length)]!, x[i % x.length]!));
    assert.ok(Math.abs(map[i]! - expected) < 1e-4, `pixel ${i}: ${map[i]} for ${expected}`);
  }
});

test.run();
