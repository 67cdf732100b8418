/**
 * Shocks of what steepens without end: equations that hold at each point do not say where one goes (Lax 1957,
 * doi:10.1002/cpa.3160100406).
 */
import { rng } from "../../engine/random/rng.ts";
import { percentText } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Expression } from "../../equations/expression/index.ts";
import { cut, nodesOf, termsOf, toText } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { isSymbolic, linearForms } from "../../equations/problem/index.ts";
import type { Evaluable } from "../solution/evaluation.ts";

/** Points at which equations are looked at. */
const places = 8192;
/**
 * Share of its terms that an equation may leave, by root mean squares: what is smooth leaves 1e-4, a fan 2e-2, a shock
 * that is smeared 9e-2 and more, since it leaves most where its terms are largest.
 */
const mostLeft = 0.05;

/** A shock that a solution seems to have. */
export interface Shock {
  /** Largest share of its terms that an equation leaves: the error is no less likely as large. */
  readonly share: number;
  readonly words: string;
}

/** True for evolutions of first order in time and space whose speeds depend on what they carry. */
export function steepens(problem: Problem): boolean {
  const { equations, time, unknowns, axes } = problem;
  if (time === undefined || axes.length < 2 || !equations.every(isSymbolic)) return false;
  const terms = linearForms(problem, equations).flatMap((form) => form.terms);
  const slopes = terms.filter(({ order }) => order.some((n) => n > 0));
  const unknown = new Set(terms.map(({ name }) => name));
  const carries = (e: Expression) => [...nodesOf(e)].some((node) => node.kind === "data" && unknown.has(node.name));
  return (
    slopes.every(({ order }) => order.reduce((a, b) => a + b) === 1) &&
    unknowns.every((_, k) => slopes.some((slope) => slope.unknown === k && slope.order[time] === 1)) &&
    slopes.some(({ order, factor }) => order[time] === 0 && carries(factor))
  );
}

/**
 * The shock in a solution of equations that steepen, by what they leave of their terms; undefined where there is none.
 */
export async function shockIn(solution: Pick<Evaluable, "problem" | "expressions">): Promise<Shock | undefined> {
  const { problem } = solution;
  if (!steepens(problem)) return undefined;
  const { equations } = problem;
  const points = domainOf(problem.domain).interior(places, rng(0).split("shocks"));
  const values = await solution.expressions([...equations, ...equations.map((e) => termsOf(e))], points);
  const [n, squares] = [equations.length, new Float64Array(2 * equations.length)];
  // A march may have ended before: there it has no values.
  for (const [i, v] of values.entries()) if (Number.isFinite(v)) squares[i % (2 * n)]! += v * v;
  const shares = equations.map((_, k) => Math.sqrt(squares[k]! / squares[n + k]!));
  const worst = shares.reduce((most, share, k) => (share > shares[most]! ? k : most), 0);
  const share = shares[worst]!;
  if (!(share > mostLeft)) return undefined;
  const text = cut(`${toText(equations[worst]!, problem)} = 0`);
  const words = `"${text}" leaves ${percentText(share)} of its terms, as at a shock or about a jump of the start: its equations steepen what they carry, and hold at points, which does not determine a shock, and more time does not help: write it as a conservation law, as u_t + dx(u^2/2) = 0, whose entropy solution is found, add a small viscosity, as 0.01*${problem.unknowns[0]}_${problem.axes[0]}${problem.axes[0]}, or end before the shock`;
  return { share, words };
}
