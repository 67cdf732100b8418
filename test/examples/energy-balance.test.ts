/** Two climates of one sun, beside a plain march in time of finite volumes. */
import { readFileSync } from "node:fs";
import { climate } from "../../examples/energy-balance.ts";
import { readProblem, solve } from "../../solvers/index.ts";
import { assert, test } from "../harness.ts";

const path = new URL("../../examples/data/", import.meta.url);
const bands = readFileSync(new URL("land.csv", path), "utf8").trim().split("\n").slice(1);
const [places, shares] = [0, 1].map((k) => bands.map((row) => Number(row.split(",")[k])));

/** Share of land by lines through the bands, and on beyond the outer ones. */
function landAt(x: number): number {
  const k = Math.min(places!.length - 2, Math.max(0, Math.floor((x - places![0]!) / 0.05)));
  return shares![k]! + ((x - places![k]!) / 0.05) * (shares![k + 1]! - shares![k]!);
}

/** The mean temperature at rest: transport implicit (Thomas' algorithm), light as it was a step before. */
function marched(start: number, cells = 400): number {
  const h = 2 / cells;
  const x = Array.from({ length: cells }, (_, i) => -1 + (i + 0.5) * h);
  const across = Array.from({ length: cells + 1 }, (_, i) => (0.649 * (1 - (-1 + i * h) ** 2)) / h ** 2);
  const [capacity, B] = [8, 2.09];
  let T = x.map(() => start);
  for (let step = 0; step < 1500; step++) {
    const right = x.map((at, i) => {
      const albedo = 0.445 + 0.08 * landAt(at) - 0.15 * Math.tanh((T[i]! + 10) / 5);
      return capacity * T[i]! + 340 * (1 - 0.241 * (3 * at ** 2 - 1)) * (1 - albedo) - 203.3;
    });
    const share: number[] = [];
    for (let i = 0; i < cells; i++) {
      const below = across[i]! * (i > 0 ? share[i - 1]! : 0);
      const pivot = capacity + B + across[i]! + across[i + 1]! - below;
      share.push(across[i + 1]! / pivot);
      right[i] = (right[i]! + (i > 0 ? across[i]! * right[i - 1]! : 0)) / pivot;
    }
    for (let i = cells - 2; i >= 0; i--) right[i] = right[i]! + share[i]! * right[i + 1]!;
    T = right;
  }
  return T.reduce((a, b) => a + b) / cells;
}

test("today's sun keeps a warm and a frozen Earth, as a march from a warm and a frozen one finds", async () => {
  for (const [T0, mean] of [
    [15, 13.56],
    [-40, -34.97],
  ] as const) {
    const truth = marched(T0);
    assert.ok(Math.abs(truth - mean) < 0.01, `${truth}`);
    const found = await climate(340, T0);
    // 400 cells of second order are off by 3e-4.
    assert.ok(Math.abs(found - truth) < 1e-3, `${found} ${truth}`);
  }
  assert.ok(Number.isNaN(await climate(300, 15)), "a weak sun keeps no warm Earth");
});

test("what the warm Earth absorbs it emits, and land at twice the spacing moves it by its estimate", async () => {
  const problem = await readProblem(new URL("energy-balance.json", path).pathname);
  const { report } = await solve(problem, { budget: { steps: 8 }, seed: 1, threads: 1 });
  const { absorbed, emitted } = report.functionals as Record<string, { value: number }>;
  assert.ok(Math.abs(absorbed!.value - emitted!.value) < 1e-5, `${absorbed!.value} ${emitted!.value}`);
  const { relativeL2, by } = report.estimate!;
  assert.is(by, "the interpolation of land");
  assert.ok(relativeL2 > 1e-4 && relativeL2 < 1e-2, `${relativeL2}`);
});

test.run();
