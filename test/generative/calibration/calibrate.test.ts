/** An amplitude that is fitted to measurements: on truths that the model drew itself the amplitude is known. */
import { DomainError, rng } from "../../../engine/index.ts";
import { calibrateAmplitude, downscale } from "../../../generative/index.ts";
import { Field } from "../../../io/index.ts";
import { assert, axis, evenly, refuses, test } from "../../harness.ts";
import { blockModel } from "../models.ts";

// With a network of 0 the data are Gaussian, and the amplitude is that of the spread.
const model = blockModel();
test.after(() => model.dispose());
const [times, side] = [12, 12];
const hours = axis("time", evenly(times, 1), { units: "hours since 2020-06-01", standard_name: "time" });
const degrees = (name: "latitude" | "longitude", n: number, first: number, step: number) =>
  axis(name, evenly(n, first, step), {
    standard_name: name,
    units: name === "latitude" ? "degrees_north" : "degrees_east",
  });

/** Hours of rain that differ in strength. */
const coarse = new Field({
  ...{ name: "pr", dims: ["time", "latitude", "longitude"], shape: [times, side, side], units: "mm h-1" },
  values: Float32Array.from(rng(2).normal(times * side * side), (z, i) => Math.exp(0.5 * z + Math.sin(i / side ** 2))),
  coordinates: [hours, degrees("latitude", side, 45, 0.1), degrees("longitude", side, 5, 0.1)],
});
const how = { evaluations: 3, seed: 3 } as const;

/** What the model draws with an amplitude, a cut-off and noise of its own. */
async function truthOf(amplitude: number, cutOff = 0): Promise<Field> {
  const drawn = await downscale(model, coarse, { evaluations: 3, members: 1, seed: 77, amplitude, cutOff });
  return drawn.isel({ realization: 0 });
}

/** Every 7th cell as a gauge whose readings have errors. */
function gaugesOf(fine: Field, error: (rain: number, z: number) => number, count = 20): Field {
  const [height, width] = fine.shape.slice(1) as [number, number];
  const cells = Array.from({ length: count }, (_, k) => (k * 57 + 13) % (height * width));
  const noise = rng(5).normal(times * count);
  const line = (name: "latitude" | "longitude", at: (cell: number) => number) => ({
    ...{
      name,
      dims: ["station"],
      attributes: { standard_name: name, units: `degrees_${name === "latitude" ? "north" : "east"}` },
    },
    values: Float64Array.from(cells, (cell) => fine.coordinate(name)!.values[at(cell)]!),
  });
  return new Field({
    ...{ name: "rain", dims: ["time", "station"], shape: [times, count], units: "mm h-1" },
    values: Float32Array.from(noise, (z, i) => {
      return error(fine.values[Math.floor(i / count) * height * width + cells[i % count]!]!, z);
    }),
    coordinates: [
      hours,
      line("latitude", (cell) => Math.floor(cell / width)),
      line("longitude", (cell) => cell % width),
    ],
  });
}

for (const wanted of [0.75, 1.3]) {
  test(`maps that were drawn with ${wanted} of the noise give that amplitude, with which times that are left out are calibrated`, async () => {
    const found = await calibrateAmplitude(model, coarse, await truthOf(wanted), how);
    assert.ok(Math.abs(found.amplitude / wanted - 1) < 0.05, `${found.amplitude}`);
    assert.ok(found.low < wanted && wanted < found.high, `${[found.low, found.high]}`);
    assert.is(wanted < 1, found.before.spreadSkill > 1.1);
    assert.is(wanted > 1, found.before.spreadSkill < 0.9);
    assert.ok(Math.abs(found.heldOut.spreadSkill - 1) < 0.05, `${found.heldOut.spreadSkill}`);
    assert.ok(found.heldOut.crps < found.before.crps * 1.001, `${[found.heldOut.crps, found.before.crps]}`);
    assert.equal([found.points, found.times, found.units], [false, times, "mm h-1"]);
    assert.ok(found.sure > 0.95 && found.effective <= found.readings);
  });
}

test("the cut-off that maps were drawn with is found, halves as well, and members are then as often wet", async () => {
  const { wet, amplitude, cutOff, after } = await calibrateAmplitude(model, coarse, await truthOf(1.1, 0.8), how);
  assert.ok(Math.abs(cutOff - 0.8) < 1e-6, `${cutOff}`);
  assert.ok(Math.abs(amplitude / 1.1 - 1) < 0.1, `${amplitude}`);
  assert.ok(wet.before - wet.readings > 0.03, `${[wet.before, wet.readings]}`);
  assert.ok(Math.abs(wet.after - wet.readings) < 0.01, `${[wet.after, wet.readings]}`);
  assert.ok(wet.heldOut.after < wet.heldOut.before / 3, `${[wet.heldOut.after, wet.heldOut.before]}`);
  assert.ok(Math.abs(after.spreadSkill - 1) < 0.01, `${after.spreadSkill}`);
});

test("without dry readings there is no cut-off, and members are as they are", async () => {
  const truth = await truthOf(1);
  const wetter = truth.with({ values: truth.values.map((v) => Math.max(v, 0.11)) });
  const { wet, cutOff } = await calibrateAmplitude(model, coarse, wetter, how);
  assert.is(cutOff, 0);
  assert.is(wet.readings, 1);
  assert.is(wet.before, wet.after);
});

test("readings that are mostly dry where the input rains are no cut-off: no amplitude and no least rate explains them", async () => {
  const truth = await truthOf(1);
  const seldom = truth.with({ values: truth.values.map((v, i) => (i % 20 === 0 ? v : 0)) });
  const work = calibrateAmplitude(model, coarse, seldom, how);
  await refuses(work, /spread over skill is 0\.\d+ with the amplitude 1\.73, expected 1; no amplitude/, DomainError);
});

test("errors of gauges widen nothing where they are counted, and widen the ensemble where they are not", async () => {
  const truth = await truthOf(1);
  const errors = { absolute: 0.05, relative: 0.08, point: 0 };
  const wrong = gaugesOf(truth, (rain, z) => rain + z * Math.hypot(errors.absolute, errors.relative * rain));
  const counted = await calibrateAmplitude(model, coarse, wrong, { ...how, errors });
  const ignored = await calibrateAmplitude(model, coarse, wrong, { ...how, errors: "none" });
  assert.ok(counted.points && Math.abs(counted.amplitude - 1) < 0.2, `${counted.amplitude}`);
  assert.ok(ignored.amplitude > counted.amplitude + 0.1, `${[ignored.amplitude, counted.amplitude]}`);
});

test("too few readings are refused with how many independent ones they are worth", async () => {
  const truth = await truthOf(1);
  const few = gaugesOf(truth, (rain) => rain, 1);
  await refuses(
    calibrateAmplitude(model, coarse, few, { ...how, errors: "none" }),
    /readings of \d+ times are worth \d+ independent ones, expected 100; with the amplitude .* in \d+ of 100 cases, expected 80; give more times/,
    DomainError,
  );
  await refuses(
    calibrateAmplitude(model, coarse, truth.isel({ time: [0, 3] }), how),
    /readings are of \d times or regions of 64 fine cells; expected 8 or more/,
    DomainError,
  );
});

test("readings whose errors alone are half of the squared errors are refused, as a fit would be one of these errors", async () => {
  const gauges = gaugesOf(await truthOf(1), (rain) => rain);
  await refuses(
    calibrateAmplitude(model, coarse, gauges, { ...how, errors: { absolute: 3, relative: 0.1, point: 0.1 } }),
    /errors of the readings alone are \d+ % of the squared errors of the members there, expected less than 50; give sums over longer intervals/,
    DomainError,
  );
});

test("maps with cells of another size, stations in the sea of another grid and dry hours are refused by name", async () => {
  const half = await downscale(model, coarse, { evaluations: 2, members: 1 });
  await refuses(
    calibrateAmplitude(model, half.isel({ realization: 0 }), half.isel({ realization: 0 }), how),
    /has cells of .* km; expected .* km, the input's by factor 4/,
    DomainError,
  );
  const far = gaugesOf(await truthOf(1), (rain) => rain);
  const moved = far.with({
    coordinates: far.coordinates.map((one) =>
      one.name === "latitude" ? { ...one, values: one.values.map((v) => v - 30) } : one,
    ),
  });
  await refuses(calibrateAmplitude(model, coarse, moved, how), /has no reading in wet cells/, DomainError);
  const other = gaugesOf(await truthOf(1), (_, z) => 20 * Math.abs(z));
  await refuses(
    calibrateAmplitude(model, coarse, other, how),
    /spread over skill is 0\.\d+ with the amplitude 1\.73, expected 1; no amplitude calibrates/,
    DomainError,
  );
  const dry = coarse.with({ values: coarse.values.map((v) => v / 1e4) });
  await refuses(calibrateAmplitude(model, dry, far, how), /has no reading in wet cells/, DomainError);
});

test.run();
