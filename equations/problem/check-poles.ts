/** Poles: edges without a condition at which a periodic axis closes to a point, as latitude ±90° or r = 0. */
import { DomainError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import { domainOf } from "../domain/domain.ts";
import { spaceAxes } from "../expression/scope.ts";
import { derivativeName } from "./derivatives.ts";
import { atState, isSymbolic, type LinearForm, linearForms } from "./linear-form.ts";
import type { Probe } from "./probe.ts";
import type { Problem } from "./problem.ts";

/** Distances from an edge, over the width, and growth of a coefficient between them from which on it has no bound. */
const [far, near, growing] = [1e-4, 1e-6, 30];
/** Points along an edge that are looked at. */
const looks = 16;

/**
 * Refuses evolutions around a pole, which no method marches; steady problems are solved there.
 *
 * @throws DomainError that names the edge, and the derivative whose coefficient has no bound there
 */
export function checkPoles(problem: Problem, probe: Probe): void {
  const { axes, bounds, time, conditions, observations, unknowns } = problem;
  const around = conditions.flatMap((c) => (c.kind === "periodic" && c.on.axis !== time ? [c.on.axis] : []));
  if (time === undefined || around.length === 0 || observations.length > 0 || !domainOf(problem.domain).isBox) return;
  const d = axes.length;
  const forms = problem.equations.filter(isSymbolic).map((e) => linearForms(problem, [e], probe.constants)[0]!);
  for (const axis of spaceAxes(problem)) {
    const [low, high] = bounds[axis]!;
    for (const [side, edge, width] of [
      ["low", low, high - low],
      ["high", high, low - high],
    ] as const) {
      if (conditions.some(({ on }) => covers(on, axis, side))) continue;
      const at = (distance: number) =>
        probe.interior.slice(0, looks * d).map((v, i) => (i % d === axis ? edge + distance * width : v));
      const [before, beside] = [at(far), at(near)];
      for (const form of forms) {
        const isOfTime = ({ order }: Term) => order[time]! > 0;
        const inTime = form.terms.filter(isOfTime);
        const turning = form.terms.find((term) => {
          if (isOfTime(term) || !around.some((p) => p !== axis && term.order[p]! > 0)) return false;
          const size = (points: Float64Array) =>
            largest([term], form, points, d) / (inTime.length > 0 ? largest(inTime, form, points, d) : 1);
          return size(beside) > growing * size(before);
        });
        if (!turning) continue;
        const along = turning.order.findIndex((n, k) => n > 0 && around.includes(k));
        const slope = derivativeName(unknowns[turning.unknown]!, axes[along]!, turning.order[along]!);
        const where = `${axes[axis]} = ${numberText(edge, 6)}`;
        throw new DomainError(
          `pde: ${where} is a pole: the coefficient of ${slope} has no bound there, and no condition holds on it. No method marches around a pole; take coordinates without one, such as x and y in a disk or a part of a map, or end the domain before it with a condition on that edge`,
          edge,
        );
      }
    }
  }
}

type Term = LinearForm["terms"][number];

const largest = (terms: readonly Term[], form: LinearForm, points: Float64Array, d: number): number =>
  Math.max(...terms.flatMap(({ factor }) => Array.from(atState(factor, form, points, d, 0.5), Math.abs)));

/** True where a place has points of a face. */
const covers = (on: Problem["conditions"][number]["on"], axis: number, side: "low" | "high"): boolean =>
  typeof on !== "object" || !("axis" in on) || (on.axis === axis && (on.side === side || on.side === "both"));
