/** Time marching: windows that begin with what the one before ends with. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ort from "onnxruntime-node";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { DomainError, FormatError, OptionsError, ShapeError } from "../../../engine/errors.ts";
import { rng } from "../../../engine/random/rng.ts";
import { mlp } from "../../../solvers/network/mlp.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import type { ProblemSpec } from "../../../solvers/problem/problem.ts";
import { sobol } from "../../../solvers/sampler/uniform.ts";
import { type MarchOptions, march } from "../../../solvers/solve/march.ts";
import { loadMarchedSolution, MarchedSolution } from "../../../solvers/solve/marched-solution.ts";
import type { SolveOptions } from "../../../solvers/solve/options.ts";
import { solve } from "../../../solvers/solve/solve.ts";
import { handedOn, windowOf } from "../../../solvers/solve/window.ts";

const transportSpec: ProblemSpec = {
  name: "transport",
  domain: { x: [0, 1], t: [0, 1] },
  equations: "u_t + u_x = 0",
  exact: "sin(2*pi*(x - t))",
  conditions: [
    { type: "initial", equation: "u = sin(2*pi*x)" },
    { type: "periodic", on: "x" },
  ],
};
const transport = pde(transportSpec);
const oscillation = pde({
  name: "oscillation",
  domain: { x: [0, 1], t: [0, 2] },
  equations: "u_tt = u_xx",
  exact: "sin(pi*x)*cos(pi*t)",
  conditions: [
    { type: "initial", equation: ["u = sin(pi*x)", "u_t = 0"] },
    { type: "dirichlet", equation: "u = 0", on: "x" },
  ],
});
const each = {
  network: mlp({ width: 8, depth: 1 }),
  sampler: sobol(),
  points: 200,
  boundaryPoints: 60,
  growth: { after: 1, factor: 1 },
  seed: 4,
  budget: { steps: 90 },
} satisfies SolveOptions;
const small: MarchOptions = { ...each, windows: 3 };
const bits = (a: Float64Array) => Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString("hex");

async function inFolder(work: (root: string) => Promise<void>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "monge-march-"));
  try {
    await work(root);
  } finally {
    await rm(root, { recursive: true });
  }
}

test("Windows solve what one network of the same size and steps does not: transport over four periods", async () => {
  const far = pde({ ...transportSpec, domain: { x: [0, 1], t: [0, 4] } });
  const options = { ...each, network: mlp({ width: 12, depth: 1, scale: 2 }), budget: { steps: 240 } };
  const marched = await march(far, { ...options, windows: 8 });
  const single = await solve(far, options);
  assert.equal(marched.edges, [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]);
  assert.equal(
    marched.reports.map((r) => r.steps),
    new Array(8).fill(30),
  );
  const [many, one] = [(await marched.errors()).relativeL2, (await single.errors()).relativeL2];
  assert.ok(many < 0.1, `relative L² of eight windows: ${many}`);
  assert.ok(one > 0.5, `relative L² of one network: ${one}`);
  const grid = await marched.onGrid({ x: 5, t: 7 });
  const [u] = Object.values(grid.values);
  u!.forEach((v, i) => {
    const [x, t] = grid.points.subarray(2 * i, 2 * i + 2);
    assert.ok(Math.abs(v - Math.sin(2 * Math.PI * (x! - t!))) < 0.3, `u(${x}, ${t}) = ${v}`);
  });
  await marched.dispose();
  await single.dispose();
});

test("An equation of second order hands on u and u_t: both are continuous from window to window", async () => {
  assert.equal(
    handedOn(oscillation).map((q) => q.formula),
    ["u", "u_t"],
  );
  const marched = await march(oscillation, { ...small, windows: [0.5, 1.25], budget: { steps: 120 } });
  const { status, steps, rounds, residual, exactConditions } = marched.report;
  assert.equal([status, steps], ["budget", 120]);
  assert.is(
    rounds,
    marched.reports.reduce((sum, report) => sum + report.rounds, 0),
  );
  const [a, b, c] = marched.reports.map((report) => report.residual);
  const mean = Math.sqrt((0.5 * a! ** 2 + 0.75 * b! ** 2 + 0.75 * c! ** 2) / 2);
  assert.ok(Math.abs(residual - mean) < 1e-12 * mean, `${residual}, ${mean}`);
  assert.equal(exactConditions, marched.windows[0]!.report.exactConditions);
  const { relativeL2 } = await marched.errors();
  assert.ok(relativeL2 < 5e-3, `relative L² ${relativeL2}`);
  for (const [k, t] of [0.5, 1.25].entries()) {
    const points = Float64Array.from({ length: 22 }, (_, i) => (i % 2 ? t : Math.floor(i / 2) / 10));
    for (const formula of ["u", "u_t"]) {
      const [before, after] = await Promise.all(
        [k, k + 1].map((window) => marched.windows[window]!.quantity(formula, points)),
      );
      before!.forEach((v, i) => {
        assert.ok(Math.abs(v - after![i]!) < 2e-2, `${formula} at x = ${points[2 * i]}, t = ${t}: ${v}, ${after![i]}`);
      });
      assert.equal(await marched.quantity(formula, points), before, "at an edge the earlier window speaks");
    }
  }
  await marched.dispose();
});

test("A march that goes on in its folder, and one that is read from it, have the bits of the uninterrupted one", () =>
  inFolder(async (root) => {
    const at = Float64Array.from(rng(1).uniform(60));
    const whole = await march(transport, { ...small, budget: { steps: 18 } });
    const expected = bits(await whole.evaluate(at));
    const stop = new AbortController();
    const options = { ...small, budget: { steps: 18 }, folder: join(root, "march") };
    const cut = await march(transport, {
      ...options,
      signal: stop.signal,
      onProgress: (_progress, _round, window) => {
        if (window === 1) stop.abort();
      },
    });
    assert.is(cut.status, "aborted");
    assert.equal((await readdir(options.folder)).sort(), ["march.json", "metrics.jsonl", "window-000.safetensors"]);
    let first = 3;
    const whole2 = await march(transport, {
      ...options,
      onProgress: (_progress, _round, window) => {
        first = Math.min(first, window);
      },
    });
    assert.is(first, 1, "the finished window is not solved again");
    assert.is(bits(await whole2.evaluate(at)), expected);
    const read = await loadMarchedSolution(options.folder);
    assert.is(bits(await read.evaluate(at)), expected);
    assert.equal(read.reports.length, 3);
    for (const one of [whole, cut, whole2, read]) await one.dispose();
  }));

test("A march that was aborted gives values until then, and refuses later times", async () => {
  const stop = new AbortController();
  const cut = await march(transport, {
    ...small,
    signal: stop.signal,
    onProgress: (_progress, _round, window) => {
      if (window === 1) stop.abort();
    },
  });
  assert.is(cut.status, "aborted");
  assert.is(cut.until, 2 / 3);
  assert.is((await cut.evaluate(Float64Array.of(0.5, 0.6))).length, 1);
  await cut.evaluate(Float64Array.of(0.5, 0.6, 0.5, 0.9)).then(
    () => assert.unreachable(),
    (error: DomainError) => {
      assert.instance(error, DomainError);
      assert.match(error.message, /point 1 is at t = 0.9, but the march ended at 0.666/);
    },
  );
  await cut.evaluate(Float64Array.of(0.5)).then(
    () => assert.unreachable(),
    (error: unknown) => assert.instance(error, ShapeError),
  );
  await cut.dispose();
});

test("Windows begun with the parameters of the one before take the steps of the budget from there", async () => {
  const options = { ...small, windows: 2, budget: { steps: 2 } };
  const [cold, warm] = [await march(transport, options), await march(transport, { ...options, carry: true })];
  assert.is(bits(cold.windows[0]!.theta), bits(warm.windows[0]!.theta));
  const distance = (a: Float64Array, b: Float64Array) => Math.hypot(...a.map((v, i) => v - b[i]!));
  const [moved, fresh] = [warm, cold].map(({ windows }) => distance(windows[1]!.theta, windows[0]!.theta));
  assert.ok(moved! < 0.5 * fresh!, `after one step ${moved}, from random parameters ${fresh}`);
  for (const one of [cold, warm]) await one.dispose();
});

test("A window has the observations and integrals of its time, an edge belonging to the earlier one", () => {
  const problem = pde({
    ...transportSpec,
    observations: [{ points: [0, 0, 0.1, 0.5, 0.2, 0.75], values: [1, 2, 3] }],
    integrals: [{ equation: "u = 0", at: { t: 0.5 } }],
  });
  const [first, second] = [windowOf(problem, [0, 0.5]), windowOf(problem, [0.5, 1])];
  assert.equal(first.observations[0]!.values, Float64Array.of(1, 2));
  assert.equal(second.observations[0]!.points, Float64Array.of(0.2, 0.75));
  assert.equal([first.integrals.length, second.integrals.length], [1, 0]);
  assert.equal(
    [first, second].map((w) => w.conditions.map((c) => c.kind)),
    [["initial", "periodic"], ["periodic"]],
  );
});

const refusals: readonly (readonly [string, ProblemSpec, Partial<MarchOptions>, RegExp])[] = [
  ["no window", transportSpec, { windows: 0 }, /windows is 0, expected a whole number ≥ 1/],
  ["times out of order", transportSpec, { windows: [0.5, 0.2] }, /windows\[1\] is 0.2; give times between 0 and 1/],
  ["a time outside", transportSpec, { windows: [1] }, /windows\[0\] is 1; give times between 0 and 1/],
  ["fewer steps than windows", transportSpec, { budget: { steps: 2 } }, /2 steps for 3 windows/],
  ["a weight of nothing", transportSpec, { startWeight: 0 }, /startWeight is 0, expected a finite number > 0/],
  ["a wrong option of solve", transportSpec, { points: 0 }, /points is 0/],
  [
    "no time",
    {
      name: "line",
      domain: { x: [0, 1] },
      equations: "u_xx = 1",
      conditions: [{ type: "dirichlet", equation: "u = 0" }],
    },
    {},
    /"line" has no time axis; use `solve\(\)`/,
  ],
  [
    "a constant to be found",
    {
      ...transportSpec,
      exact: "sin(2*pi*(x - t))",
      equations: "u_t + c*u_x = 0",
      trainable: { c: 0.5 },
      constants: { c: 1 },
      observations: [{ points: [0, 0], values: [0] }],
    },
    {},
    /is to find c/,
  ],
  ["an integral over all of time", { ...transportSpec, integrals: ["u = 0"] }, {}, /has "u = 0" over all of time/],
  [
    "an equation that asks for another time",
    { name: "delay", domain: { t: [0, 3] }, equations: "u_t = -if(t < 1, 1, u(t - 1))", conditions: "u = 1" },
    {},
    /asks for u\(t - 1\), which may lie in another window; use `solve\(\)`/,
  ],
  [
    "a condition at the end",
    {
      ...transportSpec,
      conditions: [
        ...(transportSpec.conditions as []),
        { type: "dirichlet", equation: "u = sin(2*pi*x)", on: "t = 1" },
      ],
    },
    {},
    /has the condition "u = sin\(2\*pi\*x\)" on t/,
  ],
];
for (const [what, spec, options, message] of refusals) {
  test(`A march with ${what} is refused before any work`, async () => {
    let worked = false;
    const going = async () =>
      march(pde(spec), {
        ...small,
        ...options,
        onProgress: () => {
          worked = true;
        },
      });
    await going().then(
      () => assert.unreachable(),
      (error: Error) => {
        assert.instance(error, OptionsError);
        assert.match(error.message, message);
      },
    );
    assert.not(worked);
  });
}

test("A folder of another march, and one that is damaged, are refused by name", () =>
  inFolder(async (root) => {
    const folder = join(root, "march");
    const options = { ...small, windows: 1, budget: { steps: 1 }, folder };
    await (await march(transport, options)).dispose();
    const refused = async (going: Promise<unknown>, type: new (...args: never[]) => Error, message: RegExp) => {
      await going.then(
        () => assert.unreachable(),
        (error: Error) => {
          assert.instance(error, type);
          assert.match(error.message, message);
        },
      );
    };
    await refused(march(transport, { ...options, seed: 5 }), OptionsError, /of another problem or with other options/);
    await refused(loadMarchedSolution(root), FormatError, /march.json.*there is no such file/);
    const other = pde({ ...transport.text, name: "another" });
    await refused(loadMarchedSolution(folder, other), OptionsError, /of another problem than the one given, "another"/);
    await writeFile(join(folder, "march.json"), "{}");
    await refused(loadMarchedSolution(folder), FormatError, /is missing, expected/);
    await writeFile(join(folder, "march.json"), "{");
    await refused(march(transport, options), FormatError, /not JSON/);
  }));

test("The exported model of all windows gives the same values in ONNX Runtime alone, at their common times those of the earlier one", async () => {
  const far = await march(transport, { ...each, windows: [0.3, 0.5], budget: { steps: 6 } });
  const session = await ort.InferenceSession.create(await far.toOnnx());
  const points = rng(3)
    .split("points")
    .uniform(2 * 2048);
  [0, 0.3, 0.5, 1, 0.3].forEach((t, i) => {
    points[2 * i + 1] = t;
  });
  const feed = { [session.inputNames[0]!]: new ort.Tensor("float64", points, [2048, 2]) };
  const out = (await session.run(feed))[session.outputNames[0]!]!;
  assert.equal([...out.dims], [2048, 1]);
  const values = await far.evaluate(points);
  assert.ok(values.every((v, i) => Math.abs(v - Number(out.data[i])) < 1e-13));
  await session.release();
  const half = new MarchedSolution(transport, far.edges, far.windows.slice(0, 2));
  assert.throws(
    () => half.toOnnx(),
    (e: unknown) => e instanceof DomainError && /ended at t = 0\.5/.test(e.message),
  );
});

test.run();
