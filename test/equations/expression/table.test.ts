/** Functions that are interpolated between numbers on a grid: polynomials that they reproduce, their derivatives, their cells. */
import { rng } from "../../../engine/index.ts";
import { type Interpolation, type Table, tableOf } from "../../../equations/expression/index.ts";
import { allClose, assert, test } from "../../harness.ts";

const uneven = (n: number, name: string): Float64Array => {
  const steps = rng(0).split(name).uniform(n);
  let x = -1;
  return Float64Array.from(steps, (s) => (x += 0.1 + 0.3 * s));
};
const [xs, ys] = [uneven(9, "x"), uneven(7, "y")];
const sampled = (f: (x: number, y: number) => number, interpolation: readonly Interpolation[]): Table => {
  const values = Float64Array.from({ length: 63 }, (_, i) => f(xs[Math.floor(i / 7)]!, ys[i % 7]!));
  return tableOf("k", { nodes: [xs, ys], values, interpolation });
};
/** Places inside of the grid, and up to half a cell beyond. */
const places = ((count: number) => {
  const u = rng(1).uniform(2 * count);
  const on = (axis: Float64Array, k: number) =>
    Float64Array.from({ length: count }, (_, i) => axis[0]! - 0.1 + (axis.at(-1)! - axis[0]! + 0.2) * u[2 * i + k]!);
  return [on(xs, 0), on(ys, 1)] as const;
})(40);
const at = (f: (x: number, y: number) => number) => places[0].map((x, i) => f(x, places[1][i]!));

test("cubic interpolation on an uneven grid reproduces products of cubic polynomials and their derivatives", () => {
  const table = sampled((x, y) => (1 + x - 2 * x ** 3) * (y ** 2 - y ** 3), ["cubic", "cubic"]);
  allClose(
    table.values(places),
    at((x, y) => (1 + x - 2 * x ** 3) * (y ** 2 - y ** 3)),
    1e-10,
  );
  const inX = table.derivative(0)!;
  allClose(
    inX.values(places),
    at((x, y) => (1 - 6 * x ** 2) * (y ** 2 - y ** 3)),
    1e-9,
  );
  allClose(
    inX.derivative(1)!.derivative(1)!.values(places),
    at((x, y) => (1 - 6 * x ** 2) * (2 - 6 * y)),
    1e-8,
  );
  assert.is(table.derivative(1)!.derivative(0)!.derivative(1)!.order.join(), "1,2");
});

test("linear interpolation reproduces bilinear functions, and has slopes that jump and no second derivative", () => {
  const table = sampled((x, y) => 2 - x + 3 * y + x * y, ["linear", "linear"]);
  allClose(
    table.values(places),
    at((x, y) => 2 - x + 3 * y + x * y),
    1e-12,
  );
  allClose(
    table.derivative(1)!.values(places),
    at((x) => 3 + x),
    1e-12,
  );
  assert.is(table.derivative(1)!.derivative(1), undefined);
});

test("the nearest value holds in a whole cell, whose ends lie halfway between nodes", () => {
  const table = sampled((x, y) => 10 * x + y, ["nearest", "nearest"]);
  const [x, y] = [(xs[3]! + xs[4]!) / 2, (ys[1]! + ys[2]!) / 2];
  allClose(
    table.values([Float64Array.of(x - 1e-9, x + 1e-9), Float64Array.of(y - 1e-9, y + 1e-9)]),
    [10 * xs[3]! + ys[1]!, 10 * xs[4]! + ys[2]!],
    0,
  );
  assert.is(table.derivative(0), undefined);
});

test("means of cells are the means of the function between them, and those of a parabola are the parabola's", () => {
  const edges = uneven(9, "edges");
  const primitive = (x: number) => x - 0.7 * x ** 2 + x ** 3;
  const [a, b] = [edges.subarray(0, 8), edges.subarray(1)];
  const nodes = a.map((x, i) => (x + b[i]!) / 2);
  const values = a.map((x, i) => (primitive(b[i]!) - primitive(x)) / (b[i]! - x));
  const parabola = tableOf("q", { nodes: [nodes], edges: [edges], values, interpolation: ["means"] });
  allClose(
    parabola.values([places[0]]),
    places[0].map((x) => 1 - 1.4 * x + 3 * x ** 2),
    1e-11,
  );
  const rough = rng(2).uniform(8);
  const table = tableOf("q", { nodes: [nodes], edges: [edges], values: rough, interpolation: ["means"] });
  const rule = [0.5 - Math.sqrt(3) / 6, 0.5 + Math.sqrt(3) / 6];
  const means = a.map((x, i) => {
    const points = Float64Array.from(rule, (r) => x + r * (b[i]! - x));
    return table.values([points]).reduce((sum, v) => sum + v / 2, 0);
  });
  allClose(means, rough, 1e-12);
});

test("cubic interpolation of a sine errs 16 times less on a grid half as wide", () => {
  const error = (n: number) => {
    const nodes = Float64Array.from({ length: n + 1 }, (_, i) => i / n);
    const table = tableOf("s", { nodes: [nodes], values: nodes.map((x) => Math.sin(5 * x)), interpolation: ["cubic"] });
    const x = Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
    return table.values([x]).reduce((most, v, i) => Math.max(most, Math.abs(v - Math.sin(5 * x[i]!))), 0);
  };
  const [coarse, fine] = [error(40), error(80)];
  assert.ok(coarse / fine > 13 && coarse / fine < 20, `${coarse} ${fine}`);
});

test("a table of one value along an axis is constant there", () => {
  const table = tableOf("c", { nodes: [Float64Array.of(3), ys], values: ys, interpolation: ["cubic", "cubic"] });
  allClose(table.values(places), places[1], 1e-12);
});

test.run();
