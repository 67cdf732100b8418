import { adam, compile, rng, warmupCosine } from "../../../engine/index.ts";
import { cholesky } from "../../../engine/numerics/cholesky.ts";
import { adamUpdate, learningRateTensor } from "../../../engine/training/optimizer.ts";
import { startAdam } from "../../../solvers/optimizer/adam.ts";
import { type LinePoint, searchLine } from "../../../solvers/optimizer/line-search.ts";
import { selfScaledBroyden } from "../../../solvers/optimizer/ss-broyden.ts";
import { assert, test } from "../../harness.ts";
import { distance, dot, objective, quadratic, rosenbrock } from "./functions.ts";

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

test("Adam on the host takes the same steps as the engine's Adam in a graph", async () => {
  const n = 5;
  const schedule = warmupCosine({ peak: 0.05, final: 0.001, steps: 20, warmup: 4 });
  const options = adam({ learningRate: schedule, beta1: 0.8, weightDecay: 0.1 });
  const program = await compile(
    (parameters, firstMoment, secondMoment, gradient, step) => {
      const state = { parameters: parameters!, firstMoment: firstMoment!, secondMoment: secondMoment! };
      const after = adamUpdate(options, step!, learningRateTensor(schedule, step!))(state, gradient!);
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

test.run();
