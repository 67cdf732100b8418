// Inside: the fit to sums of errors, some hundred times faster than by drawing.
/** The interval of a fitted amplitude holds the true one as often as it says, of truths whose spread differs from time to time. */
import { rng } from "../../../engine/index.ts";
import { fitAmplitude } from "../../../generative/calibration/fit.ts";
import { assert, test } from "../../harness.ts";

const [TRUE, CASES, READINGS, MEMBERS] = [1.3, 60, 400, 4];

/** Sums of a case whose errors of one time have a factor in common, lognormal with this deviation, half of it remembered by the next time. */
function drawn(seed: number, times: number, deviation: number) {
  const random = rng(seed);
  const strengths = random.split("rain").normal(times);
  const steps = random.split("skill").normal(times);
  const own = random.split("readings").normal(READINGS * (MEMBERS + 1));
  const [expected, squared] = [new Float64Array(times), new Float64Array(times)];
  const shares: (readonly [number, number])[] = [];
  let [skill, n] = [steps[0]!, 0];
  for (let t = 0; t < times; t++) {
    if (t > 0) skill = 0.5 * skill + Math.sqrt(0.75) * steps[t]!;
    const weight = Math.exp(1.1 * strengths[t]!);
    // Its square is 1 in the mean.
    const error = TRUE * Math.exp((deviation * skill - deviation ** 2 / 2) / 2);
    for (let i = 0; i < Math.round(READINGS / times); i++) {
      const members = own.subarray(n, n + MEMBERS);
      const mean = members.reduce((sum, z) => sum + z, 0) / MEMBERS;
      const variance = members.reduce((sum, z) => sum + (z - mean) ** 2, 0) / (MEMBERS - 1);
      const share = [weight * (1 + 1 / MEMBERS) * variance, weight * (mean - error * own[n + MEMBERS]!) ** 2] as const;
      shares.push(share);
      expected[t]! += share[0];
      squared[t]! += share[1];
      n += MEMBERS + 1;
    }
  }
  const meanOf = (k: 0 | 1) => shares.reduce((sum, one) => sum + one[k], 0) / shares.length;
  const [e, s] = [meanOf(0), meanOf(1)];
  const variance = shares.reduce((sum, [a, b]) => sum + ((a / e - b / s) / 2) ** 2, 0) / shares.length;
  const groups = Array.from({ length: times }, (_, time) => ({ time, region: 0 }));
  // Members scatter with the amplitude, and their mean with them.
  const sums = [1, 1.2, 1.44, 1.728].map((amplitude) => {
    const wider = (amplitude ** 2 / MEMBERS + TRUE ** 2) / (1 / MEMBERS + TRUE ** 2);
    return {
      amplitude,
      expected: expected.map((v) => v * amplitude ** 2),
      squared: squared.map((v) => v * wider),
      crps: new Float64Array(times),
    };
  });
  return fitAmplitude(sums, { readings: shares.length, groups, times, regions: 1 }, { variance, seed });
}

for (const [times, deviation] of [
  [10, 0],
  [10, 0.7],
  [20, 0.7],
  [50, 0],
] as const)
  test(`90 % intervals of ${times} times hold the amplitude in 85 of 100 cases, errors of a time in common by ${deviation}`, () => {
    const fits = Array.from({ length: CASES }, (_, seed) => drawn(seed, times, deviation));
    const held = fits.filter(({ low, high }) => low < TRUE && TRUE < high).length;
    assert.ok(held >= 0.85 * CASES, `${held} of ${CASES}`);
    // They say something: not all of 0.5 to 2.
    const widths = fits.map(({ low, high }) => Math.log(high / low)).sort((a, b) => a - b);
    assert.ok(widths[CASES / 2]! < Math.log(4), `${widths[CASES / 2]}`);
  });

test.run();
