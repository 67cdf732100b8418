/** What `solve` returns: values, derivatives, errors, files, models, and constants with their uncertainty. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import * as ort from "onnxruntime-node";
import { FormatError, isMongeError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { evaluateAt } from "../../../equations/expression/index.ts";
import {
  dirichlet,
  loadSolution,
  mlp,
  type Problem,
  pde,
  type SolveOptions,
  sobol,
  solve,
  sum,
} from "../../../solvers/index.ts";
import { type NetworkSolution, reportOf } from "../../../solvers/solution/index.ts";
import { assert, inFolder, test } from "../../harness.ts";

const pair = pde({
  ...{ name: "pair", domain: { x: [0, 1], t: [0, 0.5] }, unknowns: ["u", "v"], constants: { nu: 0.3 } },
  equations: ["u_t + u*v = nu*u_xx + source", "v_t - u = v_xx + source"],
  ...{ manufactured: { u: "sin(2*x)*exp(-t)", v: "x + cos(x - t)" }, conditions: "exact" },
  quantities: { flux: "-nu*u_x", product: "u*v" },
});
const small = {
  ...{ network: mlp({ width: 6, depth: 2 }), sampler: sobol(), points: 150, growth: { after: 1, factor: 1 } },
  budget: { steps: 10 },
} satisfies SolveOptions;
let kept: Promise<NetworkSolution> | undefined;
const solved = () => {
  kept ??= solve(pair, small);
  return kept;
};
const inside = (count: number) => rng(8).uniform(2 * count).map((u, i) => (i % 2 === 0 ? u : u / 2)); // biome-ignore format: one line

async function refusal(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  return undefined;
}

test("Errors are relative L² over all unknowns, beside the largest error", async () => {
  const solution = await solved();
  const errors = await solution.errors();
  // Independently: the same integrals by a product midpoint rule.
  let [error, size] = [0, 0];
  const n = 128;
  const points = Float64Array.from({ length: 2 * n * n }, (_, i) =>
    i % 2 === 0 ? (Math.floor(i / 2 / n) + 0.5) / n : (((i - 1) / 2) % n) / (2 * n) + 0.25 / n,
  );
  const values = await solution.evaluate(points);
  const parts: Record<string, number> = {};
  let most = 0;
  for (const [k, name] of ["u", "v"].entries()) {
    const truth = evaluateAt(pair.exact![k]!, points, 2, pair.constants);
    const gaps = truth.map((v, i) => values[2 * i + k]! - v);
    const [e, s] = [gaps.reduce((a, v) => a + v * v, 0), truth.reduce((a, v) => a + v * v, 0)];
    parts[name] = Math.sqrt(e / s);
    most = gaps.reduce((m, v) => Math.max(m, Math.abs(v)), most);
    error += e;
    size += s;
  }
  const close = (a: number, b: number) => Math.abs(a / b - 1) < 0.01;
  assert.ok(close(errors.relativeL2, Math.sqrt(error / size)));
  assert.ok(close(errors.perUnknown.u!, parts.u!) && close(errors.perUnknown.v!, parts.v!));
  assert.ok(Math.abs(errors.maxError / most - 1) < 0.05);
  // A mean squared error would be another number by orders of magnitude.
  assert.ok(errors.relativeL2 > 10 * (error / (2 * n * n)));
  const blind = await solve(
    pde({ name: "blind", domain: { x: [0, 1] }, equations: "u_xx = 1", conditions: [dirichlet("u = 0")] }),
    { ...small, budget: { steps: 1 } },
  );
  assert.instance(await refusal(() => blind.errors()), OptionsError);
});

test("Values on a grid are those at its points, with NaN outside the domain", async () => {
  const solution = await solved();
  const grid = await solution.onGrid({ x: 7, t: 4 });
  assert.equal(grid.shape, [7, 4]);
  const values = await solution.evaluate(grid.points);
  for (const [k, name] of ["u", "v"].entries()) {
    assert.equal(
      grid.values[name],
      values.filter((_, i) => i % 2 === k),
    );
  }
  assert.equal(grid.quantities["flux"], await solution.quantity("-nu*u_x", grid.points));
  const product = grid.values["u"]!.map((u, i) => u * grid.values["v"]![i]!);
  assert.ok(grid.quantities["product"]!.every((v, i) => Math.abs(v - product[i]!) < 1e-14));
  assert.equal([...grid.coordinates[0]!.slice(0, 2), grid.coordinates[1]![3]], [0, 1 / 6, 0.5]);
  assert.equal([...grid.points.subarray(2, 4)], [0, 0.5 / 3]);
  assert.instance(await refusal(() => solution.onGrid({ x: 7 })), OptionsError);
  const disk = pde({
    ...{ name: "disk", domain: { shape: "ball", center: [0, 0], radius: 1 }, equations: "-lap(u) = 1" },
    conditions: [dirichlet("u = 0")],
  });
  const onDisk = await solve(disk, { ...small, budget: { steps: 2 } });
  const round = await onDisk.onGrid({ x: 5, y: 5 });
  assert.is(round.values.u!.filter(Number.isNaN).length, 12);
  // In a corner of its box, on its circle, in its middle.
  const places = await onDisk.evaluate(Float64Array.of(0.9, 0.9, 0.6, 0.8, 0, 0));
  assert.equal([...places].map(Number.isNaN), [true, false, false]);
});

test("Outside of the domain nothing is said of a solution unless it is asked for, and periodic axes have no outside", async () => {
  const solution = await solved();
  // Outside, at a corner, after the end, inside.
  const points = Float64Array.of(5, 0.1, 1, 0.5, 0.3, 0.6, 0.3, 0.4);
  const asked = { outside: "extrapolated" } as const;
  for (const [width, of] of [
    [2, (o?: typeof asked) => solution.evaluate(points, o)],
    [1, (o?: typeof asked) => solution.quantity("u*v", points, o)],
    [2, (o?: typeof asked) => solution.expressions(pair.exact!, points, o)],
    [2, (o?: typeof asked) => solution.residual(points, o)],
  ] as const) {
    const [values, all] = [await of(), await of(asked)];
    assert.ok(all.every(Number.isFinite));
    values.forEach((v, i) => {
      assert.ok(Object.is(v, [0, 2].includes(Math.floor(i / width)) ? Number.NaN : all[i]!));
    });
  }
  const ring = pde({
    ...{ name: "ring", domain: { x: [0, 2], t: [0, 1] }, equations: "u_t + u_x = 0" },
    conditions: [
      { type: "initial", equation: "u = sin(pi*x)" },
      { type: "periodic", on: "x" },
    ],
  });
  const turned = await solve(ring, { ...small, budget: { steps: 2 } });
  const [once, twice, late] = await turned.evaluate(Float64Array.of(0.3, 0.5, 2.3, 0.5, 0.3, 1.5));
  assert.ok(Math.abs(once! - twice!) < 1e-12);
  assert.ok(Number.isNaN(late));
});

test("A quantity is what differences of the values tend to, with order two", async () => {
  const solution = await solved();
  const points = inside(40);
  const exact = await solution.quantity("u_x", points);
  const second = await solution.quantity("u_xx", points);
  const gap = async (h: number) => {
    const at = async (by: number) => {
      const moved = points.map((x, i) => (i % 2 === 0 ? x + by : x));
      return (await solution.evaluate(moved, { outside: "extrapolated" })).filter((_, i) => i % 2 === 0);
    };
    const [high, low, middle] = [await at(h), await at(-h), await at(0)];
    const worst = (f: (i: number) => number) => exact.reduce((m, _, i) => Math.max(m, Math.abs(f(i))), 0);
    return [
      worst((i) => (high[i]! - low[i]!) / (2 * h) - exact[i]!),
      worst((i) => (high[i]! - 2 * middle[i]! + low[i]!) / h ** 2 - second[i]!),
    ];
  };
  const [coarse, fine] = [await gap(0.04), await gap(0.02)];
  for (const k of [0, 1]) assert.ok(Math.abs(Math.log2(coarse[k]! / fine[k]!) - 2) < 0.15, `${coarse} ${fine}`);
  assert.instance(await refusal(() => solution.quantity("u_x +", points)), FormatError);
  assert.instance(await refusal(() => solution.evaluate(new Float64Array(3))), ShapeError);
  assert.ok(isMongeError(await refusal(() => solution.evaluate(Float64Array.of(0.1, Number.NaN)))));
});

test("An unknown of which nothing is known has no error of its own, and does not stop those of the others", async () => {
  const solution = await solved();
  const points = inside(40);
  const values = (await solution.evaluate(points)).map((v, i) => (i % 2 === 0 ? 1.25 * v : 0));
  const test = { points, values, unknowns: 2, known: Uint8Array.from(values, (_, i) => (i % 2 === 0 ? 1 : 0)) };
  const errors = await solution.errors(test);
  assert.equal(Object.keys(errors.perUnknown), ["u"]);
  assert.ok(Math.abs(errors.perUnknown["u"]! - 0.2) < 1e-12 && Math.abs(errors.relativeL2 - 0.2) < 1e-12);
});

test("The residual is the equation's formula minus the source", async () => {
  const solution = await solved();
  const points = inside(50);
  const residual = await solution.residual(points);
  const [first, second] = [
    await solution.quantity("u_t + u*v - nu*u_xx", points),
    await solution.quantity("v_t - u - v_xx", points),
  ];
  const sources = pair.source!.map((s) => evaluateAt(s, points, 2, pair.constants));
  for (let i = 0; i < 50; i++) {
    assert.ok(Math.abs(residual[2 * i]! - (first[i]! - sources[0]![i]!)) < 1e-12);
    assert.ok(Math.abs(residual[2 * i + 1]! - (second[i]! - sources[1]![i]!)) < 1e-12);
  }
});

test("A saved solution comes back bit for bit; damaged files are typed errors", async () => {
  await inFolder(async (folder) => {
    const solution = await solved();
    await solution.save(folder);
    const loaded = await loadSolution(folder);
    const points = inside(30);
    assert.equal(loaded.coefficients, solution.coefficients);
    assert.equal(await loaded.evaluate(points), await solution.evaluate(points));
    assert.equal(loaded.report, solution.report);
    assert.equal(loaded.problem.text, solution.problem.text);

    assert.instance(await refusal(() => loadSolution(join(folder, "nowhere"))), FormatError);
    const [json, parameters] = [join(folder, "solution.json"), join(folder, "solution.safetensors")];
    const [text, bytes] = [await readFile(json, "utf8"), await readFile(parameters)];
    for (const damaged of ["", text.slice(0, -20), "{}", "[]", "null", text.replace('"mlp"', '"oak"')]) {
      await writeFile(json, damaged);
      assert.instance(await refusal(() => loadSolution(folder)), FormatError, damaged.slice(0, 20));
    }
    await writeFile(json, text.replace('"width": 6', '"width": 5'));
    assert.instance(await refusal(() => loadSolution(folder)), FormatError);
    await writeFile(json, text);
    await writeFile(parameters, bytes.subarray(0, bytes.length - 8));
    assert.instance(await refusal(() => loadSolution(folder)), FormatError);
    const broken = Buffer.from(bytes);
    broken.writeDoubleLE(Number.NaN, bytes.length - 8);
    await writeFile(parameters, broken);
    assert.ok(isMongeError(await refusal(() => loadSolution(folder))));
    await writeFile(parameters, bytes);
    await loadSolution(folder);
  });
});

test("The exported model gives the same values in ONNX Runtime alone", async () => {
  for (const network of [undefined, sum({ parts: [mlp({ width: 4, depth: 1 }), mlp({ width: 5, depth: 1 })] })]) {
    const solution = network ? await solve(pair, { ...small, network, budget: { steps: 2 } }) : await solved();
    const session = await ort.InferenceSession.create(await solution.toOnnx());
    assert.is(session.inputNames.length, 1);
    const points = inside(2048);
    const feed = { [session.inputNames[0]!]: new ort.Tensor("float64", points, [2048, 2]) };
    const out = (await session.run(feed))[session.outputNames[0]!]!;
    assert.equal([...out.dims], [2048, 2]);
    const values = await solution.evaluate(points);
    assert.ok(values.every((v, i) => Math.abs(v - Number(out.data[i])) < 1e-13));
    await session.release();
  }
});

test("A constant found without observations has no standard deviation, for there is no noise to make one of", async () => {
  const eigen = pde({
    ...{ name: "eigen", domain: { x: [0, 1] }, trainable: { lam: 8 }, equations: "u_xx + lam*u = 0" },
    ...{ conditions: [dirichlet("u = 0")], integrals: ["u^2 = 0.5"] },
  });
  const solution = await solve(eigen, { ...small, network: mlp({ width: 5, depth: 1 }), points: 40 });
  const { lam } = solution.report.constants;
  assert.equal(Object.keys(lam!), ["value"]);
  assert.match(inspect(solution), /\n {2}found {5}lam = \d\.\d+$/);
  const folder = await mkdtemp(join(tmpdir(), "monge-eigen-"));
  await solution.save(folder);
  const again = await loadSolution(folder);
  assert.equal(again.report.constants, { lam });
  // What was saved before had a number there, which meant nothing.
  const older = { ...solution.report, constants: { lam: { ...lam, standardDeviation: 0.142 } } };
  assert.equal(reportOf(older, eigen).constants, { lam });
  assert.equal(reportOf(older, { observations: [{} as Problem["observations"][number]] }).constants, older.constants);
  const open = { ...older, constants: { lam: { ...lam, standardDeviation: "Infinity" } } };
  assert.is(reportOf(open, eigen).constants.lam!.standardDeviation, Number.POSITIVE_INFINITY);
  for (const one of [solution, again]) await one.dispose();
  await rm(folder, { recursive: true });
});

test("A constant found from noisy observations is the least-squares one, with the standard deviation of theory", async () => {
  const [truth, sigma, n] = [1.3, 0.02, 15];
  const times = Float64Array.from({ length: n }, (_, i) => (2 * (i + 1)) / n);
  const scores: number[] = [];
  for (let seed = 0; seed < 12; seed++) {
    const noise = rng(seed).split("noise").normal(n);
    const seen = times.map((t, i) => Math.exp(-truth * t) + sigma * noise[i]!);
    const decay = pde({
      ...{ name: "decay", domain: { x: [0, 2] }, trainable: { a: 0.5 }, equations: "u_x + a*u = 0" },
      conditions: [dirichlet("u = 1", { on: "x = 0" })],
      observations: [{ points: [...times], values: [...seen], sigma }],
    });
    const solution = await solve(decay, {
      ...small,
      ...{ network: mlp({ width: 5, depth: 1 }), points: 40, budget: { steps: 40 }, seed },
    });
    const { value, standardDeviation = Number.NaN } = solution.report.constants.a!;
    // Gauss–Newton by hand for exp(−a t).
    let [a, curvature] = [truth, 0];
    for (let round = 0; round < 20; round++) {
      const slopes = times.map((t) => -t * Math.exp(-a * t));
      curvature = slopes.reduce((s, v) => s + v * v, 0);
      a += times.reduce((s, t, i) => s + slopes[i]! * (seen[i]! - Math.exp(-a * t)), 0) / curvature;
    }
    const deviation = sigma / Math.sqrt(curvature);
    if (process.env.SHOW) process.stdout.write(`${value} ${a} ${standardDeviation} ${deviation}\n`);
    assert.ok(Math.abs(value - a) < 0.05 * deviation, `${value} against ${a}`);
    assert.ok(Math.abs(standardDeviation / deviation - 1) < 0.05, `${standardDeviation} against ${deviation}`);
    assert.ok(Math.abs(value - truth) < 3 * standardDeviation);
    scores.push((value - truth) / standardDeviation);
    await solution.dispose();
  }
  // χ² with 12 degrees of freedom lies in 12·[0.3, 2.2] with probability 0.99.
  const chi = scores.reduce((s, z) => s + z * z, 0) / scores.length;
  assert.ok(chi > 0.3 && chi < 2.2, `${chi}`);
});

test.run();
