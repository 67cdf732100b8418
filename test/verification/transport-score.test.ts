import { DomainError, OptionsError, rng, ShapeError } from "../../engine/index.ts";
import type { Field } from "../../io/index.ts";
import { fss, transportCases, transportEnergy, transportScore, verify } from "../../verification/index.ts";
import { sal } from "../../verification/scores/index.ts";
import { spacingOf, type TransportCases } from "../../verification/transport/index.ts";
import { assert, axis, close, equalBy, evenly, test, throws } from "../harness.ts";
import { maps } from "./maps.ts";

const [height, width] = [24, 30];

/** Rain between 1 and 2 mm in a box. */
function shower(seed: number, top: number, left: number, high: number, wide: number): Float64Array {
  const draw = rng(seed)
    .split("rain")
    .uniform(new Float64Array(high * wide));
  const field = new Float64Array(height * width);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) field[(top + y) * width + left + x] = 1 + draw[y * wide + x]!;
  }
  return field;
}
const sum = (values: Float64Array) => values.reduce((s, v) => s + v, 0);
const add = (u: Float64Array, v: Float64Array) => u.map((w, i) => w + v[i]!);

test("a moved field has its shift as displacement and arrows, no surplus and nothing missing, whatever the grid's units", () => {
  const truth = shower(1, 3, 4, 6, 7);
  const forecast = shower(1, 7, 12, 6, 7);
  for (const km of [1, 2.5]) {
    const r = transportScore(forecast, truth, height, width, { spacing: km, reach: 15 * km, tolerance: 1e-7 });
    assert.ok(r.converged);
    const shift = Math.hypot(4, 8) * km;
    close(r.meanDisplacement, shift, 1e-3 * shift);
    close(r.displacement, shift * sum(truth), 1e-3 * shift * sum(truth));
    close(r.surplus + r.missing, 0, 1e-5 * sum(truth));
    for (const [i, v] of forecast.entries()) {
      if (v === 0) assert.ok(Number.isNaN(r.arrows[0][i]!));
      else close(Math.hypot(r.arrows[0][i]! + 4 * km, r.arrows[1][i]! + 8 * km), 0, 1e-2 * km);
    }
  }
});

test("c times the truth has only surplus, or only missing rain, and equal fields cost nothing", () => {
  const truth = shower(2, 5, 6, 8, 9);
  for (const c of [0.4, 1, 2]) {
    const scaled = truth.map((v) => c * v);
    const r = transportScore(scaled, truth, height, width, { reach: 10, blur: 0.4 });
    close(r.surplus, Math.max(0, c - 1) * sum(truth), 1e-3 * sum(truth));
    close(r.missing, Math.max(0, 1 - c) * sum(truth), 1e-3 * sum(truth));
    close(r.meanDisplacement, 0, 0.02);
    if (c === 1) close(r.cost, 0, 2e-3 * sum(truth));
  }
});

test("features farther apart than reach add up, to what blur leaves, and exchange swaps surplus with missing rain", () => {
  const [near, moved] = [shower(3, 2, 2, 4, 4), shower(3, 3, 4, 4, 4)];
  const [other, weaker] = [shower(4, 17, 24, 4, 4), shower(4, 17, 24, 4, 4).map((v) => v / 2)];
  const options = { reach: 8, blur: 0.5, tolerance: 1e-6 };
  const one = transportScore(moved, near, height, width, options);
  const two = transportScore(weaker, other, height, width, options);
  const both = transportScore(add(moved, weaker), add(near, other), height, width, options);
  for (const key of ["displacement", "surplus", "missing", "cost", "moved"] as const) {
    close(both[key], one[key] + two[key], 1e-2 * both.cost, key);
  }
  const back = transportScore(add(near, other), add(moved, weaker), height, width, options);
  close(back.surplus, both.missing, 1e-3 * both.cost);
  close(back.displacement, both.displacement, 1e-3 * both.cost);
});

test("dry fields: all is surplus or missing; gaps are left out of both and counted", () => {
  const rain = shower(5, 4, 4, 5, 5);
  const dry = new Float64Array(height * width);
  const r = transportScore(dry, rain, height, width, { reach: 6 });
  assert.is(r.missing, sum(rain));
  assert.is(r.surplus, 0);
  assert.ok(Number.isNaN(r.meanDisplacement));
  assert.is(r.cost, 3 * sum(rain));
  const gaps = rain.map((v, i) => (i % width < 5 ? Number.NaN : v));
  const cut = transportScore(gaps, rain, height, width, { reach: 6 });
  assert.is(cut.cells, height * (width - 5));
  // The marginals are met to 1e-4 of the mass, and what is missing or left over costs reach/2 on either side.
  close(cut.cost, 0, 2 * 3 * 1e-4 * sum(gaps.filter((v) => !Number.isNaN(v))));
});

/**
 * The geometric cases of the intercomparison project (Ahijevych et al. 2009, doi:10.1175/2009WAF2222298.1; as data in R's SpatialVx), a tenth as
 * fine: ellipses of two intensities on 601 × 501 points 4 km apart, displaced by 50 (geom001), 200 (002), 125 and too big (003), 125 and of
 * another orientation (004), 125 and huge (005), which alone overlaps the observed one. Extents and cores are of this test.
 */
function ellipse(shift: number, wide: number, high: number): Float64Array {
  const [rows, columns] = [50, 60];
  return Float64Array.from({ length: rows * columns }, (_, i) => {
    const [y, x] = [Math.floor(i / columns) - 25, (i % columns) - 20 - shift];
    const inside = (by: number) => (y / (high * by)) ** 2 + (x / (wide * by)) ** 2 < 1;
    return inside(0.5) ? 25.4 : inside(1) ? 12.7 : 0;
  });
}

test("geometric cases: twice the error at a point says nothing of place, transport tells 200 km from 800, and size from place", () => {
  const truth = ellipse(0, 2.5, 10);
  const options = { spacing: 40, reach: 1000, blur: 40, tolerance: 1e-3 };
  const score = (forecast: Float64Array) => transportScore(forecast, truth, 50, 60, options);
  const [near, far] = [ellipse(5, 2.5, 10), ellipse(20, 2.5, 10)];
  const [wide, turned, huge] = [ellipse(12.5, 10, 10), ellipse(12.5, 10, 2.5), ellipse(12.5, 20, 10)];
  const mae = (forecast: Float64Array) => forecast.reduce((s, v, i) => s + Math.abs(v - truth[i]!), 0);
  close(mae(near), mae(far), 1e-9);
  // Point by point the huge one, which alone overlaps, is the best and nothing tells the others apart.
  const hits = (f: Float64Array) => f.filter((v, i) => v > 0 && truth[i]! > 0).length;
  equalBy([near, far, wide, turned, huge], (f) => hits(f) > 0, [false, false, false, false, true]);
  const small = { threshold: 1, window: 3 };
  assert.ok(fss(far, truth, 50, 60, small) < 1e-9 && fss(near, truth, 50, 60, small) < 0.2);
  const [one, four] = [score(near), score(far)];
  close(one.meanDisplacement, 200, 4);
  close(four.meanDisplacement, 800, 8);
  close(one.surplus + one.missing + four.surplus + four.missing, 0, 0.01 * sum(truth));
  // The points of the ellipses are those of SAL's location too, in diagonals.
  const location = (f: Float64Array) => sal(f, truth, 50, 60).location * Math.hypot(49, 59) * 40;
  close(location(near), 200, 4);
  close(location(far), 800, 8);
  // Too much rain is surplus and SAL's amplitude; a turned ellipse has the amount, and SAL's A and S see nothing of it.
  for (const large of [wide, huge]) {
    const r = score(large);
    close(r.surplus - r.missing, sum(large) - sum(truth), 0.02 * sum(large));
    assert.ok(r.missing < 0.02 * sum(truth));
    assert.ok(sal(large, truth, 50, 60).amplitude > 1);
  }
  const r = score(turned);
  close(r.surplus, 0, 0.1 * sum(truth));
  const seen = sal(turned, truth, 50, 60);
  close(seen.amplitude, 0, 0.1);
  close(seen.structure, 0, 0.1);
  assert.ok(r.meanDisplacement > 480, `${r.meanDisplacement}: the way and the turn`);
});

test("the energy of an ensemble: its members' costs less half their spread; a sure and right one has 0", () => {
  const truth = shower(6, 4, 4, 5, 5);
  const [left, right] = [shower(6, 4, 2, 5, 5), shower(6, 4, 6, 5, 5)];
  const options = { reach: 12, tolerance: 1e-6 };
  const r = transportEnergy([left, right], truth, height, width, options);
  close(r.error, 2 * sum(truth), 0.01 * sum(truth));
  close(r.spread, 4 * sum(truth), 0.01 * sum(truth));
  close(r.energy, 0, 0.02 * sum(truth));
  assert.is(r.members.length, 2);
  close(transportEnergy([truth, truth], truth, height, width, options).energy, 0, 1e-2);
  assert.ok(Number.isNaN(transportEnergy([left], truth, height, width, options).spread));
});

test("what does not fit is refused", () => {
  const field = shower(7, 1, 1, 3, 3);
  throws(() => transportScore(field.subarray(1), field, height, width, { reach: 3 }), ShapeError, /forecast/);
  throws(() => transportScore(field, field, height, width, { reach: 0 }), OptionsError, /reach is 0/);
  throws(
    () => transportScore(field.with(4, -1), field, height, width, { reach: 3 }),
    DomainError,
    /forecast\[4\] is -1/,
  );
  const none = field.map(() => Number.NaN);
  throws(() => transportScore(none, field, height, width, { reach: 3 }), DomainError, /no cell/);
  throws(() => transportEnergy([], field, height, width, { reach: 3 }), ShapeError, /members/);
});

/** Maps of an hour each, one member or more of them. */
function hours(drawn: readonly Float64Array[], members?: number): Field {
  const values = new Float64Array(drawn.length * height * width);
  for (const [k, map] of drawn.entries()) values.set(map, k * height * width);
  const line = (name: string, n: number) =>
    axis(name, evenly(n, 0, 2000), { units: "m", standard_name: `projection_${name}_coordinate` });
  const attributes = { standard_name: "lwe_precipitation_rate" };
  const lines = [line("y", height), line("x", width)];
  return maps(values, [height, width], {
    members,
    units: "mm h-1",
    attributes,
    since: "hours since 2001-01-01",
    lines,
  });
}

test("among the scores of verify rain has its way in km, its surplus and its gaps, times and members summed", async () => {
  const [truth, moved] = [shower(1, 3, 4, 6, 7), shower(1, 6, 8, 6, 7)];
  const twice = truth.map((v) => 2 * v);
  const observed = hours([truth, truth]);
  assert.equal(spacingOf(observed), [2, 2]);
  const score = transportCases({ reach: 30, spacing: spacingOf(observed), blur: 1, tolerance: 1e-6 });
  const { scores } = await verify(hours([moved, moved, twice, twice], 2), observed, { scores: [score] });
  const found = scores["transport"] as TransportCases;
  assert.is(found.unconverged, 0);
  const [first, second] = found.times;
  close(first!.meanDisplacement, 10, 0.05);
  close(first!.surplusShare + first!.missingShare, 0, 1e-3);
  close(second!.surplusShare, 1, 5e-3);
  close(found.surplusShare, 0.5, 5e-3);
  close(found.movedShare, 1, 5e-3);
  assert.is(found.intervals, null);
  // One hour as it was, one of twice the rain: redraws have 0, half, or all of it as surplus.
  const score3 = transportCases({ reach: 30, spacing: 2, blur: 1, bootstrap: { seed: 1, block: 1, draws: 400 } });
  const drawn = (await verify(hours([truth, twice]), observed, { scores: [score3] })).scores[
    "transport"
  ] as TransportCases;
  const { value, low, high } = drawn.intervals!.surplusShare;
  close(value, 0.5, 5e-3);
  close(low, 0, 5e-3);
  close(high, 1, 5e-3);
  const gappy = truth.map((v, i) => (i < 5 ? Number.NaN : v));
  const gap = await verify(hours([gappy]), hours([truth]), { scores: [score] });
  close((gap.scores["transport"] as TransportCases).missingShare, 0, 1e-3);
});

test.run();
