/** The network of `monge solve`, from options and, for its scale, from the problem. */
import { OptionsError } from "../engine/errors.ts";
import { rng } from "../engine/rng.ts";
import { domainOf } from "../solvers/domain/domain.ts";
import { type Mlp, type MlpOptions, mlp } from "../solvers/network/mlp.ts";
import { type Separable, separable } from "../solvers/network/separable.ts";
import { columns, evaluate, evaluateAt } from "../solvers/problem/expression.ts";
import type { Problem } from "../solvers/problem/problem.ts";
import type { SolveCommandOptions } from "./solve.ts";

/**
 * The network asked for: the recommended one with what was given put in its place, else the library's with a scale that fits
 * the problem.
 *
 * @throws OptionsError where options do not go together
 */
export function chosenNetwork(
  problem: Problem,
  o: SolveCommandOptions,
  base: Mlp | Separable | undefined,
): Mlp | Separable {
  const kind = o.network ?? base?.kind ?? "mlp";
  const own = base?.kind === kind ? base : undefined;
  const { width, depth, activation, rank } = o;
  const scale = o.scale ?? own?.scale ?? suggestedScale(problem);
  const given = Object.fromEntries(
    Object.entries({ width, depth, activation }).filter(([, value]) => value !== undefined),
  );
  if (kind === "separable") {
    if (o.features !== undefined) throw new OptionsError("--features are for --network mlp", "features", o.features);
    return separable({ ...own, ...given, scale, ...(rank !== undefined && { rank }) });
  }
  if (rank !== undefined) throw new OptionsError("--rank is for --network separable", "rank", rank);
  return mlp({ ...own, ...given, scale, ...(o.features !== undefined && features(o.features, problem)) });
}

/** `squares,periodic:x=2` */
function features(text: string, { axes }: Problem): Pick<MlpOptions, "squares" | "periodic"> {
  const periodic: Record<number, number> = {};
  let squares = false;
  for (const part of text.split(",")) {
    const match = /^periodic:(\w+)=([1-9]\d*)$/.exec(part.trim());
    const axis = axes.indexOf(match?.[1] ?? "");
    if (match !== null && axis >= 0) periodic[axis] = Number(match[2]);
    else if (part.trim() === "squares") squares = true;
    else {
      const expected = `expected squares or periodic:AXIS=K with an axis of ${axes.join(", ")}`;
      throw new OptionsError(`--features has "${part}"; ${expected}`, "features", part);
    }
  }
  return { squares, periodic };
}

const [least, most] = [2, 40];

/**
 * A scale for the first layer from the residual s of u = 0: the share f = (mean |s|)²/mean s² of the domain that s fills, seen
 * as a cube, has sides f^(1/d) of the domain's; their inverse, between 2 and 40. For the source of a Gaussian peak of width w in
 * two dimensions that is about 0.5/w. Above three dimensions, where points do not see s, it is 2.
 */
export function suggestedScale(problem: Problem): number {
  const domain = domainOf(problem.domain);
  const d = domain.dimension;
  if (d > 3) return least;
  const points = domain.interior(2 ** 14, rng(0).split("scale"));
  const count = points.length / d;
  const { constants, trainable } = problem;
  const zero = new Float64Array(count);
  const algebra = columns(count, {
    coordinates: Array.from({ length: d }, (_, k) => Float64Array.from(zero, (_v, i) => points[i * d + k]!)),
    constants: { ...constants, ...trainable },
    data: Object.fromEntries(
      (problem.source ?? []).map((source, i) => [`source${i}`, evaluateAt(source, points, d, constants)]),
    ),
    derivative: () => zero,
  });
  const sizes = new Float64Array(count);
  for (const equation of problem.equations) {
    evaluate(equation, algebra).forEach((v, i) => {
      sizes[i]! += v * v;
    });
  }
  let [first, second] = [0, 0];
  for (const square of sizes) {
    first += Math.sqrt(square) / count;
    second += square / count;
  }
  const share = (first * first) / second;
  return Number.isFinite(share) && share > 0
    ? Math.min(most, Math.max(least, Number((share ** (-1 / d)).toPrecision(3))))
    : least;
}
