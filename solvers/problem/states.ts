/** Values of formulas at states, which are points with values of the unknowns, and changes of sign between states. */
import { rng } from "../../engine/random/rng.ts";
import { type Algebra, columns, type Expression, evaluate } from "../expression/expression.ts";
import { columnsOf } from "./descent.ts";
import type { Probe } from "./probe.ts";
import type { Problem } from "./problem.ts";

/** Points among which a change of sign is looked for, and pairs of them between which it is found. */
export const pointsOfStates = 512;
const pairs = 12;

/** Kinds of expressions that depend on unknowns. */
export const unknownKinds: readonly Expression["kind"][] = ["derivative", "laplacian", "elsewhere", "data", "function"];

/** Values at a state: unknowns, their derivatives and constants to be found are smooth functions of its last number, each another one; derivatives of a leading order may have a value of their own. */
export function valuesWith({ trainable, axes }: Problem, { constants }: Probe) {
  const d = axes.length;
  const drawn = new Map<string, Float64Array>();
  return (
    e: Expression,
    state: readonly number[],
    leading?: { readonly order: number; readonly value: number },
  ): number => {
    const s = state[d]!;
    const leaf = (key: string) => {
      const own = drawn.get(key) ?? rng(0).split(`jumps ${key}`).uniform(2);
      drawn.set(key, own);
      return Float64Array.of((0.2 + own[0]!) * s * 0.02 + own[1]!);
    };
    const ofOrder = (order: number, key: string) =>
      leading?.order === order ? Float64Array.of(leading.value) : leaf(key);
    const known = columns(1, { coordinates: columnsOf(Float64Array.from(state.slice(0, d)), d), constants });
    const algebra: Algebra<Float64Array> = {
      ...known,
      constant: (name) =>
        Object.hasOwn(trainable, name)
          ? Float64Array.of(trainable[name]! * (1 + 0.1 * leaf(`constant ${name}`)[0]!))
          : known.constant(name),
      data: (name) => leaf(name),
      derivative: (unknown, order) =>
        ofOrder(
          order.reduce((a, b) => a + b),
          `${unknown} ${order}`,
        ),
      laplacian: (unknown, of) => ofOrder(2, `${unknown} laplacian ${of}`),
      elsewhere: (unknown, _order, at) =>
        Float64Array.of(leaf(`${unknown}`)[0]! + Math.sin(at.reduce((sum, a, k) => sum + (k + 1) * a[0]!, 0))),
    };
    return evaluate(e, algebra)[0]!;
  };
}

/** Neighbours of different sign between states, by bisection. */
export function crossings(f: (state: readonly number[]) => number, states: readonly (readonly number[])[]) {
  const isAbove = states.map((state) => f(state) > 0);
  const [above, below] = [true, false].map((sign) => states.filter((_, i) => isAbove[i] === sign)) as [
    (readonly number[])[],
    (readonly number[])[],
  ];
  if (above.length === 0 || below.length === 0) return [];
  return Array.from({ length: Math.min(pairs, states.length) }, (_, k) => {
    let high = above[Math.floor((k * above.length) / pairs)]!;
    let low = below[Math.floor((k * below.length) / pairs)]!;
    for (let step = 0; step < 60; step++) {
      const middle = high.map((v, i) => (v + low[i]!) / 2);
      if (f(middle) > 0) high = middle;
      else low = middle;
    }
    return [low, high] as const;
  });
}
