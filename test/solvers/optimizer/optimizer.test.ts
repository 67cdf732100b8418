import type { NamedTensors } from "../../../engine/files/safetensors.ts";
import { adam, ConvergenceError, FormatError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { startAdam } from "../../../solvers/optimizer/adam.ts";
import { lbfgs, startLbfgs } from "../../../solvers/optimizer/lbfgs.ts";
import type { ActiveOptimizer, Objective } from "../../../solvers/optimizer/optimizer.ts";
import { assert, refuses, test } from "../../harness.ts";
import { distance, dot, objective, powell, quadratic, rosenbrock, type Scalar } from "./functions.ts";

async function minimise(active: ActiveOptimizer, target: Objective, x: Float64Array, steps: number): Promise<number> {
  for (let k = 0; k < steps; k++) if (!(await active.step(target, x)).accepted) return k;
  return steps;
}

const start = (n: number): ActiveOptimizer => startLbfgs(lbfgs(), n);
const all: readonly (readonly [string, (n: number) => ActiveOptimizer])[] = [
  ["lbfgs", start],
  ["adam", (n) => startAdam(adam({ learningRate: 0.02 }), n)],
];

test("L-BFGS finds the minima of Rosenbrock's and Powell's functions", async () => {
  for (const n of [2, 10]) {
    const x = Float64Array.from({ length: n }, (_, i) => (i % 2 ? 1 : -1.2));
    const steps = await minimise(start(n), objective(n, rosenbrock), x, 300);
    // The other local minimum of n = 10 near x₀ = −1 is not met from here. Error √(2⁻⁵³/λ_min), with λ_min ≈ 0.4.
    assert.ok(distance(x, new Float64Array(n).fill(1)) < 1e-6, `n = ${n}, ${steps} steps: ${x}`);
  }
  const x = Float64Array.of(3, -1, 0, 1);
  await minimise(start(4), objective(4, powell), x, 400);
  assert.ok(powell(x, new Float64Array(4)) < 1e-10, `${x}`);
});

test("L-BFGS solves a quadratic of 100 unknowns, and ends there without an error", async () => {
  const { f, minimiser } = quadratic(100, 1e3, 1);
  const x = new Float64Array(100);
  const steps = await minimise(start(100), objective(100, f), x, 500);
  assert.ok(steps < 500, "it does not see that it has arrived");
  // Rounding of the value hides errors below √(2⁻⁵³·|f|).
  assert.ok(distance(x, minimiser) < 1e-5, `${distance(x, minimiser)}`);
});

test("every accepted step that says so meets the strong Wolfe conditions, and no step goes up", async () => {
  let [checked, plain] = [0, 0];
  for (let seed = 0; seed < 12; seed++) {
    const n = 2 + (seed % 5);
    const bumpy: Scalar = (x, g) => {
      const value = rosenbrock(x, g);
      for (let i = 0; i < n; i++) g[i]! += 3 * Math.cos(3 * x[i]!);
      return value + x.reduce((sum, v) => sum + Math.sin(3 * v), 0);
    };
    const x = rng(seed)
      .normal(n)
      .map((v) => 3 * v);
    const active = start(n);
    for (let k = 0; k < 40; k++) {
      const [from, g0, g1] = [x.slice(), new Float64Array(n), new Float64Array(n)];
      const report = await active.step(objective(n, bumpy), x);
      if (!report.accepted) break;
      const [f0, f1] = [bumpy(from, g0), bumpy(x, g1)];
      assert.is(f0, report.before);
      assert.is(f1, report.loss);
      assert.ok(f1 <= f0);
      if (!report.wolfe) {
        plain++;
        continue;
      }
      checked++;
      const s = x.map((v, i) => v - from[i]!);
      const slack = 1e-9 * Math.abs(dot(g0, s)) + 4e-16 * Math.abs(f0);
      assert.ok(f1 <= f0 + 1e-4 * dot(g0, s) + slack, `seed ${seed}, step ${k}: decrease`);
      assert.ok(Math.abs(dot(g1, s)) <= 0.9 * Math.abs(dot(g0, s)) + slack + 1e-9, `seed ${seed}: curvature`);
    }
  }
  assert.ok(checked > 100 && plain < 0.1 * checked, `${checked} checked, ${plain} plain`);
});

test("continuing from a saved state gives the same bits as not stopping", async () => {
  for (const [name, start] of all) {
    const n = 8;
    const target = objective(n, rosenbrock);
    const x = rng(3).normal(n);
    const active = start(n);
    await minimise(active, target, x, 9);
    const [copy, saved] = [x.slice(), active.state()];
    const kept = JSON.stringify(plain(saved));
    await minimise(active, target, x, 15);
    assert.is(JSON.stringify(plain(saved)), kept, "a state does not change afterwards");
    const other = start(n);
    other.restore(saved);
    await minimise(other, target, copy, 15);
    assert.equal(copy, x, name);
    assert.equal(plain(other.state()), plain(active.state()), name);
    assert.throws(
      () => start(n + 1).restore(saved),
      (e: unknown) => e instanceof FormatError,
    );
    assert.throws(
      () => start(n).restore({}),
      (e: unknown) => e instanceof FormatError,
    );
  }
});

const plain = (tensors: NamedTensors) =>
  Object.entries(tensors).map(([key, { shape, data }]) => [key, [...shape], Array.from(data as Float64Array)]);

test("curvature is kept when the objective changes, and losses are not compared across", async () => {
  const n = 6;
  const x = rng(5).normal(n);
  const active = start(n);
  let shift = 0;
  const target = objective(n, (v, g) => shift + (1 + shift / 100) * rosenbrock(v, g));
  await minimise(active, target, x, 10);
  const learnt = plain(active.state());
  shift = 1000;
  active.changed();
  assert.equal(plain(active.state()), learnt);
  const report = await active.step(target, x);
  assert.ok(report.before > 1000 && report.accepted && report.loss < report.before);
});

test("places where the loss is not finite are stepped back from and never accepted", async () => {
  // A wall at |x| ≥ 2: NaN beyond, for value and gradient.
  const walled: Scalar = (x, g) => {
    const value = rosenbrock(x, g);
    if (x.every((v) => Math.abs(v) < 2)) return value;
    g.fill(NaN);
    return NaN;
  };
  const x = Float64Array.of(-1.9, -1.9, 1.9);
  const active = start(3);
  for (let k = 0; k < 150; k++) {
    const { loss } = await active.step(objective(3, walled), x);
    assert.ok(Number.isFinite(loss));
  }
  assert.ok(walled(x, new Float64Array(3)) < 1e-2, `${x}`);
  const fast = startAdam(adam({ learningRate: 3 }), 2);
  const y = Float64Array.of(-0.5, 1.2);
  let bounces = 0;
  for (let k = 0; k < 20; k++) {
    const { before, loss } = await fast.step(objective(2, walled), y);
    assert.ok(Number.isFinite(loss));
    if (Number.isNaN(before)) bounces++;
  }
  assert.ok(bounces > 0);
});

test("a loss without a value at θ, or anywhere around it, is a typed error, and θ is left as it was", async () => {
  const nowhere = objective(2, (_, g) => {
    g.fill(1);
    return NaN;
  });
  const point = objective(2, (x, g) => {
    g.fill(1);
    return x[0] === 1 && x[1] === 1 ? 3 : NaN;
  });
  for (const [name, start] of all) {
    const x = Float64Array.of(1, 1);
    const run = async (target: Objective) => {
      try {
        await minimise(start(2), target, x, 2);
      } catch (error) {
        assert.ok(error instanceof ConvergenceError && error.message.startsWith(name), String(error));
        return;
      }
      assert.unreachable(name);
    };
    await run(nowhere);
    assert.equal(x, Float64Array.of(1, 1), name);
    await run(point);
    if (name !== "adam") assert.equal(x, Float64Array.of(1, 1), name);
  }
});

test("at a stationary point nothing is moved", async () => {
  const x = Float64Array.of(1, 1);
  const report = await start(2).step(objective(2, rosenbrock), x);
  assert.not(report.accepted);
  assert.is(report.evaluations, 1);
});

test("options out of range and sizes that differ are named", async () => {
  assert.throws(
    () => lbfgs({ memory: 0 }),
    (e: unknown) => e instanceof OptionsError,
  );
  assert.equal(JSON.parse(JSON.stringify(lbfgs({ memory: 5 }))), { ...lbfgs({ memory: 5 }) });
  for (const [, start] of all) {
    await refuses(start(3).step(objective(2, rosenbrock), new Float64Array(3)), /./, ShapeError);
  }
});

test.run();
