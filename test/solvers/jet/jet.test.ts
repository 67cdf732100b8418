import { rng } from "../../../engine/index.ts";
import { type Expression, evaluate, type FunctionName, maxOrder } from "../../../equations/expression/index.ts";
import { coordinateAlgebra, jetAlgebra, numberRing, slotSet } from "../../../solvers/jet/index.ts";
import { assert, test } from "../../harness.ts";

const number = (value: number): Expression => ({ kind: "number", value });
const x: Expression = { kind: "coordinate", axis: 0 };
const y: Expression = { kind: "coordinate", axis: 1 };
const call = (name: FunctionName, ...args: Expression[]): Expression => ({ kind: "call", name, args });
const noConstants = (name: string): never => {
  throw new Error(name);
};

const all = slotSet(2, [
  [0, 0, 0, 0],
  [0, 0, 0, 1],
  [0, 0, 1, 1],
  [0, 1, 1, 1],
  [1, 1, 1, 1],
]);
const jetAt = (e: Expression, point: readonly number[], set = all) =>
  evaluate(e, coordinateAlgebra(jetAlgebra(numberRing, set), point, noConstants));

/** Value at (x + a, y + b), for differences. */
const valueAt = (e: Expression, point: readonly number[]): number => jetAt(e, point, slotSet(2, []))[0] as number;

/** Central difference of a jet's slot along one more axis, Richardson-extrapolated: error O(h⁴). */
function difference(e: Expression, point: readonly number[], axes: readonly number[], axis: number): number {
  const at = (h: number) => {
    const moved = point.map((v, k) => (k === axis ? v + h : v));
    return jetAt(e, moved)[all.indexOf(axes)] ?? 0;
  };
  const d = (h: number) => (at(h) - at(-h)) / (2 * h);
  return (4 * d(5e-4) - d(1e-3)) / 3;
}

const unary: FunctionName[] = [
  "sin",
  "cos",
  "tan",
  "exp",
  "log",
  "sqrt",
  "abs",
  "tanh",
  "sinh",
  "cosh",
  "atan",
  "square",
  "erf",
];

for (const name of unary) {
  test(`every derivative up to order four of ${name}(1.2 + x²y + y/2) is the difference of the one below`, () => {
    const inner = call("add", number(1.2), call("add", call("mul", call("square", x), y), call("mul", number(0.5), y)));
    const e = call(name, inner);
    const point = [0.31, -0.27];
    const jet = jetAt(e, point);
    for (const slot of all.slots) {
      if (!Array.isArray(slot) || slot.length === 0) continue;
      const [axis, ...rest] = slot as number[];
      const expected = difference(e, point, rest, axis!);
      const actual = jet[all.indexOf(slot as number[])] ?? 0;
      assert.ok(
        Math.abs(actual - expected) <= 2e-7 * (1 + Math.abs(expected)),
        `${name} ${slot}: ${actual} ${expected}`,
      );
    }
  });
}

test("products, quotients, powers and choices obey the same rule", () => {
  const u = call("sin", call("mul", x, y));
  const v = call("add", number(2), call("cos", x));
  for (const e of [
    call("div", u, v),
    call("pow", v, number(2.5)),
    call("pow", v, number(-3)),
    call("pow", v, call("add", y, number(1.5))),
    call("min", u, v),
    call("max", u, v),
    call("if", call("sub", x, number(0.1)), u, v),
    call("if", call("sub", number(0.1), x), u, v),
    call("neg", call("mul", u, v)),
    call("atan2", u, v),
    call("atan2", u, call("neg", v)),
    call("atan2", call("neg", v), u),
    call("atan2", call("neg", u), number(-1)),
  ]) {
    const point = [0.7, 0.4];
    const jet = jetAt(e, point);
    for (const slot of all.slots) {
      if (!Array.isArray(slot) || slot.length === 0) continue;
      const [axis, ...rest] = slot as number[];
      const expected = difference(e, point, rest, axis!);
      const actual = jet[all.indexOf(slot as number[])] ?? 0;
      assert.ok(Math.abs(actual - expected) <= 2e-7 * (1 + Math.abs(expected)), `${JSON.stringify(e)} ${slot}`);
    }
  }
});

test("the derivative from differences converges with the square of the step: the jet is its limit", () => {
  const e = call("exp", call("sin", call("mul", x, y)));
  const point = [0.4, 0.9];
  const exact = jetAt(e, point)[all.indexOf([0])] as number;
  const error = (h: number) => {
    const d = (valueAt(e, [point[0]! + h, point[1]!]) - valueAt(e, [point[0]! - h, point[1]!])) / (2 * h);
    return Math.abs(d - exact);
  };
  const order = Math.log2(error(2e-3) / error(1e-3));
  assert.ok(Math.abs(order - 2) < 0.05, `order ${order}`);
});

test("the forward Laplacian is the sum of the pure second derivatives, in any dimension", () => {
  const draw = rng(3);
  for (const d of [1, 2, 5]) {
    const axes = Array.from({ length: d }, (_, k) => k);
    const e = axes
      .map((axis): Expression => call("mul", { kind: "coordinate", axis }, number(axis + 1)))
      .reduce((a, b) => call("add", a, call("sin", call("mul", a, b))));
    const point = Array.from(draw.uniform(d));
    const sum = slotSet(d, [], axes);
    const pairs = slotSet(
      d,
      axes.map((a) => [a, a]),
    );
    const direct = jetAt(call("tanh", e), point, sum)[sum.laplacian] as number;
    const jet = jetAt(call("tanh", e), point, pairs);
    const total = axes.reduce((s, a) => s + ((jet[pairs.indexOf([a, a])] as number) ?? 0), 0);
    assert.ok(Math.abs(direct - total) < 1e-12 * (1 + Math.abs(total)));
  }
});

test("slots are closed under taking lower derivatives, and nothing else travels", () => {
  const set = slotSet(3, [[0, 0, 1]], [0, 2]);
  assert.equal(set.slots, [[], [0], [1], [2], [0, 0], [0, 1], [0, 0, 1], { laplacian: [0, 2] }]);
  assert.is(set.order, 3);
});

test("an axis that does not exist or an order above four is refused with the number named", () => {
  assert.throws(() => slotSet(2, [[2]]), /axis 2 does not exist in 2 dimensions/);
  assert.throws(() => slotSet(1, [new Array<number>(maxOrder + 1).fill(0)]), /order 5/);
});

test.run();
