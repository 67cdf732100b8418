/**
 * Slopes that jump where a steady equation of first order allows several: many continuous functions solve it almost
 * everywhere (Crandall and Lions 1983, doi:10.1090/S0002-9947-1983-0690039-8).
 */
import { norm } from "../../engine/numerics/vectors.ts";
import { rng } from "../../engine/random/rng.ts";
import { numberText } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import { nodesOf, partial, unit } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { isSymbolic, linearForms } from "../../equations/problem/index.ts";
import type { Evaluable } from "../solution/evaluation.ts";

/** Segments through the domain, the parts of each, and how often the part where slopes differ most is halved. */
const [segments, parts, halvings] = [16, 64, 4];
/** Change of slopes over the last part, beside their size, which is a jump. */
const jump = 0.5;

/**
 * The reason not to believe a solution whose slopes jump, in words; undefined where they do not, and where equations
 * have one slope at most.
 */
export async function jumpingSlopes(solution: Pick<Evaluable, "problem" | "expressions">): Promise<string | undefined> {
  const { problem } = solution;
  const d = problem.axes.length;
  if (problem.time !== undefined || !hasSeveralSlopes(problem)) return undefined;
  const slopes = problem.unknowns.flatMap((_, k) => problem.axes.map((_, axis) => partial(k, unit(d, axis))));
  const ends = domainOf(problem.domain).interior(2 * segments, rng(0).split("slopes"));
  const at = (s: number, share: number) =>
    Array.from({ length: d }, (_, a) => {
      const [from, to] = [ends[2 * s * d + a]!, ends[(2 * s + 1) * d + a]!];
      return from + share * (to - from);
    });
  const slopesAt = async (places: readonly (readonly [number, number])[]) => {
    const all = await solution.expressions(slopes, Float64Array.from(places.flatMap(([s, share]) => at(s, share))));
    return places.map((_, i) => all.subarray(i * slopes.length, (i + 1) * slopes.length));
  };
  const shares = Array.from({ length: parts + 1 }, (_, i) => i / parts);
  const seen = await slopesAt(Array.from({ length: segments }, (_, s) => shares.map((v) => [s, v] as const)).flat());
  const size = Math.max(...seen.map(norm).filter(Number.isFinite));
  for (let s = 0; s < segments; s++) {
    const own = seen.slice(s * (parts + 1), (s + 1) * (parts + 1));
    const changes = shares.slice(1).map((_, i) => change(own[i]!, own[i + 1]!));
    const most = changes.reduce((best, v, i) => (v > changes[best]! ? i : best), 0);
    let [low, high] = [shares[most]!, shares[most + 1]!];
    let [before, after] = [own[most]!, own[most + 1]!];
    for (let k = 0; k < halvings && change(before, after) > jump * size; k++) {
      const middle = (low + high) / 2;
      const [between] = await slopesAt([[s, middle]]);
      if (change(before, between!) > change(between!, after)) [high, after] = [middle, between!];
      else [low, before] = [middle, between!];
    }
    if (!(change(before, after) > jump * size)) continue;
    const place = at(s, low).map((v, a) => `${problem.axes[a]} = ${numberText(v, 3)}`);
    return `its slopes jump near ${place.join(", ")}, and its equation allows several: many continuous functions solve it but for such kinks; to choose one, add - 0.01*lap(${problem.unknowns[0]}) to the left side, and take smaller factors in turn`;
  }
  return undefined;
}

const change = (a: Float64Array, b: Float64Array): number => norm(a.map((v, i) => v - b[i]!));

/** True for equations of first order that are not linear in the slopes. */
function hasSeveralSlopes(problem: Problem): boolean {
  const { equations, constants } = problem;
  if (!equations.every(isSymbolic)) return false;
  const orderOf = (order: readonly number[]) => order.reduce((sum, n) => sum + n, 0);
  const forms = linearForms(problem, equations, constants);
  const names = new Set(
    forms.flatMap(({ terms }) => terms.filter(({ order }) => orderOf(order) > 0).map(({ name }) => name)),
  );
  return (
    forms.every(({ terms }) => terms.every(({ order }) => orderOf(order) <= 1)) &&
    forms.some(({ terms }) =>
      terms.some(
        ({ name, factor }) =>
          names.has(name) && [...nodesOf(factor)].some((node) => node.kind === "data" && names.has(node.name)),
      ),
    )
  );
}
