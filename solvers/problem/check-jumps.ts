/**
 * Jumps of what is differentiated. A text takes derivatives branch by branch, so that a jump, whose derivative is a source on a surface, is lost, and with it that fluxes
 * agree there.
 */
import { DomainError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import type { Expression } from "../expression/expression.ts";
import { toText } from "../expression/print.ts";
import { unrolled } from "../expression/quadrature.ts";
import { cut } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import type { DifferentiatedText } from "./differentiated.ts";
import type { Probe } from "./probe.ts";
import type { Problem, ProblemWarning } from "./problem.ts";
import { pointsOfStates as count, crossings, unknownKinds, valuesWith } from "./states.ts";

/** Distances on either side, over the width of the domain. */
const [far, near] = [1e-6, 1e-9];
/** A jump over the larger of both limits that passes for rounding, and what a limit may still move, over the jump. */
const [slight, moving] = [1e-6, 0.1];

/**
 * Compares the limits of what is differentiated on both sides of the surfaces where a condition of an `if`, or the argument of a `sign`, changes its sign.
 *
 * @returns warnings where the place depends on an unknown or a constant to be found
 * @throws DomainError that names what is differentiated, a point and both limits
 */
export function checkJumps(problem: Problem, probe: Probe, texts: readonly DifferentiatedText[]): ProblemWarning[] {
  if (problem.text.allow?.includes("lost-flux")) return [];
  checkInterfaces(problem, probe);
  return texts.flatMap(({ of, text, differentiated }): ProblemWarning[] => {
    for (const { of: term, axis } of differentiated) {
      const jump = jumpOf(unrolled(term), axis, problem, probe);
      if (!jump) continue;
      const what = `${of === "equation" ? "" : `the ${of} `}"${cut(text)}"`;
      const place = jump.where ? `where ${cut(toText(jump.where, problem))} changes its sign` : `at ${jump.place}`;
      const [left, right] = jump.limits.map((v) => Number(v.toPrecision(4)));
      const words = `what ${what} differentiates along ${problem.axes[axis]} jumps ${place}: ${cut(toText(term, problem))} goes from ${left} to ${right}. ${way}`;
      if (jump.where) return [{ kind: "flux", text: words, where: jump.where }];
      throw new DomainError(`pde: ${words}`, jump.limits);
    }
    return [];
  });
}

const way =
  'Derivatives are taken on each side alone, so that the jump of the flux would be lost there; give each side an unknown and an equation of its own, and a condition of type "interface" ("Coefficients that jump" in docs/how-to/solve-an-equation.md), or take a smooth step, such as (1 + tanh(s/w))/2, or allow: ["lost-flux"] where that is meant';

/** @throws DomainError where a coefficient jumps on the interface on which its condition holds */
function checkInterfaces(problem: Problem, probe: Probe): void {
  const d = problem.axes.length;
  const values = valuesWith(problem, probe);
  for (const c of problem.conditions) {
    if (c.kind !== "interface" || turnsOf(unrolled(c.residual)).length === 0) continue;
    const { points, normals } = probe.on(c.on);
    for (let i = 0; i < points.length; i += d) {
      const at = (h: number) =>
        values(unrolled(c.residual), [...points.slice(i, i + d).map((v, k) => v + h * normals[i + k]!), 7.5]);
      const limits = [at(-near), at(near)] as const;
      if (!(Math.abs(limits[1] - limits[0]) > slight * Math.max(...limits.map(Math.abs)))) continue;
      const words = `"${cut(c.text)}" jumps at ${probe.show(points, i / d)}, just where it holds`;
      throw new DomainError(
        `pde: ${words}; write for each side the value that it has there, as in a_n = 20*b_n`,
        limits,
      );
    }
  }
}

interface Jump {
  readonly place: string;
  readonly limits: readonly [number, number];
  /** The formula that changes its sign, where it depends on more than coordinates. */
  readonly where?: Expression;
}

function jumpOf(formula: Expression, axis: number, problem: Problem, probe: Probe): Jump | undefined {
  const d = problem.axes.length;
  const domain = domainOf(problem.domain);
  const width = domain.high[axis]! - domain.low[axis]!;
  const points = domain.interior(count, rng(0).split("jumps"));
  for (const turn of turnsOf(formula)) {
    const isOpen = [...nodesOf(turn)].some(
      (e) => unknownKinds.includes(e.kind) || (e.kind === "constant" && Object.hasOwn(problem.trainable, e.name)),
    );
    const values = valuesWith(problem, probe);
    // A state is a point, then a number that all unknowns are made of.
    const states = Array.from({ length: count }, (_, i) => [
      ...points.subarray(i * d, (i + 1) * d),
      i - count / 2 + 0.5,
    ]);
    for (const [low, high] of crossings((state) => values(turn, state), states)) {
      const middle = high.map((v, k) => (v + low[k]!) / 2);
      const along = isOpen ? middle.map((_, k) => (k === d ? 1 : 0)) : middle.map((_, k) => (k === axis ? width : 0));
      if (!isOpen && !(domain.signedDistance(Float64Array.from(middle.slice(0, d)))[0]! < -2 * far * width)) continue;
      for (const seed of isOpen ? [middle[d]!] : [middle[d]!, 7.5]) {
        const from = [...middle.slice(0, d), seed];
        const at = (h: number) =>
          values(
            formula,
            from.map((v, k) => v + h * along[k]!),
          );
        const [farLeft, left, right, farRight] = [at(-far), at(-near), at(near), at(far)] as const;
        const jump = Math.abs(right - left);
        const isJump =
          jump > slight * Math.max(Math.abs(left), Math.abs(right)) &&
          Math.abs(left - farLeft) <= moving * jump &&
          Math.abs(right - farRight) <= moving * jump;
        if (!(isJump && Number.isFinite(jump))) continue;
        const place = probe.show(
          Float64Array.from(middle.slice(0, d), (v) => Number(v.toFixed(9)) + 0),
          0,
        );
        return { place, limits: [left, right], ...(isOpen && { where: turn }) };
      }
    }
  }
  return undefined;
}

/** Formulas at whose changes of sign others may jump. */
function turnsOf(formula: Expression): readonly Expression[] {
  const found = [...nodesOf(formula)].flatMap((e) => {
    if (e.kind !== "call") return [];
    if (e.name === "if" || e.name === "sign" || e.name === "atan2") return [e.args[0]!];
    return e.name === "div" && ![...nodesOf(e.args[1]!)].some(({ kind }) => unknownKinds.includes(kind))
      ? [e.args[1]!]
      : [];
  });
  return [...new Set(found)].slice(0, 32);
}
