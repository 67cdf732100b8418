/**
 * Unknowns of which only slopes in space count, such as pressures: their mean over space is what is prescribed, or 0.
 */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { evaluate, numbers } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { UnknownSpace } from "./collocation.ts";
import type { EvolutionForm } from "./evolution-form.ts";
import type { Step } from "./radau-stages.ts";
import { basisAt, columnOf } from "./spline-space.ts";

/**
 * Steps in which such unknowns have their integrals; splines add up to 1, so that a number is added to coefficients.
 */
export function gauged(
  { constants, bounds }: Problem,
  { floating, gauges, space }: EvolutionForm,
  spaces: readonly UnknownSpace[],
  steps: readonly Step[],
): readonly Step[] {
  if (floating.length === 0) return steps;
  const volume = space.reduce((product, axis) => product * (bounds[axis]![1] - bounds[axis]![0]), 1);
  const shifts = floating.map((unknown) => {
    const gauge = gauges.find((one) => one.unknown === unknown);
    const one = spaces[unknown]!;
    return { one, weights: integralsOf(one), wanted: gauge ? evaluate(gauge.value, numbers({ constants })) : 0 };
  });
  const shifted = (of: Float64Array, isState: boolean) => {
    const out = of.slice();
    for (const { one, weights, wanted } of shifts) {
      let integral = 0;
      weights.forEach((w, i) => {
        integral += w * of[one.first + i]!;
      });
      const by = ((isState ? wanted : 0) - integral) / volume;
      for (let i = 0; i < one.size; i++) out[one.first + i]! += by;
    }
    return out;
  };
  return steps.map((step) => ({
    ...step,
    start: [shifted(step.start[0]!, true), ...step.start.slice(1)],
    coefficients: [step.coefficients[0]!.map((c) => shifted(c, false)), ...step.coefficients.slice(1)],
  }));
}

/** The integral of every function of an unknown. */
function integralsOf({ along }: UnknownSpace): Float64Array {
  const each = along.map((s) => {
    const { nodes, weights } = gaussLegendre(Math.ceil((s.local + 1) / 2));
    const sums = new Float64Array(s.size);
    const table = new Float64Array(s.local);
    for (let cell = 0; cell < s.edges.length - 1; cell++) {
      const [low, width] = [s.edges[cell]!, s.edges[cell + 1]! - s.edges[cell]!];
      nodes.forEach((node, k) => {
        basisAt(s, cell, low + node * width, 0, table);
        for (let q = 0; q < s.local; q++) sums[columnOf(s, cell, q)]! += weights[k]! * width * table[q]!;
      });
    }
    return sums;
  });
  return each.reduce(
    (all, own) =>
      Float64Array.from(
        { length: all.length * own.length },
        (_, i) => all[Math.floor(i / own.length)]! * own[i % own.length]!,
      ),
    Float64Array.of(1),
  );
}
