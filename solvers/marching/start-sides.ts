/** Starts at a jump of the equations from which solutions leave to more than one side. */
import type { ImplicitSystem } from "./implicit-system.ts";
import { radau } from "./radau.ts";
import type { Switches } from "./switches.ts";

/** Share of the time over which solutions are followed, and tolerance of their steps. */
const [share, tolerance] = [1e-6, 1e-8];
/** Operations of a march over so short a time. */
const mostWork = 3e6;
/** Switches at a start whose sides are tried together. */
const mostTogether = 4;
/** Ratio of the distance of two ends to that of the start from the jump from which on it is no rounding. */
const apart = 1e3;

/**
 * True where solutions from a start on a jump stay on different sides of it, as those of u′ = sign(u) from 0 do.
 *
 * @param start - by order below the highest
 */
export function leavesBothSides(
  system: ImplicitSystem,
  [begin, end]: readonly [number, number],
  start: readonly Float64Array[],
): boolean {
  const { switches, size } = system;
  const none = new Float64Array(size);
  const at = switches?.near(begin, [...start, none]).slice(0, mostTogether) ?? [];
  if (at.length === 0) return false;
  const first = switches!.values(begin, [...start, none]);
  const ends: Float64Array[] = [];
  for (let k = 0; k < 2 ** at.length; k++) {
    const sides = new Map(at.map((index, bit) => [index, (k >> bit) % 2 === 0 ? 1 : -1]));
    const last = endOn(system, switches!, [begin, begin + share * (end - begin)], start, sides);
    if (!last) continue;
    if (ends.some((other) => at.some((i) => Math.abs(other[i]! - last[i]!) > apart * Math.abs(first[i]!)))) return true;
    ends.push(last);
  }
  return false;
}

/** Values of the switches' formulas a short time later; undefined where the solution does not stay on these sides. */
function endOn(
  system: ImplicitSystem,
  switches: Switches,
  [begin, end]: readonly [number, number],
  start: readonly Float64Array[],
  sides: ReadonlyMap<number, number>,
): Float64Array | undefined {
  const { steps, reason } = radau(system, [begin, end], start, {
    ...{ tolerance, longest: () => end - begin, mostWork, isOver: () => false, first: end - begin, sides },
  });
  const stays = [...sides].every(([k, side]) => switches.sides[k] === side && switches.steepness[k] === 0);
  return reason === undefined && stays ? switches.valuesIn(steps.at(-1)!, 1) : undefined;
}
