/** The page docs/how-to/your-own-sampler.md and the example beside it do what they say. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rng } from "../../engine/index.ts";
import { residualQuantile, solvePeak } from "../../examples/own-sampler.ts";
import { mlp, sobol } from "../../solvers/index.ts";
import { start } from "../../solvers/sampler/index.ts";
import { assert, test } from "../harness.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("the sampler of the page solves a wave to 1e-3, as it stands there", async () => {
  const page = await readFile(join(root, "docs/how-to/your-own-sampler.md"), "utf8");
  const code = /```ts\n([\s\S]*?)```/.exec(page)![1]!;
  const folder = await mkdtemp(join(root, "test", ".page-"));
  try {
    const file = join(folder, "page.ts");
    await writeFile(file, code.replace('"monge/solvers"', '"../../solvers/index.ts"'));
    const { relativeL2, halton } = await import(pathToFileURL(file).href);
    assert.ok(relativeL2 < 1e-3, `${relativeL2}`);
    const domain = { dimension: 2, low: [0, 0], high: [1, 1], volume: 1, isBox: true, contains: inside };
    const active = start(halton(1), domain);
    const set = await active.draw({
      domain,
      count: 4,
      rng: rng(0),
      round: 0,
      residual: async () => new Float64Array(),
    });
    // 1/2, 1/4, 3/4, 1/8 beside 1/3, 2/3, 1/9, 4/9: the sequence as Halton has it.
    const halves = [1 / 2, 1 / 4, 3 / 4, 1 / 8];
    const thirds = [1 / 3, 2 / 3, 1 / 9, 4 / 9];
    halves.forEach((x, i) => {
      assert.ok(Math.abs(set.points[2 * i]! - x) < 1e-15 && Math.abs(set.points[2 * i + 1]! - thirds[i]!) < 1e-15);
    });
    const later = start(halton(1), domain);
    later.restore(active.state());
    const context = { domain, count: 3, rng: rng(0), round: 1, residual: async () => new Float64Array() };
    assert.equal((await later.draw(context)).points, (await active.draw(context)).points);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const inside = (points: Float64Array) => new Uint8Array(points.length / 2).fill(1);

test("the weighted points of the example estimate integrals without bias", async () => {
  const domain = { dimension: 2, low: [0, 0], high: [1, 1], volume: 1, isBox: true, contains: inside };
  const residual = async (points: Float64Array) =>
    Float64Array.from({ length: points.length / 2 }, (_, i) =>
      Math.exp(-20 * Math.hypot(points[2 * i]!, points[2 * i + 1]!)),
    );
  const set = await start(residualQuantile(), domain).draw({ domain, count: 4000, rng: rng(5), round: 0, residual });
  const sum = (of: (x: number, y: number) => number) =>
    set.weights.reduce((total, w, i) => total + w * of(set.points[2 * i]!, set.points[2 * i + 1]!), 0);
  // 4000 points with weights of at most 2/N: the error is of order 0.01.
  assert.ok(Math.abs(sum(() => 1) - 1) < 0.04, `${sum(() => 1)}`);
  assert.ok(Math.abs(sum((x, y) => x + y) - 1) < 0.04);
  assert.ok(set.points.filter((x, i) => i % 2 === 0 && x < 0.36 && set.points[i + 1]! < 0.36).length > 2000);
});

test("on a peak the example ends with a smaller error than even points", async () => {
  const options = { network: mlp({ width: 10, depth: 2, scale: 10 }), points: 300, budget: { steps: 60 }, seed: 1 };
  const [own, even] = [await solvePeak(options), await solvePeak({ ...options, sampler: sobol() })];
  const [a, b] = [(await own.errors()).relativeL2, (await even.errors()).relativeL2];
  assert.ok(a < b, `${a} with the example, ${b} with even points`);
});

test.run();
