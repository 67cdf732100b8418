/**
 * What diffusion makes of a start that has a kink as a periodic function. On the half-line u_t = ν u_ss with u = 0 at first and the slope −1 at s = 0 has the solution
 * 2√(νt) ierfc(s/(2√(νt))) (H. Carslaw, J. Jaeger 1959, section 2.9); one from each face, times half of the jump, takes the kink away. Subtracting it leaves what a smooth
 * network can say (N. Flyer, B. Fornberg 2003, doi 10.1016/S0021-9991(02)00023-9).
 */
import { rng } from "../../../engine/rng.ts";
import type { Domain } from "../../domain/domain.ts";
import { call, coordinate, number, unit, zero } from "../../expression/build.ts";
import { derivativesOfExpression } from "../../expression/differentiate.ts";
import { type Expression, evaluateAt } from "../../expression/expression.ts";
import { movedTo } from "../../expression/moved.ts";
import type { Problem } from "../problem.ts";
import { diffusionAt, oneNumber } from "./diffusion.ts";

/** Width of the layer at the very start, as a share of the axis: it must not be 0, and nobody sees it. */
const unseen = 1e-8;
/** Largest jump of a slope that is rounding. */
const rounding = 1e-9;

/**
 * A term that makes a start periodic along its axes, in value and slope, at all times; of problems with one unknown that diffuses along a periodic axis with a constant
 * coefficient.
 *
 * @param start - values at the first moment, in coordinates of space
 * @returns undefined where the problem is not of that kind, or the start has no kink
 */
export function cornerLayer(problem: Problem, domain: Domain, start: Expression): Expression | undefined {
  const { time, unknowns, conditions } = problem;
  if (time === undefined || unknowns.length !== 1 || !domain.isBox) return undefined;
  let sum: Expression = zero;
  for (const condition of conditions) {
    if (condition.kind !== "periodic") continue;
    const { axis } = condition.on;
    const [low, high] = [domain.low[axis]!, domain.high[axis]!];
    const slope = derivativesOfExpression(start, domain.dimension)(unit(domain.dimension, axis));
    const jump = call("sub", at(slope, axis, low), at(slope, axis, high));
    const points = domain.interior(64, rng(0).split("corner layer"));
    const size = evaluateAt(jump, points, domain.dimension, problem.constants).reduce(
      (m, v) => Math.max(m, Math.abs(v)),
      0,
    );
    if (size <= rounding) continue;
    const diffusion = diffusionAlong(problem, domain, axis, time);
    if (diffusion === undefined) return undefined;
    const since = call("sub", coordinate(time), number(domain.low[time]!));
    const square = number((unseen * (high - low)) ** 2);
    const width = call("sqrt", call("add", call("mul", number(4 * diffusion), since), square));
    const layers = call(
      "add",
      layer(call("sub", coordinate(axis), number(low)), width),
      layer(call("sub", number(high), coordinate(axis)), width),
    );
    sum = call("add", sum, call("mul", call("mul", number(0.5), jump), layers));
  }
  return sum === zero ? undefined : sum;
}

const at = (expression: Expression, axis: number, value: number): Expression =>
  movedTo(expression, { [axis]: number(value) });

/** width · ierfc(distance/width), with ierfc(z) = exp(−z²)/√π − z erfc(z). */
function layer(distance: Expression, width: Expression): Expression {
  const z = call("div", distance, width);
  const bell = call("mul", number(1 / Math.sqrt(Math.PI)), call("exp", call("neg", call("square", z))));
  return call("mul", width, call("sub", bell, call("mul", z, call("sub", number(1), call("erf", z)))));
}

/** ν in u_t = ν u_ss + terms of lower order, where it is one number > 0 whatever the place, the value and the slope. */
function diffusionAlong({ equations, constants }: Problem, domain: Domain, axis: number, time: number) {
  const draw = rng(0).split("diffusion");
  const found = Array.from({ length: 4 }, (_, k) => {
    const place = domain.interior(1, draw.split(k));
    const [value, slope] = draw.split("values").split(k).normal(2);
    return diffusionAt(equations[0]!, { constants, time, axis, place, value: value!, slope: slope! });
  });
  return oneNumber(found);
}
