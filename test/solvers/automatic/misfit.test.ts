// Inside: a decision of the automatic choice by itself.
/** Solutions that miss the observations. */
import { rootMeanSquare } from "../../../engine/numerics/vectors.ts";
import { missedData } from "../../../solvers/automatic/constants.ts";
import { initial, pde, type Solution, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const points = Float64Array.from({ length: 21 }, (_, i) => i / 10);

/** u′ = −u from 1, observed as exp(−rate·t) and a noise of known numbers. */
function decay(rate: number, sigma?: number, noise = 0) {
  const values = points.map((t, i) => Math.exp(-rate * t) + noise * (i % 2 === 0 ? 1 : -1));
  return pde({
    name: "decay",
    domain: { t: [0, 2] },
    equations: "u_t = -u",
    conditions: [initial("u = 1")],
    observations: [{ points, values, ...(sigma !== undefined && { sigma }) }],
  });
}

/** e^−t, whatever is asked for. */
const known = { quantity: async (_: string, at: Float64Array) => at.map((t) => Math.exp(-t)) } as unknown as Solution;

test("a solution whose data belong to another equation misses them, and it says by how much", async () => {
  // √(mean of (e^−t − e^−1.3t)²) over the points is 0.0777.
  const { words, share } = (await missedData(decay(1.3, 0.01), known))!;
  assert.match(words, /observations of u by 0\.078 .*where their noise is 0\.01/);
  // Their size √(mean of e^−2.6t) is 0.46.
  assert.ok(
    Math.abs(share - Math.sqrt(0.0777 ** 2 - 0.01 ** 2) / rootMeanSquare(points.map((t) => Math.exp(-1.3 * t)))) < 1e-3,
  );
});

test("noise that was told misses nothing, be it as large as it may; nor does one that was not told below a fifth of the values", async () => {
  for (const problem of [decay(1, 0.3, 0.3), decay(1, undefined, 0.05), decay(1.01, 0.001)])
    assert.is(await missedData(problem, known), undefined);
  assert.match((await missedData(decay(1, undefined, 0.3), known))!.words, /if that is their noise, give it \(sigma\)/);
});

test("a solution that misses the data is doubtful, and its advice says so", async () => {
  const { status, estimate } = (await solve(decay(1, 0.01, 0.1), { budget: { steps: 20 } })).report;
  assert.is(status, "doubtful");
  assert.match(estimate!.advice!, /^it misses the observations of u/);
});

test.run();
