import { adam, compile, rng, warmupCosine } from "../../../engine/index.ts";
import { adamUpdate, learningRateTensor } from "../../../engine/training/optimizer.ts";
import { startAdam } from "../../../solvers/optimizer/adam.ts";
import { type LinePoint, searchLine } from "../../../solvers/optimizer/line-search.ts";
import { assert, test } from "../../harness.ts";
import { distance, objective, rosenbrock } from "./functions.ts";

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
