/** Mistakes that people make with a model of five minutes' radar rain, each refused by what it is, before anything is drawn. */

import { DomainError, rng, ShapeError, UnitsError } from "../../../engine/index.ts";
import { downscaleLazy } from "../../../generative/index.ts";
import { type Coordinate, Field } from "../../../io/index.ts";
import { assert, axis, evenly, refuses, test } from "../../harness.ts";
import { blockModel } from "../models.ts";

const modelOf = (coarse: object) => blockModel({ trainedOn: { largest: 40, interval: [300, 300], coarse } });
const radar = modelOf({ units: "m", y: [4000, 4000], x: [8000, 8000] });
const globe = modelOf({ units: "degrees", y: [0.25, 0.25], x: [0.25, 0.25], latitude: 45 });
test.after(async () => {
  await radar.dispose();
  await globe.dispose();
});

const line = (name: string, standard_name: string, units: string, n: number, first: number, step: number): Coordinate =>
  axis(name, evenly(n, first, step), { units, standard_name });

interface Made {
  readonly times?: Coordinate;
  readonly units?: string;
  readonly scale?: number;
  readonly axes?: readonly [y: Coordinate, x: Coordinate];
}
const minutes = line("time", "time", "seconds since 2020-01-01", 6, 0, 300);
const [north, east] = [
  line("y", "projection_y_coordinate", "km", 8, 0, 4),
  line("x", "projection_x_coordinate", "km", 8, 0, 8),
] as const;

/** Rain of up to some 20 mm/h, times `scale`. */
function rain({ times = minutes, units = "mm h-1", scale = 1, axes = [north, east] }: Made = {}): Field {
  const [y, x] = axes;
  const shape = [times.values.length, y.values.length, x.values.length];
  const size = shape.reduce((a, b) => a * b);
  const values = Float32Array.from(rng(7).normal(size), (z) => scale * Math.max(0, Math.expm1(z)));
  return new Field({
    ...{ name: "pr", dims: [times.name, y.name, x.name], shape, values, units },
    coordinates: [times, y, x],
  });
}

test("rain of the model's kind is taken, also where it is stored with x before y", async () => {
  assert.equal((await downscaleLazy(radar, rain())).shape, [6, 8, 32, 32]);
  const field = rain();
  const turned = new Float32Array(field.values.length);
  for (const [i, v] of field.values.entries()) {
    const [t, row, column] = [i >> 6, (i >> 3) & 7, i & 7];
    turned[(t << 6) + (column << 3) + row] = v;
  }
  const stored = field.with({ dims: ["time", "x", "y"], values: turned });
  assert.equal((await downscaleLazy(radar, stored)).shape, [6, 8, 32, 32]);
});

test("daily sums are refused, in every calendar, with the interval that they have and the one that is wanted", async () => {
  for (const calendar of ["standard", "noleap", "360_day"]) {
    const days = line("time", "time", "days since 2020-02-28", 6, 0, 1);
    const times = { ...days, attributes: { ...days.attributes, calendar } };
    const sums = rain({ times, units: "mm" });
    const wanted = /values over 86400 s, but it was trained for values over 300 s/;
    await refuses(
      downscaleLazy(radar, sums),
      /holds amounts \("mm"\), not rates; give `interval: SECONDS`/,
      UnitsError,
    );
    for (const interval of ["time", 86400] as const) {
      await refuses(downscaleLazy(radar, sums, { interval }), wanted, DomainError);
    }
    // As rates of days they are as wrong.
    await refuses(downscaleLazy(radar, rain({ times, units: "kg m-2 s-1", scale: 1 / 3600 })), wanted, DomainError);
  }
});

test("sums since the start of a run are not taken for those of each step", async () => {
  const sums = rain({ units: "mm", scale: 0.1 });
  for (let i = 64; i < sums.values.length; i++) sums.values[i]! += sums.values[i - 64]!;
  const options = { interval: 300 };
  await refuses(
    downscaleLazy(radar, sums, options),
    /but for rounding its values only rise on 5 of 5 steps: .* `deaccumulate`/,
    DomainError,
  );
  await downscaleLazy(radar, rain({ units: "mm", scale: 0.1 }), options);
});

test("rates that were multiplied by 86 400 while the units stayed are refused by their size", async () => {
  const beyond = /values of 0 to \d+ mm\/h, but it was trained on 0 to 40 mm\/h/;
  await refuses(downscaleLazy(radar, rain({ units: "mm h-1", scale: 86400 / 3600 })), beyond, DomainError);
  await refuses(downscaleLazy(radar, rain({ units: "mm s-1", scale: 86400 / 3600 })), beyond, DomainError);
  await downscaleLazy(radar, rain({ units: "mm s-1", scale: 1 / 3600 }));
});

test("exchanged axes are refused by their spacing, and where cells are square by latitudes that no place has", async () => {
  const swapped: readonly [Coordinate, Coordinate] = [
    { ...north, values: east.values },
    { ...east, values: north.values },
  ];
  await refuses(downscaleLazy(radar, rain({ axes: swapped })), /\(are y and x exchanged\?\)/, DomainError);
  const [lat, lon] = [
    line("lat", "latitude", "degrees_north", 8, 45, 0.25),
    line("lon", "longitude", "degrees_east", 8, 120, 0.25),
  ] as const;
  await downscaleLazy(globe, rain({ axes: [lat, lon] }));
  const exchanged = rain({
    axes: [
      { ...lat, values: lon.values },
      { ...lon, values: lat.values },
    ],
  });
  const beyond = /coordinate lat: expected latitudes of -90 to 90 \(are y and x exchanged\?\), got 120 at index 0/;
  await refuses(downscaleLazy(globe, exchanged), beyond, ShapeError);
});

test.run();
