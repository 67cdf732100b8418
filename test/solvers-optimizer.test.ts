import { test } from "uvu";
import * as assert from "uvu/assert";
import { cholesky } from "../engine/cholesky.ts";
import { compile } from "../engine/compile.ts";
import { ConvergenceError, FormatError, OptionsError, ShapeError } from "../engine/errors.ts";
import { adam, adamUpdate, adamW, learningRateTensor, warmupCosine } from "../engine/optimizer.ts";
import { rng } from "../engine/rng.ts";
import type { NamedTensors } from "../engine/safetensors.ts";
import { startAdam } from "../solvers/optimizer/adam.ts";
import { lbfgs, startLbfgs } from "../solvers/optimizer/lbfgs.ts";
import { type LinePoint, searchLine } from "../solvers/optimizer/line-search.ts";
import type { ActiveOptimizer, Objective } from "../solvers/optimizer/optimizer.ts";
import { selfScaledBroyden, ssBroyden, startSsBroyden } from "../solvers/optimizer/ss-broyden.ts";

/** A function that returns its value and fills its gradient. */
type Scalar = (x: Float64Array, gradient: Float64Array) => number;

const objective = (size: number, f: Scalar): Objective => ({ size, evaluate: async (x, gradient) => f(x, gradient) });

const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, v, i) => sum + v * y[i]!, 0);

/** Σ 100(x_{i+1} − x_i²)² + (1 − x_i)²: minimum 0 at ones. */
const rosenbrock: Scalar = (x, g) => {
  g.fill(0);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i + 1]! - x[i]! ** 2, 1 - x[i]!];
    value += 100 * a * a + b * b;
    g[i]! += -400 * a * x[i]! - 2 * b;
    g[i + 1]! += 200 * a;
  }
  return value;
};

/** Powell's singular function: minimum 0 at zero, where the Hessian is singular. */
const powell: Scalar = (x, g) => {
  const [a, b, c, d] = [x[0]! + 10 * x[1]!, x[2]! - x[3]!, x[1]! - 2 * x[2]!, x[0]! - x[3]!];
  g[0] = 2 * a + 40 * d ** 3;
  g[1] = 20 * a + 4 * c ** 3;
  g[2] = 10 * b - 8 * c ** 3;
  g[3] = -10 * b - 40 * d ** 3;
  return a * a + 5 * b * b + c ** 4 + 10 * d ** 4;
};

/** ½ xᵀAx − bᵀx with A = diag + a random low-rank part, and its minimiser by Cholesky. */
function quadratic(n: number, condition: number, seed: number) {
  const random = rng(seed);
  const a = new Float64Array(n * n);
  const u = random.split("u").normal(n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) a[i * n + j] = (i === j ? condition ** (i / (n - 1)) : 0) + 0.5 * u[i]! * u[j]!;
  const b = random.split("b").normal(n);
  const f: Scalar = (x, g) => {
    let value = 0;
    for (let i = 0; i < n; i++) {
      const ax = dot(a.subarray(i * n, i * n + n), x);
      g[i] = ax - b[i]!;
      value += x[i]! * (0.5 * ax - b[i]!);
    }
    return value;
  };
  return { f, minimiser: cholesky(a, n)!.solve(b) };
}

const distance = (x: Float64Array, y: Float64Array): number => Math.hypot(...x.map((v, i) => v - y[i]!));

async function minimise(active: ActiveOptimizer, target: Objective, x: Float64Array, steps: number): Promise<number> {
  for (let k = 0; k < steps; k++) if (!(await active.step(target, x)).accepted) return k;
  return steps;
}

const quasiNewton: readonly (readonly [string, (n: number) => ActiveOptimizer])[] = [
  ["lbfgs", (n) => startLbfgs(lbfgs(), n)],
  ["ssBroyden", (n) => startSsBroyden(ssBroyden(), n)],
];
const all = [...quasiNewton, ["adam", (n: number) => startAdam(adam({ learningRate: 0.02 }), n)] as const];

test("the line search meets both Wolfe conditions on the functions of Moré and Thuente, from any first step", async () => {
  // Equations (5.1) to (5.3) of their paper, with the c₁ and c₂ of tables 1 to 3.
  const smooth = (f: (a: number) => number, h = 1e-6) => ({
    f,
    slope: (a: number) => (f(a + h) - f(a - h)) / (2 * h),
  });
  const cases = [
    { f: (a: number) => -a / (a * a + 2), slope: (a: number) => (a * a - 2) / (a * a + 2) ** 2, c1: 1e-3, c2: 0.1 },
    {
      f: (a: number) => (a + 0.004) ** 5 - 2 * (a + 0.004) ** 4,
      slope: (a: number) => 5 * (a + 0.004) ** 4 - 8 * (a + 0.004) ** 3,
      c1: 0.1,
      c2: 0.1,
    },
    {
      ...smooth((a) => {
        const [beta, l] = [0.01, 39];
        const kink = a <= 1 - beta ? 1 - a : a >= 1 + beta ? a - 1 : (a - 1) ** 2 / (2 * beta) + beta / 2;
        return kink + ((2 * (1 - beta)) / (l * Math.PI)) * Math.sin((l * Math.PI * a) / 2);
      }),
      c1: 0.1,
      c2: 0.1,
    },
  ];
  for (const [i, { f, slope, c1, c2 }] of cases.entries()) {
    for (const first of [1e-3, 1e-1, 10, 1e3]) {
      const at = (step: number): LinePoint => ({ step, value: f(step), slope: slope(step) });
      const start = at(0);
      const options = { decrease: c1, curvature: c2, evaluations: 40 };
      const { kind, point } = await searchLine(async (step) => at(step), start, first, options);
      assert.is(kind, "wolfe", `function ${i + 1} from ${first}`);
      assert.ok(point!.value <= start.value + c1 * point!.step * start.slope);
      assert.ok(Math.abs(point!.slope) <= c2 * Math.abs(start.slope));
    }
  }
});

test("the line search steps back from where the function has no value", async () => {
  // −log(1 − α) − 3α has its minimum at 2/3, and no value from 1 on.
  const at = async (step: number): Promise<LinePoint> => ({
    step,
    value: -Math.log(1 - step) - 3 * step,
    slope: 1 / (1 - step) - 3,
  });
  for (const first of [0.1, 1, 50, 1e6]) {
    const options = { decrease: 1e-4, curvature: 0.1, evaluations: 30 };
    const { kind, point } = await searchLine(at, await at(0), first, options);
    assert.is(kind, "wolfe");
    assert.ok(Math.abs(point!.step - 2 / 3) < 0.1);
  }
});

test("quasi-Newton methods find the minima of Rosenbrock's and Powell's functions", async () => {
  for (const [name, start] of quasiNewton) {
    for (const n of [2, 10]) {
      const x = Float64Array.from({ length: n }, (_, i) => (i % 2 ? 1 : -1.2));
      const steps = await minimise(start(n), objective(n, rosenbrock), x, 300);
      // The other local minimum of n = 10 near x₀ = −1 is not met from here. Error √(2⁻⁵³/λ_min), with λ_min ≈ 0.4.
      assert.ok(distance(x, new Float64Array(n).fill(1)) < 1e-6, `${name}, n = ${n}, ${steps} steps: ${x}`);
    }
    const x = Float64Array.of(3, -1, 0, 1);
    await minimise(start(4), objective(4, powell), x, 400);
    assert.ok(powell(x, new Float64Array(4)) < 1e-10, `${name}: ${x}`);
  }
});

test("quasi-Newton methods solve a quadratic of 100 unknowns, and end there without an error", async () => {
  const { f, minimiser } = quadratic(100, 1e3, 1);
  for (const [name, start] of quasiNewton) {
    const x = new Float64Array(100);
    const steps = await minimise(start(100), objective(100, f), x, 500);
    assert.ok(steps < 500, `${name} does not see that it has arrived`);
    // Rounding of the value hides errors below √(2⁻⁵³·|f|).
    assert.ok(distance(x, minimiser) < 1e-5, `${name}: ${distance(x, minimiser)}`);
  }
});

test("with exact line searches self-scaled Broyden ends on a quadratic after as many steps as unknowns", async () => {
  for (const n of [2, 5, 12]) {
    const { f, minimiser } = quadratic(n, 100, n);
    const active = startSsBroyden(ssBroyden({ decrease: 1e-11, curvature: 1e-9 }), n);
    const x = new Float64Array(n);
    const target = objective(n, f);
    const far = distance(x, minimiser);
    await minimise(active, target, x, n);
    assert.ok(distance(x, minimiser) < 1e-5 * far, `n = ${n}: ${distance(x, minimiser)} of ${far}`);
  }
});

test("self-scaled Broyden's update is the published formula, meets the secant equation, stays positive definite", () => {
  for (const n of [1, 2, 7, 30]) {
    const model = selfScaledBroyden(n);
    const random = rng(n);
    let h = model.matrix();
    const { f } = quadratic(Math.max(n, 2), 50, 4);
    for (let k = 0; k < 12; k++) {
      const g = random.split(`g${k}`).normal(n);
      const [alpha, p] = [0.3 + 0.1 * k, model.direction(g)];
      const s = p.map((v) => alpha * v);
      // y from a quadratic, so that yᵀs > 0, and bent a little.
      const [from, to] = [new Float64Array(Math.max(n, 2)), new Float64Array(Math.max(n, 2))];
      f(new Float64Array(Math.max(n, 2)), from);
      f(
        Float64Array.from({ length: Math.max(n, 2) }, (_, i) => s[i] ?? 0),
        to,
      );
      const y = s.map((v, i) => to[i]! - from[i]! + 0.01 * v);
      const expected = published(h, n, s, y, g, alpha);
      model.update(s, y, g, alpha);
      h = model.matrix();
      const scale = Math.max(...expected.map(Math.abs));
      expected.forEach((e, i) => {
        assert.ok(Math.abs(h[i]! - e) <= 1e-12 * scale, `n = ${n}, update ${k}: ${h[i]} for ${e}`);
      });
      const hy = s.map((_, i) => dot(h.subarray(i * n, i * n + n), y));
      assert.ok(distance(hy, s) <= 1e-10 * Math.hypot(...s));
      assert.ok(cholesky(h, n), "positive definite");
    }
    const before = model.matrix();
    const s = new Float64Array(n).fill(1);
    model.update(
      s,
      s.map((v) => -v),
      s,
      1,
    );
    assert.equal(model.matrix(), before, "negative curvature teaches nothing");
  }
});

/** The update as the paper writes it, with full matrices. */
function published(h: Float64Array, n: number, s: Float64Array, y: Float64Array, g: Float64Array, alpha: number) {
  const hy = y.map((_, i) => dot(h.subarray(i * n, i * n + n), y));
  const [rho, yhy] = [1 / dot(y, s), dot(y, hy)];
  const hk = rho * yhy;
  const b = -alpha * rho * dot(s, g);
  const a = hk * b - 1;
  let [tau, phi] = [Math.min(1, 1 / b), 1];
  if (Math.abs(a) > 1e-10) {
    const c = Math.sqrt(Math.abs(a) / (1 + a));
    const low = Math.min(1, hk * (1 - c));
    const theta = Math.max((low - 1) / a, Math.min(1 / low, (1 - b) / b));
    const sigma = 1 + theta * a;
    const power = Math.abs(sigma) ** (1 / (1 - n));
    tau = theta <= 0 ? Math.min(tau * power, sigma) : tau * Math.min(power, 1 / theta);
    phi = (1 - theta) / (1 + a * theta);
  }
  const v = s.map((si, i) => rho * si - hy[i]! / yhy);
  return h.map((value, k) => {
    const [i, j] = [Math.floor(k / n), k % n];
    return (value - (hy[i]! * hy[j]!) / yhy + phi * yhy * v[i]! * v[j]!) / tau + rho * s[i]! * s[j]!;
  });
}

test("every accepted step that says so meets the strong Wolfe conditions, and no step goes up", async () => {
  for (const [name, start] of quasiNewton) {
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
        assert.ok(f1 <= f0 + 1e-4 * dot(g0, s) + slack, `${name}, seed ${seed}, step ${k}: decrease`);
        assert.ok(
          Math.abs(dot(g1, s)) <= 0.9 * Math.abs(dot(g0, s)) + slack + 1e-9,
          `${name}, seed ${seed}: curvature`,
        );
      }
    }
    assert.ok(checked > 100 && plain < 0.1 * checked, `${name}: ${checked} checked, ${plain} plain`);
  }
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
  for (const [name, start] of quasiNewton) {
    const n = 6;
    const x = rng(5).normal(n);
    const active = start(n);
    let shift = 0;
    const target = objective(n, (v, g) => shift + (1 + shift / 100) * rosenbrock(v, g));
    await minimise(active, target, x, 10);
    const learnt = plain(active.state());
    shift = 1000;
    active.changed();
    assert.equal(plain(active.state()), learnt, name);
    const report = await active.step(target, x);
    assert.ok(report.before > 1000 && report.accepted && report.loss < report.before, name);
  }
});

test("self-scaled Broyden forgets a matrix that is not positive definite when the objective changes", () => {
  const active = startSsBroyden(ssBroyden(), 2);
  const fresh = plain(active.state());
  const bad = { shape: [3], data: Float64Array.of(1, 2, 1) };
  active.restore({ inverseHessian: bad, fresh: { shape: [], data: Float64Array.of(0) } });
  active.changed();
  assert.equal(plain(active.state()), fresh);
});

test("places where the loss is not finite are stepped back from and never accepted", async () => {
  // A wall at |x| ≥ 2: NaN beyond, for value and gradient.
  const walled: Scalar = (x, g) => {
    const value = rosenbrock(x, g);
    if (x.every((v) => Math.abs(v) < 2)) return value;
    g.fill(NaN);
    return NaN;
  };
  for (const [name, start] of quasiNewton) {
    const x = Float64Array.of(-1.9, -1.9, 1.9);
    const active = start(3);
    for (let k = 0; k < 150; k++) {
      const { loss } = await active.step(objective(3, walled), x);
      assert.ok(Number.isFinite(loss), name);
    }
    assert.ok(walled(x, new Float64Array(3)) < 1e-2, `${name}: ${x}`);
  }
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
  for (const [name, start] of quasiNewton) {
    const x = Float64Array.of(1, 1);
    const report = await start(2).step(objective(2, rosenbrock), x);
    assert.not(report.accepted, name);
    assert.is(report.evaluations, 1, name);
  }
});

test("Adam on the host takes the same steps as the engine's Adam in a graph", async () => {
  const n = 5;
  const schedule = warmupCosine({ peak: 0.05, final: 0.001, steps: 20, warmup: 4 });
  const options = adamW({ learningRate: schedule, beta1: 0.8, weightDecay: 0.1 });
  const program = await compile(
    (parameters, firstMoment, secondMoment, gradient, step) => {
      const state = { parameters: parameters!, firstMoment: firstMoment!, secondMoment: secondMoment! };
      const after = adamUpdate(options, state, gradient!, step!, learningRateTensor(schedule, step!));
      return [after.parameters, after.firstMoment, after.secondMoment];
    },
    [{ shape: [n] }, { shape: [n] }, { shape: [n] }, { shape: [n] }, { shape: [] }],
    { precision: "float64" },
  );
  const x = rng(2).normal(n);
  let state = [x.slice(), new Float64Array(n), new Float64Array(n)];
  const active = startAdam(options, n);
  for (let k = 0; k < 25; k++) {
    const gradient = new Float64Array(n);
    rosenbrock(state[0]!, gradient);
    state = (await program.run([...state, gradient, Float64Array.of(k)])) as Float64Array<ArrayBuffer>[];
    await active.step(objective(n, rosenbrock), x);
    // Both round each operation once; the differences grow with Rosenbrock's curvature.
    assert.ok(distance(x, state[0]!) < 1e-10, `step ${k}: ${distance(x, state[0]!)}`);
  }
  await program.dispose();
});

test("options out of range and sizes that differ are named", async () => {
  for (const make of [
    () => lbfgs({ memory: 0 }),
    () => lbfgs({ curvature: 1 }),
    () => ssBroyden({ decrease: 0.95 }),
    () => ssBroyden({ searchEvaluations: 1.5 }),
  ]) {
    assert.throws(make, (e: unknown) => e instanceof OptionsError);
  }
  assert.equal(JSON.parse(JSON.stringify(lbfgs({ memory: 5 }))), { ...lbfgs({ memory: 5 }) });
  for (const [, start] of all) {
    try {
      await start(3).step(objective(2, rosenbrock), new Float64Array(3));
      assert.unreachable();
    } catch (error) {
      assert.ok(error instanceof ShapeError);
    }
  }
});

test.run();
