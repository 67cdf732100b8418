/** Networks: where their neurons begin, what they compute, and what they refuse. */
import * as fc from "fast-check";
import { OptionsError, rng } from "../../../engine/index.ts";
import { partial } from "../../../equations/expression/index.ts";
import { type MlpOptions, mlp } from "../../../solvers/index.ts";
import { type Mlp, networkProgram } from "../../../solvers/network/index.ts";
import { evaluator } from "../../../solvers/residual/index.ts";
import { assert, test } from "../../harness.ts";

const box = { low: [-1, 2], high: [3, 2.5] } as const;

/** Values [n, orders] of derivatives of the first unknown. */
async function values(network: Mlp, theta: Float64Array, points: Float64Array, orders = [[0, 0]], unknowns = 1) {
  const program = networkProgram(network, box, unknowns);
  const model = { dimension: 2, network: program, ansatz: [], constants: {}, trainable: [] };
  const run = evaluator(
    model,
    orders.map((o) => partial(0, o)),
  );
  const out = await run.evaluate(theta, points);
  await run.dispose();
  return out;
}

test("The first layer's weights have lengths scale·e^±½, evenly in the logarithm, in all directions", () => {
  for (const scale of [2, 25]) {
    const width = 2000;
    const theta = networkProgram(mlp({ width, depth: 1, scale }), box, 1).initial(rng(4));
    const [a, b] = [theta.subarray(0, width), theta.subarray(width, 2 * width)];
    const logs = Float64Array.from(a, (v, j) => Math.log(Math.hypot(v, b[j]!) / scale)).sort();
    assert.ok(logs[0]! >= -0.5 && logs.at(-1)! <= 0.5);
    // Kolmogorov's distance to the uniform law on [−½, ½]: 1.63/√n is met with probability 0.99.
    const distance = logs.reduce((m, v, i) => Math.max(m, Math.abs(v + 0.5 - (i + 0.5) / width)), 0);
    assert.ok(distance < 1.63 / Math.sqrt(width), `${distance}`);
    const angles = Float64Array.from(a, (v, j) => Math.atan2(b[j]!, v) / (2 * Math.PI) + 0.5).sort();
    const turn = angles.reduce((m, v, i) => Math.max(m, Math.abs(v - (i + 0.5) / width)), 0);
    assert.ok(turn < 1.63 / Math.sqrt(width), `${turn}`);
  }
});

test("Every neuron of the first layer has its transition inside the box, half of them near the given centres", () => {
  const width = 400;
  const centre = [1.7, 2.1];
  const theta = networkProgram(mlp({ width, depth: 1, scale: 20 }), box, 1).initial(rng(4), Float64Array.from(centre));
  const at = centre.map((c, k) => (2 * c - box.low[k]! - box.high[k]!) / (box.high[k]! - box.low[k]!));
  let near = 0;
  for (let j = 0; j < width; j++) {
    const [a, b, bias] = [theta[j]!, theta[width + j]!, theta[2 * width + j]!];
    // The line a x + b y + bias = 0 meets [−1, 1]² where |bias| ≤ |a| + |b|.
    assert.ok(Math.abs(bias) <= Math.abs(a) + Math.abs(b) + 1e-12);
    if (Math.abs(a * at[0]! + b * at[1]! + bias) < 1e-12 * 20) near++;
  }
  assert.is(near, width / 2);
});

test("Hidden layers keep the size of their inputs, and the last one has outputScale", () => {
  const width = 64;
  const program = networkProgram(mlp({ width, depth: 2, outputScale: 3 }), box, 2);
  const theta = program.initial(rng(9));
  assert.is(theta.length, program.size);
  assert.is(program.size, (2 + 1) * width + (width + 1) * width + (width + 1) * 2);
  const rms = (part: Float64Array) => Math.sqrt(part.reduce((s, v) => s + v * v, 0) / part.length);
  const hidden = theta.subarray(3 * width, 3 * width + width * width);
  assert.ok(Math.abs(rms(hidden) * Math.sqrt(width) - 1) < 0.05);
  const biases = theta.subarray(3 * width + width * width, 4 * width + width * width);
  assert.ok(biases.every((b) => Math.abs(b) <= 0.5));
  const last = theta.subarray(theta.length - 2 * (width + 1));
  assert.ok(Math.abs((rms(last.subarray(0, 2 * width)) * Math.sqrt(width)) / 3 - 1) < 0.25);
  assert.equal([...last.subarray(2 * width)], [0, 0]);
  assert.equal(program.initial(rng(9)), theta);
  assert.not.equal(program.initial(rng(10)), theta);
});

test("A perceptron is the formula, with features of coordinates scaled to [−1, 1]", async () => {
  const network = mlp({ width: 3, depth: 2, activation: "sin", squares: true, fourier: [[1.5, -2]] });
  const theta = networkProgram(network, box, 1).initial(rng(1));
  const [x, y] = [0.4, 2.4];
  const [a, b] = [(x - 1) / 2, (y - 2.25) / 0.25];
  let h = [a, a * a, b, b * b, Math.cos(1.5 * a - 2 * b), Math.sin(1.5 * a - 2 * b)];
  let offset = 0;
  for (const [i, width] of [3, 3, 1].entries()) {
    const inputs = h.length;
    h = Array.from({ length: width }, (_, j) => {
      const z = h.reduce((s, v, k) => s + v * theta[offset + k * width + j]!, theta[offset + inputs * width + j]!);
      return i < 2 ? Math.sin(z) : z;
    });
    offset += (inputs + 1) * width;
  }
  assert.is(offset, theta.length);
  assert.ok(Math.abs((await values(network, theta, Float64Array.of(x, y)))[0]! - h[0]!) < 1e-14);
});

test("Periodic features make a network periodic with its derivatives, in that axis only", async () => {
  for (const harmonics of [1, 3]) {
    const network = mlp({ width: 5, depth: 2, periodic: { 0: harmonics } });
    const theta = rng(3).normal(networkProgram(network, box, 1).size);
    const orders = [[0, 0], [1, 0], [2, 0], [3, 0], [1, 1], [0, 2]]; // biome-ignore format: a list
    const ys = [2, 2.1, 2.37, 2.5];
    const low = await values(network, theta, Float64Array.from(ys.flatMap((y) => [-1, y])), orders);
    const high = await values(network, theta, Float64Array.from(ys.flatMap((y) => [3, y])), orders);
    for (const [i, v] of low.entries())
      assert.ok(Math.abs(v - high[i]!) <= 1e-12 * Math.max(1, Math.abs(v)), `${v} ${high[i]}`);
    const inside = await values(network, theta, Float64Array.of(-0.5, 2.1, 0.5, 2.1));
    assert.ok(Math.abs(inside[0]! - inside[1]!) > 1e-3);
    const across = await values(network, theta, Float64Array.of(0.5, 2, 0.5, 2.5));
    assert.ok(Math.abs(across[0]! - across[1]!) > 1e-3);
  }
});

test("Descriptions survive JSON, and numbers out of range are named", () => {
  void fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 1, max: 5 }),
      fc.double({ min: 0.1, max: 50, noNaN: true }),
      (width, depth, scale) => {
        const network = mlp({ width, depth, scale });
        assert.equal(JSON.parse(JSON.stringify(network)), { ...network });
        assert.ok(Object.isFrozen(network));
      },
    ),
    { seed: 5, numRuns: 30 },
  );
  const refused = (make: () => unknown, option: string) =>
    assert.throws(make, (e: unknown) => e instanceof OptionsError && e.option === option && e.message.includes(option));
  const bad: readonly (readonly [string, object])[] = [
    ["width", { width: 0 }],
    ["width", { width: 1.5 }],
    ["depth", { depth: -1 }],
    ["scale", { scale: 0 }],
    ["scale", { scale: Number.POSITIVE_INFINITY }],
    ["activation", { activation: "relu" }],
  ];
  for (const [option, options] of bad) {
    refused(() => mlp(options as MlpOptions), option);
  }
  refused(() => mlp({ outputScale: Number.NaN }), "outputScale");
});

test.run();
