/** The sentences about a verification say what its scores are. */
import { rng } from "../../engine/index.ts";
import type { Field } from "../../io/index.ts";
import { type Verification, verify } from "../../verification/index.ts";
import { summaryOf } from "../../verification/sheets/index.ts";
import { assert, test } from "../harness.ts";
import { maps } from "./maps.ts";

const [TIMES, SIDE] = [24, 10];
const random = rng(7);
const normal = (n: number) => random.normal(new Float32Array(n));
const day = TIMES * SIDE * SIDE;
/** Common to truth and members, as weather that is known. */
const signal = normal(day);

/** Rain from a signal and `noise`; the truth without `members`. */
function rain(noise: number, members?: number, scale = 1): Field {
  const one = () => Float32Array.from(normal(day), (z, i) => scale * Math.max(0, 3 * (signal[i]! + noise * z)));
  const drawn = Array.from({ length: members ?? 1 }, one);
  const plane = SIDE * SIDE;
  const values = new Float32Array(day * drawn.length);
  for (let t = 0; t < TIMES; t++)
    for (const [m, v] of drawn.entries())
      values.set(v.subarray(t * plane, (t + 1) * plane), (t * drawn.length + m) * plane);
  return maps(values, [SIDE, SIDE], { members, since: "days since 2003-02-23" });
}

const truth = rain(0.5);
const judged = (forecast: Field, other?: Field): Promise<Verification> =>
  verify(forecast, truth, { ...(other && { against: other }), bootstrap: { seed: 0, draws: 200 } });

test("exchangeable members differ as much as they should, and those of half and double the noise too little and too much", async () => {
  for (const [noise, says] of [
    [0.5, /^The members differ as much as they should: spread\/skill is (0\.9\d*|1(\.0\d*)?)\.$/],
    [0.2, /^The members differ too little from each other .* spread\/skill is 0\.\d+, and should be 1\.$/],
    [
      0.4,
      /^The members differ too little from each other .* spread\/skill is 0\.8\d*, which is good enough for most uses\.$/,
    ],
    [1.2, /^The members differ too much from each other .* spread\/skill is 1\.\d+, and should be 1\.$/],
  ] as const) {
    const found = await judged(rain(noise, 8));
    assert.match(summaryOf(found)[1]!, says, `${noise}`);
  }
});

test("error, the other forecast's error, frequency and heaviest values are those of the scores, with their signs in words", async () => {
  const found = await judged(rain(0.5, 8, 1.3), rain(1.5, 8));
  const { crps, wetFractionBias, quantiles } = found.scores;
  const other = found.against!.scores.crps;
  const [error, beside, , wet, heavy] = summaryOf(found) as [string, string, string, string, string];
  assert.is(error, `The CRPS, the error of the whole ensemble, is ${Number(crps.toPrecision(3))} mm.`);
  const below = Number((100 * (1 - crps / other)).toPrecision(2));
  assert.is(beside, `This is ${below} % below the other forecast's ${Number(other.toPrecision(3))}.`);
  assert.ok(wetFractionBias > 0);
  assert.is(wet, `Rain of 0.1 mm or more is ${Number((100 * wetFractionBias).toPrecision(2))} % too frequent.`);
  const { q, pooledBias } = quantiles.find((one) => one.q === 0.999) ?? quantiles.at(-1)!;
  assert.ok(pooledBias > 0.1);
  const share = Number((100 * (1 - q)).toPrecision(2));
  const high = Number((100 * pooledBias).toPrecision(2));
  assert.is(heavy, `The value that ${share} % of cells exceed is ${high} % too high.`);
});

test("a single field has no sentence on its spread", async () => {
  const lines = summaryOf(await judged(rain(0.5)));
  assert.match(lines[0]!, /^The mean absolute error is [\d.]+ mm\.$/);
  assert.not.ok(lines.some((line) => /members/.test(line)));
});

test.run();
