/** Context channels: where a pixel lies, the day of the year in its calendar, the hour of the day. */
import { OptionsError, ShapeError } from "../../../engine/index.ts";
import { matchPairs, measureChannels } from "../../../generative/data/index.ts";
import { contextChannels, contextMap, fineGridCheck, fineGridOf, momentsOf } from "../../../generative/model/index.ts";
import { Field } from "../../../io/index.ts";
import { assert, equalBy, refuses, test, throws } from "../../harness.ts";
import { days, fieldOf, hours, steps } from "../fields-for-tests.ts";

const grid = fineGridOf(fieldOf({ name: "f", lat: [40, 41, 42], lon: [355, 356], value: () => 0 }));

test("positions run from −1 to 1 over the grid of training, whichever meridian longitudes are counted from", () => {
  const [latitude, longitude] = contextChannels("position", [grid]);
  assert.equal([latitude!.name, latitude!.mean, latitude!.deviation, latitude!.range], ["latitude", 41, 1, [40, 42]]);
  assert.equal(Array.from(contextMap(latitude!, grid, undefined)), [40, 40, 41, 41, 42, 42]);
  assert.equal(Array.from(contextMap(longitude!, grid, undefined)), [355, 356, 355, 356, 355, 356]);
  const west = fineGridOf(fieldOf({ name: "f", lat: [40], lon: [-5, -4.5, -4], value: () => 0 }));
  assert.equal(Array.from(contextMap(longitude!, west, undefined)), [355, 355.5, 356]);
});

test("the pixels of a curvilinear grid have latitudes and longitudes of their own, over the 180th meridian too", () => {
  const over = (name: string, units: string, values: readonly number[]) => ({
    ...{ name, dims: ["j", "i"], values: Float64Array.from(values) },
    attributes: { standard_name: name, units },
  });
  const bent = new Field({
    ...{ name: "f", dims: ["j", "i"], shape: [2, 2], values: new Float32Array(4) },
    coordinates: [
      over("latitude", "degrees_north", [10, 11, 12, 14]),
      over("longitude", "degrees_east", [179, -179, 178, -178]),
    ],
  });
  const curved = fineGridOf(bent);
  assert.is(fineGridCheck(JSON.parse(JSON.stringify(curved)), "grid"), undefined);
  const [latitude, longitude] = contextChannels("position", [curved]);
  assert.equal(
    [latitude!.name, latitude!.range, longitude!.name, longitude!.range],
    ["latitude", [10, 14], "longitude", [178, 182]],
  );
  assert.equal(Array.from(contextMap(latitude!, curved, undefined)), [10, 11, 12, 14]);
  assert.equal(Array.from(contextMap(longitude!, curved, undefined)), [179, 181, 178, 182]);
});

test("a plane has positions y and x, which are no latitudes", () => {
  const axis = (name: string, values: number[]) => ({
    ...{ name, dims: [name], values: Float64Array.from(values) },
    attributes: { units: "m" },
  });
  const flat = fineGridOf(
    new Field({
      ...{ name: "f", dims: ["y", "x"], shape: [2, 2], values: new Float32Array(4) },
      coordinates: [axis("y", [0, 500]), axis("x", [0, 1000])],
    }),
  );
  const channels = contextChannels("position", [flat]);
  equalBy(channels, ({ name, units, deviation }) => [name, units, deviation], [
    ["y", "m", 250],
    ["x", "m", 500],
  ]);
  throws(
    () => contextMap(channels[0]!, grid, undefined),
    ShapeError,
    /expected a grid with y as in training, got latitude/,
  );
});

test("the season turns once a year in any calendar, the hour once a day, at the middle of bounds", () => {
  // 91.25 of 365 days is a quarter of a turn; of 360 days, 90 are.
  const [noleap] = momentsOf(hours([24 * 91.25], undefined, "noleap"));
  assert.ok(Math.abs(noleap!.season - 0.25) < 1e-12);
  const [thirty] = momentsOf(hours([24 * 90], undefined, "360_day"));
  assert.ok(Math.abs(thirty!.season - 0.25) < 1e-12 && thirty!.hour === 0);
  const [leap] = momentsOf(hours([24 * 366]));
  assert.equal(leap, { season: 0, hour: 0 });
  assert.is(momentsOf(hours([24.75]))[0]!.hour, 0.75 / 24);
  const [middle] = momentsOf(hours([24], [[0, 24]]));
  assert.equal(middle, { season: 0.5 / 366, hour: 0.5 });
  const [cosine, sine] = contextChannels("season", [grid]).map((channel) =>
    contextMap(channel, grid, { season: 0.25, hour: 0 }),
  );
  assert.ok(Math.abs(cosine![0]!) < 1e-7 && sine![5] === 1);
});

test("a context that does not vary is refused, and so is an unknown one", async () => {
  const fields = {
    fine: [
      fieldOf({
        ...{ name: "pr", units: "mm", time: days(3), lat: steps(40, 0.5, 3), lon: steps(0, 0.5, 3) },
        value: (t, y, x) => t + y * x,
      }),
    ],
    coarse: [
      fieldOf({
        ...{ name: "pr", units: "mm", time: days(3), lat: steps(39, 1, 4), lon: steps(-1, 1, 4) },
        value: (t, y) => t + y,
      }),
    ],
  };
  const hour = matchPairs({ ...fields, context: ["hour"] });
  await refuses(measureChannels(hour, [0, 1, 2]), /`context` hour is the same everywhere/, OptionsError);
  throws(
    () => matchPairs({ ...fields, context: ["weather" as never] }),
    OptionsError,
    /"weather"; expected some of position, season, hour/,
  );
  throws(() => matchPairs({ ...fields, context: ["season", "season"] }), OptionsError, /season twice/);
});

test.run();
