/** Problems that are ill-posed by their principal part: diffusion backward in time, and hyperbolic equations with values all round. */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { type Expression, evaluateAt } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";
import { type Leaf, rowReader } from "../marching/evolution-form.ts";
import type { Problem } from "../problem/problem.ts";

/** Points at which coefficients are looked at, and how many of them count. */
const [places, counted] = [512, 4];
/** Rounding beside the largest value. */
const rounding = 1e-9;

/**
 * Why a linear problem of second order in one unknown is ill-posed (Hadamard), in words: it diffuses backward from its start, or is hyperbolic, wholly or in part, with values on all of its
 * boundary. Undefined where it is not, and where that is not known.
 */
export function illPosed(problem: Problem): string | undefined {
  const { axes, time, conditions } = problem;
  const coefficient = principalPart(problem);
  if (coefficient === undefined) return undefined;
  const along = (...of: number[]) => coefficient(axes.map((_, axis) => of.filter((a) => a === axis).length));
  if (time === undefined) {
    if (axes.length !== 2 || !conditions.some(({ on }) => on === "boundary")) return undefined;
    const [a, b, c] = [along(0, 0), along(0, 1), along(1, 1)];
    return isPositive(a.map((v, i) => b[i]! ** 2 - 4 * v * c[i]!))
      ? "it is hyperbolic, at least in part, with values on all of its boundary: few such values have a solution, and small changes of them large effects; leave a side free that characteristics reach"
      : undefined;
  }
  const isStarted = conditions.every(
    ({ kind, on }) => kind === "initial" || !(typeof on === "object" && "axis" in on && on.axis === time),
  );
  if (!isStarted || along(time, time).some((v) => v !== 0)) return undefined;
  const slope = along(time);
  const isBackward = axes.some(
    (_, axis) => axis !== time && isPositive(along(axis, axis).map((v, i) => v * slope[i]!)),
  );
  return isBackward
    ? `it diffuses backward in ${axes[time]}: what is fine at the start grows without bound, and few starts have a solution; check its sign`
    : undefined;
}

function isPositive(values: Float64Array): boolean {
  const most = values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  return values.filter((v) => v > rounding * most).length >= counted;
}

/** Coefficients by the order of derivatives, at points of the domain; undefined where they depend on the unknown or are to be found, or where orders are above the second. */
function principalPart(problem: Problem): ((order: readonly number[]) => Float64Array) | undefined {
  const { axes, unknowns, equations, trainable, parameters } = problem;
  const isPlain = [...nodesOf(equations)].every(({ kind }) => !["elsewhere", "quadrature", "function"].includes(kind));
  if (!isPlain || unknowns.length > 1 || parameters || Object.keys(trainable).length > 0) return undefined;
  const leaves: Leaf[] = [];
  const all = rowReader(problem, [...axes.keys()], 0, leaves)(equations[0]!).slopes;
  const slopes = all.filter(({ leaf }) => leaves[leaf]!.inSpace.some((n) => n > 0));
  const isLinear = ({ slope }: { readonly slope: Expression }) =>
    ![...nodesOf(slope)].some(({ kind }) => kind === "data");
  const isSecond = ({ leaf }: { readonly leaf: number }) => leaves[leaf]!.inSpace.reduce((a, b) => a + b) <= 2;
  if (!slopes.every((s) => isLinear(s) && isSecond(s))) return undefined;
  const points = domainOf(problem.domain).interior(places, rng(0).split("ill-posed"));
  return (order) => {
    const found = slopes.find(({ leaf }) => leaves[leaf]!.inSpace.every((n, axis) => n === order[axis]));
    return found ? evaluateAt(found.slope, points, axes.length) : new Float64Array(places);
  };
}
