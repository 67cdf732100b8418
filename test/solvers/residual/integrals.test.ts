// Inside: kernels of residuals and their derivatives.
/** Integrals inside of residuals: one node of the graph whatever the number of their own nodes, with the values of the sums that they stand for. */
import { compile, rng } from "../../../engine/index.ts";
import { systemBlas } from "../../../engine/system/system-blas.ts";
import { trace } from "../../../engine/tensors/compile.ts";
import { Graph } from "../../../engine/tensors/graph.ts";
import type { Expression } from "../../../equations/expression/index.ts";
import {
  copiesOf,
  movedTo,
  nodesOf,
  parseExpression,
  pointsElsewhere,
  share,
  toText,
  unrolled,
} from "../../../equations/expression/index.ts";
import { mlp } from "../../../solvers/index.ts";
import { networkProgram } from "../../../solvers/network/kinds.ts";
import { rowsAndJacobian, rowsWithTallFactors } from "../../../solvers/residual/jacobian.ts";
import { factorTensors } from "../../../solvers/residual/jacobian-writer.ts";
import { type Model, parameterCount } from "../../../solvers/residual/model.ts";
import { leastSquaresProgram } from "../../../solvers/residual/program.ts";
import type { RowGroup } from "../../../solvers/residual/rows.ts";
import { assert, test } from "../../harness.ts";

const scope = { axes: ["x", "t"], unknowns: ["u"], constants: ["a"], time: 1 };
const read = (text: string): Expression => parseExpression(text, scope, { unknowns: true });

const count = 7;
const network = networkProgram(mlp({ width: 4, depth: 2 }), { low: [0, 0], high: [1, 1] }, 1);
const model: Model = { dimension: 2, network, ansatz: [], constants: {}, trainable: ["a"] };
const groupOf = (residuals: readonly Expression[]): RowGroup => ({ name: "inside", count, residuals, data: [] });

const texts = [
  "u_t + integral(exp(s - t)*u(s, t), s, 0, t, 5)",
  "integral(integral(r*u_xx(x*r, t*s)*u(x, s), r, 0, s, 3) + s*u_x(s, r0(s)), s, 0, x, 4)".replace("r0(s)", "s^2"),
  "integral(s^a*u(x*s, t), s, 0.1, 1, 6) - u_t(0.5, t)*u",
  "integral(if(s < x, u(s, s), s*t), s, 0, 1, 4) + integral(s*integral(cos(r*a), r, 0, 1, 3), s, 0, 2, 5)*u_x",
  "integral(u(0.3, 0.7)*t + integral(u_x(r, x)^2, r, 0, 1, 3), s, 0, 1, 2)",
];

test("rows and Jacobian of integrals are those of the sums written out, with abscissae of several depths", async () => {
  const integrals = share(texts.map(read));
  const sums = share(integrals.map(unrolled));
  assert.ok([...nodesOf(integrals)].some(({ kind }) => kind === "quadrature"));
  assert.not([...nodesOf(sums)].some(({ kind }) => kind === "quadrature" || kind === "abscissa"));
  const random = rng(3).split("integrals");
  const theta = Float64Array.from([...network.initial(random.split("theta")), 1.3]);
  const set = {
    points: random.split("points").uniform(2 * count),
    rootWeights: random.split("weights").uniform(count),
    data: new Float64Array(count),
  };
  const of = async (residuals: readonly Expression[], kernel: boolean) => {
    const program = leastSquaresProgram(model, [groupOf(residuals)]);
    program.setPoints([set]);
    const { rows, jacobian, matrix, gradient } = await program.linearize(theta, kernel);
    const kept = [rows, jacobian, matrix, gradient].map((a) => Float64Array.from(a));
    await program.dispose();
    return kept;
  };
  for (const kernel of [false, true]) {
    // The kernel has a product for each pair of copies: two small ones.
    const some = (of: readonly Expression[]) => (kernel ? of.slice(-1) : of);
    const [ours, theirs] = [await of(some(integrals), kernel), await of(some(sums), kernel)];
    for (const [k, values] of theirs.entries()) {
      const size = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      assert.is(ours[k]!.length, values.length);
      for (const [i, v] of values.entries())
        assert.ok(Math.abs(ours[k]![i]! - v) <= 1e-12 * size, `${kernel} ${k} ${i}`);
    }
  }
});

test("the Jacobian by the machine's BLAS is that of graphs, also where the unknown is asked for at many points", async () => {
  const blas = systemBlas();
  if (!blas) return console.log("SKIP koffi or a library is missing");
  const groups = [groupOf(share(texts.map(read)))];
  const random = rng(4).split("integrals");
  const theta = Float64Array.from([...network.initial(random.split("theta")), 1.3]);
  const set = {
    points: random.split("points").uniform(2 * count),
    rootWeights: random.split("weights").uniform(count),
    data: new Float64Array(count),
  };
  const [ours, theirs] = await Promise.all(
    [{ blas }, {}].map(async (options) => {
      const program = leastSquaresProgram(model, groups, options);
      program.setPoints([set]);
      const { rows, jacobian } = await program.linearize(theta);
      const kept = [Float64Array.from(rows), Float64Array.from(jacobian)] as const;
      await program.dispose();
      return kept;
    }),
  );
  for (const [k, values] of theirs!.entries()) {
    const size = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    for (const [i, v] of values.entries()) assert.ok(Math.abs(ours![k]![i]! - v) <= 1e-12 * size, `${k} ${i}`);
  }
});

test("recording a Jacobian takes hardly more operations for a hundred points and fifty nodes than for ten and twenty, and has as many factors", () => {
  const recorded = (count: number, nodes: number) => {
    const group = { ...groupOf([read(`u_t + a*integral(exp(s - t)*u(s, t), s, 0, t, ${nodes})`)]), count };
    const op = Graph.prototype.op;
    let operations = 0;
    Graph.prototype.op = function (...all) {
      operations++;
      return op.apply(this, all);
    };
    try {
      const graph = trace(
        (theta, points, rootWeights, data) => {
          const tensors = { points: points!, rootWeights: rootWeights!, data: data! };
          const { rows, factors } = rowsWithTallFactors(model, [group], theta!, [tensors]);
          return [rows, ...factorTensors(factors)];
        },
        [[parameterCount(model)], [count, 2], [count, 1], [count, 1]].map((shape) => ({ shape })),
        { precision: "float64" },
      );
      return { operations, factors: graph.outputs.length };
    } finally {
      Graph.prototype.op = op;
    }
  };
  const [many, few] = [recorded(100, 50), recorded(10, 20)];
  assert.is(many.factors, few.factors);
  assert.ok(many.operations < few.operations + 20, `${many.operations} and ${few.operations} operations`);
});

test("a compiled residual has as many nodes for an integral by fifty nodes as for one by twenty", async () => {
  const nodes = async (size: number) => {
    const text = `u_t + integral(integral(r*u_xx(x*r, t*s), r, 0, 1, ${size})*u(x, s), s, 0, x, ${size})`;
    const group = groupOf([read(text)]);
    assert.is(pointsElsewhere(group.residuals), size * size + size);
    const size1 = parameterCount(model);
    const program = await compile(
      (theta, points, rootWeights, data) => {
        const tensors = [{ points: points!, rootWeights: rootWeights!, data: data! }];
        const { rows, jacobian } = rowsAndJacobian(model, [group], theta!, tensors);
        return [rows, ...jacobian.map(({ values }) => values)];
      },
      [{ shape: [size1] }, { shape: [count, 2] }, { shape: [count, 1] }, { shape: [count, 1] }],
      { precision: "float64" },
    );
    const { nodeCount } = program;
    await program.dispose();
    return nodeCount;
  };
  const few = await nodes(20);
  assert.is(await nodes(50), few);
  assert.ok(few < 700, `${few} nodes`);
});

test("an integral is read back from its text, and its variable has a name that nothing else has", () => {
  for (const text of texts.slice(0, -1)) {
    const e = read(text);
    assert.equal(toText(read(toText(e, scope)), scope), toText(e, scope));
  }
  const other = { ...scope, axes: ["s1", "t"] };
  const e = parseExpression("integral(u(s, t)*s1, s, 0, 1, 4)", other, { unknowns: true });
  assert.is(toText(e, other), "integral(u(ss1, t)*s1, ss1, 0, 1, 4)");
});

test("an integral in a formula stays apart from the one around the point at which the formula is taken", () => {
  // f(x) = ∫₀¹ x s ds = x/2 at a place that is itself the abscissa of an integral.
  const f = read("integral(x*s*a, s, 0, 1, 4)");
  const place = [...nodesOf(read("integral(u(s, t), s, 0, 1, 4)"))].find(({ kind }) => kind === "abscissa")!;
  const moved = movedTo(f, { 0: place });
  assert.is(copiesOf([moved]), 4);
  assert.is(toText(moved, scope), "integral(s1*s2*a, s2, 0, 1, 4)");
});

test.run();
