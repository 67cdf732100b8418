/** One pass over the points against compiled graphs: the same rows and the same Jacobian, to rounding. Skipped without the machine's BLAS. */

import { rng, type tf } from "../../../engine/index.ts";
import { systemBlas } from "../../../engine/system/index.ts";
import {
  call,
  coordinate,
  data,
  type Expression,
  elsewhere,
  laplacian,
  number,
  partial,
} from "../../../equations/expression/index.ts";
import { type MlpOptions, mlp } from "../../../solvers/index.ts";
import { networkProgram } from "../../../solvers/network/index.ts";
import {
  fusedRows,
  leastSquaresProgram,
  type Model,
  parameterCount,
  type RowGroup,
} from "../../../solvers/residual/index.ts";
import { assert, test } from "../../harness.ts";

const blas = systemBlas();
const unless = blas ? test : test.skip;
if (!blas) console.log("SKIP one pass over the points: koffi or a library is missing");

interface Case {
  readonly name: string;
  readonly dimension: number;
  readonly network: MlpOptions;
  /** Equations by group. */
  readonly groups: readonly (readonly Expression[])[];
  readonly unknowns?: number;
  readonly count?: number;
  readonly trainable?: readonly string[];
  readonly lifted?: boolean;
}

const u = (...order: number[]) => partial(0, order);
const constant = (name: string): Expression => ({ kind: "constant", name });
const poisson = call("sub", laplacian(0, [0, 1], 2), data("source"));

const other = (order: number[]) => partial(1, order);
const six = [0, 1, 2, 3, 4, 5];

// biome-ignore format: a table
const cases: readonly Case[] = [
  { name: "Poisson, layers of odd width", dimension: 2, network: { depth: 3, width: 7 }, groups: [[poisson]] },
  { name: "more points than a part holds, and a last part that is not full",
    dimension: 2, network: { depth: 4, width: 16 }, groups: [[poisson]], count: 301 },
  { name: "one point", dimension: 1, network: { depth: 2, width: 5 }, groups: [[call("sub", u(2), u(0))]], count: 1 },
  { name: "exact boundary values by functions of the coordinates", dimension: 2, network: { depth: 2, width: 6 }, lifted: true,
    groups: [[call("sub", laplacian(0, [0, 1], 2), call("exp", call("sin", coordinate(0))))]] },
  { name: "two unknowns, nonlinear, with rows of other points beside them",
    dimension: 2, network: { depth: 3, width: 5 }, unknowns: 2,
    groups: [
      [call("sub", call("mul", u(0, 0), other([1, 1])), call("exp", other([0, 0]))),
        call("div", laplacian(1, [0, 1], 2), call("add", number(2), call("square", u(0, 0))))],
      [call("sub", u(0, 0), data("source")), other([1, 0])],
    ] },
  { name: "Burgers with a trainable viscosity",
    dimension: 2, network: { depth: 2, width: 6 }, trainable: ["nu"], count: 40,
    groups: [[call("sub", call("add", u(0, 1), call("mul", u(0, 0), u(1, 0))), call("mul", constant("nu"), u(2, 0)))]] },
  { name: "a third-order equation, and a case distinction by the coordinates and by the unknown",
    dimension: 1, network: { depth: 2, width: 6 },
    groups: [[call("if", call("sub", coordinate(0), number(0.2)), u(3), call("max", u(1), u(0)))]] },
  { name: "six dimensions", dimension: 6, network: { depth: 3, width: 8 },
    groups: [[call("sub", laplacian(0, six, 6), call("pow", u(0, 0, 0, 0, 0, 0), number(3)))]] },
  { name: "periodic features and waves", dimension: 2,
    network: { depth: 2, width: 6, periodic: { 0: 2 }, fourier: [[1, 2]] }, groups: [[call("sub", u(0, 1), u(2, 0))]] },
  { name: "as wide as the number of points that a graph is recorded with",
    dimension: 2, network: { depth: 2, width: 61 }, groups: [[poisson]], count: 9 },
];

function build({ dimension, network, groups: residuals, unknowns = 1, count = 23, trainable = [], lifted }: Case) {
  const box = { low: new Array<number>(dimension).fill(-1), high: new Array<number>(dimension).fill(1.5) };
  const bubble = call("mul", call("add", coordinate(0), number(1)), call("sub", number(1.5), coordinate(0)));
  const model: Model = {
    ...{ dimension, network: networkProgram(mlp(network), box, unknowns) },
    ...{ ansatz: lifted ? [{ lift: call("exp", coordinate(1)), distance: bubble }] : [], constants: { nu: 0.1 } },
    trainable,
  };
  const groups: RowGroup[] = residuals.map((list, i) => ({
    ...{ name: `group ${i}`, count: count + 5 * i, residuals: list },
    data: ["source"],
  }));
  const draw = rng(5);
  const points = groups.map(({ count: n }, i) => ({
    points: draw.split(`points ${i}`).uniform(n * dimension),
    rootWeights: draw.split(`weights ${i}`).uniform(n),
    data: draw.split(`data ${i}`).uniform(n),
  }));
  const theta = Float64Array.from([...model.network.initial(rng(3)), ...trainable.map(() => 0.1)]);
  return { model, groups, points, theta };
}

const size = (a: Float64Array) => a.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
const apart = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i]!)), 0) / size(b);

for (const one of cases) {
  unless(`rows and Jacobian in one pass are those of the graph, to rounding: ${one.name}`, async () => {
    const { model, groups, points, theta } = build(one);
    const pass = fusedRows(model, groups, blas!);
    assert.ok(pass, "a pass exists");
    const graph = leastSquaresProgram(model, groups);
    graph.setPoints(points);
    pass.setPoints(points);
    const expected = await graph.linearize(theta);
    const [r, alone] = [new Float64Array(graph.rows), new Float64Array(graph.rows)];
    // Twice: what the first call leaves in memory must not matter.
    for (let k = 0; k < 2; k++) {
      const { loss, jacobian } = pass.jacobian(theta, r);
      assert.ok(Math.abs(loss / expected.loss - 1) < 1e-11, `loss ${loss} and ${expected.loss}`);
      assert.is(jacobian.length, graph.rows * parameterCount(model));
      assert.ok(apart(r, expected.rows) < 1e-12, `rows: ${apart(r, expected.rows)}`);
      assert.ok(apart(jacobian, expected.jacobian) < 1e-12, `Jacobian: ${apart(jacobian, expected.jacobian)}`);
      pass.residual(theta, alone);
      assert.equal(alone, r);
    }
    await graph.dispose();
  });
}

unless("a pass has the rows at the points that were set last", async () => {
  const { model, groups, points, theta } = build(cases[0]!);
  const program = leastSquaresProgram(model, groups, { blas });
  const graph = leastSquaresProgram(model, groups);
  for (const factor of [1, 0.5]) {
    const moved = points.map((set) => ({ ...set, points: set.points.map((v) => factor * v) }));
    for (const one of [program, graph]) one.setPoints(moved);
    const expected = await graph.linearize(theta);
    const found = await program.linearize(theta);
    assert.ok(apart(found.rows, expected.rows) < 1e-12 && apart(found.jacobian, expected.jacobian) < 1e-12);
    assert.ok(Math.abs((await program.loss(theta)) / (await graph.loss(theta)) - 1) < 1e-11);
  }
  for (const one of [program, graph]) await one.dispose();
});

unless("there is no pass for an integral, for sines in hidden layers, and for rows that do not see the network", () => {
  const { model, groups } = build(cases[0]!);
  assert.is(fusedRows(model, [{ ...groups[0]!, sum: true }], blas!), undefined);
  const sine = build({ ...cases[0]!, network: { depth: 2, width: 6, activation: "sin" } });
  assert.is(fusedRows(sine.model, sine.groups, blas!), undefined);
  assert.is(fusedRows(model, [{ ...groups[0]!, residuals: [data("source")] }], blas!), undefined);
});

unless(
  "there is no pass for an unknown at several other points, nor for a function of the caller, which may know how many there are",
  () => {
    const { model, groups } = build(cases[0]!);
    const beside = (by: number) => elsewhere(0, [0, 0], [call("add", coordinate(0), number(by)), coordinate(1)]);
    const passOf = (residual: Expression) => fusedRows(model, [{ ...groups[0]!, residuals: [residual] }], blas!);
    assert.is.not(passOf(call("sub", u(0, 0), beside(0.1))), undefined);
    assert.is(passOf(call("sub", beside(0.2), beside(0.1))), undefined);
    const apply = ([column]: readonly tf.Tensor[]) => column!.div<tf.Tensor>(column!.shape[0]!);
    assert.is(passOf({ kind: "function", name: "share", args: [u(0, 0)], apply }), undefined);
  },
);

test.run();
