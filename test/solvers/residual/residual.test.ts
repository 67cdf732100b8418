import { rng } from "../../../engine/index.ts";
import { type SystemBlas, systemBlas } from "../../../engine/system/index.ts";
import type { Precision } from "../../../engine/tensors/index.ts";
import type { Expression, FunctionName } from "../../../equations/expression/index.ts";
import { mlp, sum } from "../../../solvers/index.ts";
import { type Mlp, networkProgram, type Sum } from "../../../solvers/network/index.ts";
import {
  leastSquaresProgram,
  type Model,
  parameterCount,
  type RowGroup,
  rowCount,
} from "../../../solvers/residual/index.ts";
import { assert, test } from "../../harness.ts";

const number = (value: number): Expression => ({ kind: "number", value });
const x = (axis: number): Expression => ({ kind: "coordinate", axis });
const call = (name: FunctionName, ...args: Expression[]): Expression => ({ kind: "call", name, args });
const u = (order: number[], unknown = 0): Expression => ({ kind: "derivative", unknown, order });
const laplacian = (axes: number[], unknown = 0): Expression => ({ kind: "laplacian", unknown, axes });
const constant = (name: string): Expression => ({ kind: "constant", name });

interface Case {
  readonly name: string;
  readonly network: Mlp | Sum;
  readonly dimension: number;
  readonly unknowns: number;
  readonly residuals: readonly (readonly Expression[])[];
  readonly trainable?: readonly string[];
  readonly lifted?: boolean;
  /** The last group is an integral: one row. */
  readonly integral?: boolean;
}

const burgers = call(
  "sub",
  call("add", u([0, 1]), call("mul", u([0, 0]), u([1, 0]))),
  call("mul", constant("nu"), u([2, 0])),
);
const second = (order: number[]) => u(order, 1);

// biome-ignore format: a table
const cases: Case[] = [
  { name: "Poisson on a tanh network with exact boundary values", network: mlp({ width: 5, depth: 3 }), dimension: 2,
    unknowns: 1, residuals: [[call("sub", laplacian([0, 1]), call("sin", x(0)))]], lifted: true },
  { name: "Burgers with a trainable viscosity, and rows that see the value alone",
    network: mlp({ width: 4, depth: 2, squares: true }), dimension: 2, unknowns: 1,
    residuals: [[burgers], [call("sub", u([0, 0]), number(0.3))]], trainable: ["nu"], integral: true },
  { name: "a system of two unknowns with a nonlinear coupling on a sine network with Fourier and periodic features",
    network: mlp({ width: 4, depth: 2, activation: "sin", periodic: { 0: 2 }, fourier: [[1, 2]] }), dimension: 2, unknowns: 2,
    residuals: [[call("add", call("mul", second([0, 0]), u([1, 0])), second([1, 1])),
      call("sub", call("square", u([0, 1])), laplacian([0, 1], 1))]] },
  { name: "a fourth-order equation in one variable", network: mlp({ width: 6, depth: 2 }), dimension: 1, unknowns: 1,
    residuals: [[call("add", u([4]), call("mul", u([3]), u([0])))]] },
  { name: "a sum of networks in three dimensions", dimension: 3, unknowns: 1,
    network: sum({ parts: [mlp({ width: 4, depth: 2 }), mlp({ width: 3, depth: 1 })] }),
    residuals: [[call("sub", laplacian([0, 1, 2]), call("mul", u([0, 0, 0]), u([1, 0, 1])))]] },
];

function build(one: Case, blas?: SystemBlas, { precision, count = 7 }: { precision?: Precision; count?: number } = {}) {
  const { network, dimension, unknowns, residuals, trainable = [], lifted = false, integral = false } = one;
  const box = { low: new Array<number>(dimension).fill(-1), high: new Array<number>(dimension).fill(1.5) };
  const bubble = call("mul", call("add", x(0), number(1)), call("sub", number(1.5), x(0)));
  const model: Model = {
    ...{ dimension, network: networkProgram(network, box, unknowns) },
    ...{ ansatz: lifted ? [{ lift: call("exp", x(1)), distance: bubble }] : [], constants: { nu: 0.1 }, trainable },
  };
  const groups: RowGroup[] = residuals.map((list, i) => ({
    ...{ name: `group ${i}`, count: count + i, residuals: list, data: [] },
    sum: integral && i === residuals.length - 1,
  }));
  const program = leastSquaresProgram(model, groups, { blas, ...(precision && { precision }) });
  const draw = rng(5);
  program.setPoints(
    groups.map(({ count }, i) => ({
      points: draw.split(`points ${i}`).uniform(count * dimension),
      rootWeights: draw.split(`weights ${i}`).uniform(count),
      data: new Float64Array(count),
    })),
  );
  const size = parameterCount(model);
  const theta = new Float64Array(size).fill(0.2);
  theta.set(model.network.initial(draw.split("theta")));
  return { program, groups, theta, size, draw };
}

const machine = systemBlas();
if (!machine) console.log("SKIP steps by the machine's BLAS: koffi or a library is missing");
const backends = [
  { by: "in graphs", blas: undefined },
  ...(machine ? [{ by: "by the machine's BLAS", blas: machine }] : []),
];

for (const one of cases) {
  test(`${one.name}: each row of the Jacobian is the central difference of its residual`, async () => {
    const { program, groups, theta, size } = build(one);
    const rows = groups.reduce((sum, g) => sum + rowCount(g), 0);
    const { jacobian } = await program.linearize(theta);
    const scale = jacobian.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    const h = 1e-6;
    for (let j = 0; j < size; j++) {
      const at = async (step: number) => {
        await program.loss(theta.map((t, k) => (k === j ? t + step : t)));
        return program.residual().slice();
      };
      const [up, down] = [await at(h), await at(-h)];
      for (let i = 0; i < rows; i++) {
        const expected = (up[i]! - down[i]!) / (2 * h);
        // Rounding of the residual over h: 1e-16/1e-6, and a safety factor.
        assert.ok(Math.abs(jacobian[i * size + j]! - expected) < 3e-9 * Math.max(1, scale), `row ${i}, parameter ${j}`);
      }
    }
    await program.dispose();
  });

  for (const { by, blas } of backends)
    test(`${one.name}, ${by}: the matrix is JᵀJ, or JJᵀ without a Jacobian, the gradient Jᵀr, and reverse mode gives 2Jᵀr`, async () => {
      const { program, theta, size } = build(one, blas);
      const { rows, jacobian, matrix, gradient, loss } = await program.linearize(theta);
      const j0 = jacobian.slice();
      const m = rows.length;
      const dot = (f: (k: number) => number, n: number) =>
        Array.from({ length: n }, (_, k) => f(k)).reduce((a, b) => a + b, 0);
      const close = (a: number, b: number, size_: number) => assert.ok(Math.abs(a - b) <= 1e-12 * size_, `${a} ${b}`);
      const big = Math.max(...matrix.map(Math.abs));
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          close(
            matrix[i * size + j]!,
            dot((k) => jacobian[k * size + i]! * jacobian[k * size + j]!, m),
            big,
          );
        }
        close(
          gradient[i]!,
          dot((k) => jacobian[k * size + i]! * rows[k]!, m),
          1 + big,
        );
      }
      close(
        loss,
        dot((k) => rows[k]! ** 2, m),
        1 + loss,
      );
      const reverse = new Float64Array(size);
      close(await program.lossAndGradient(theta, reverse), loss, 1 + loss);
      const kept = gradient.slice();
      reverse.forEach((g, i) => {
        close(g, 2 * kept[i]!, 1 + big);
      });
      const kernel = await program.linearize(theta, true);
      const wide = Math.max(...kernel.matrix.map(Math.abs));
      assert.is(kernel.jacobian.length, 0);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < m; j++) {
          const expected = dot((k) => j0[i * size + k]! * j0[j * size + k]!, size);
          close(kernel.matrix[i * m + j]!, expected, wide);
        }
      }
      await program.dispose();
    });

  for (const { kernel, by, blas } of backends.flatMap((b) => [false, true].map((kernel) => ({ ...b, kernel })))) {
    const form = kernel ? "kernel's" : "normal";
    test(`${one.name}, ${by}: δ and the acceleration solve their damped ${form} equations, and the loss is that of θ + δ + a/2`, async () => {
      const { program, theta, size } = build(one, blas);
      const j = (await program.linearize(theta)).jacobian.slice();
      const { rows, diagonal } = await program.linearize(theta, kernel);
      const r = rows.slice();
      const shift = 0.03 * Math.max(...diagonal);
      const trial = await program.trial(theta, shift, { kernel, geodesic: true });
      const {
        delta,
        bend,
        theta: moved,
        loss,
      } = { ...trial, delta: trial.delta.slice(), bend: trial.bend.slice(), theta: trial.theta.slice() };
      const times = (x: Float64Array) => r.map((_, i) => x.reduce((sum, v, k) => sum + j[i * size + k]! * v, 0));
      const back = (y: Float64Array) =>
        Float64Array.from({ length: size }, (_, k) => y.reduce((sum, v, i) => sum + j[i * size + k]! * v, 0));
      const rowsAt = async (t: Float64Array) => {
        await program.loss(t);
        return program.residual().slice();
      };
      const ahead = await rowsAt(theta.map((t, k) => t + 0.1 * delta[k]!));
      const along = times(delta);
      const second = ahead.map((a, i) => 20 * ((a - r[i]!) / 0.1 - along[i]!));
      const solves = (x: Float64Array, k: Float64Array) => {
        const [left, right] = [back(times(x)), back(k)];
        const size0 = Math.max(...right.map(Math.abs), 1e-300);
        left.forEach((l, i) => {
          assert.ok(Math.abs(l + shift * x[i]! + right[i]!) < 1e-11 * size0, `${l + shift * x[i]!} ${right[i]}`);
        });
      };
      solves(delta, r);
      solves(bend, second);
      const norm = (x: Float64Array) => Math.hypot(...x);
      const half = 2 * norm(bend) <= 0.75 * norm(delta) ? 0.5 : 0;
      moved.forEach((t, k) => {
        assert.ok(Math.abs(t - (theta[k]! + delta[k]! + half * bend[k]!)) < 1e-13 * (1 + Math.abs(t)));
      });
      const there = await program.loss(moved);
      assert.ok(Math.abs(there - loss) <= 1e-12 * there);
      await program.dispose();
    });
  }
}

test("loss and gradient of many points, which go through in parts, are Σ r² and 2Jᵀr; in float32 to its digits", async () => {
  for (const precision of ["float64", "float32"] as const) {
    const one = cases[1]!;
    const { program, theta, size } = build(one, undefined, { precision, count: 2345 });
    const { gradient, loss } = await program.linearize(theta);
    const reverse = new Float64Array(size).fill(7);
    const close = precision === "float64" ? 1e-12 : 2e-5;
    const largest = Math.max(...gradient.map(Math.abs));
    for (let again = 0; again < 2; again++) {
      const found = await program.lossAndGradient(theta, reverse);
      assert.ok(Math.abs(found - loss) < close * loss, `${precision}: ${found} ${loss}`);
      reverse.forEach((g, i) => {
        assert.ok(Math.abs(g - 2 * gradient[i]!) < close * largest, `${precision}: ${g} ${2 * gradient[i]!}`);
      });
    }
    await program.dispose();
  }
});

if (machine) {
  test("steps by the machine's BLAS are those of the host to rounding, in every form", async () => {
    for (const one of cases) {
      const [onHost, byBlas] = [build(one), build(one, machine)];
      const { theta } = onHost;
      for (const kernel of [false, true]) {
        const [a, b] = [await onHost.program.linearize(theta, kernel), await byBlas.program.linearize(theta, kernel)];
        assert.ok(Math.abs(a.loss - b.loss) <= 1e-14 * a.loss);
        const shift = 1e-3 * Math.max(...a.diagonal);
        for (const geodesic of [false, true]) {
          const form = { kernel, geodesic };
          const [s, t] = [
            await onHost.program.trial(theta, shift, form),
            await byBlas.program.trial(theta, shift, form),
          ];
          const about = `${one.name}, ${JSON.stringify(form)}`;
          for (const name of ["delta", "bend", "theta"] as const) {
            const size = Math.max(...s[name].map(Math.abs), 1e-300);
            s[name].forEach((v, i) => {
              assert.ok(Math.abs(v - t[name][i]!) < 1e-9 * size, `${about}: ${name} ${i}: ${v} and ${t[name][i]}`);
            });
          }
          assert.ok(Math.abs(s.loss - t.loss) <= 1e-9 * s.loss, about);
        }
      }
      await onHost.program.dispose();
      await byBlas.program.dispose();
    }
  });
}

for (const { by, blas } of backends)
  test(`a trial whose damped matrix is not positive definite has no finite loss, so that it is refused, ${by}`, async () => {
    const { program, theta } = build(cases[0]!, blas);
    const { diagonal } = await program.linearize(theta);
    const trial = await program.trial(theta, -Math.max(...diagonal), { kernel: false, geodesic: true });
    assert.not(trial.loss < Number.POSITIVE_INFINITY);
    await program.dispose();
  });

test.run();
