/** Checks of what sliced distances are given, before work starts. */
import { anything, flag, real } from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { dot } from "../../engine/numerics/vectors.ts";
import { balancedMasses, type Cloud, checkOrder, checkSameSpace, cloudPoints, type Mass } from "../measure/measure.ts";
import { type Directions, rowOf, sampleDirections } from "./directions.ts";
import type { SlicedOptions } from "./sliced.ts";
import { type SlicePair, slicePair } from "./slices.ts";

/** Checks of the options of sliced distances and plans, beside those of the draw. */
export const slicedChecks = { p: real(1), normalize: flag, directions: anything };

/** A pair ready for slicing, with the sums of the weights as given. */
export interface ReadPair {
  readonly pair: SlicePair;
  readonly masses: readonly [Mass, Mass];
}

/** Both clouds checked, the weights scaled to sum 1. */
export function readPair(
  caller: string,
  x: Cloud,
  y: Cloud,
  options: { readonly p?: number; readonly normalize?: boolean },
): ReadPair {
  const { p = 2, normalize = false } = options;
  checkOrder(caller, p);
  const points = [cloudPoints(`${caller}: x`, x), cloudPoints(`${caller}: y`, y)] as const;
  checkSameSpace(caller, x, y);
  const masses = balancedMasses(caller, x.weights, x.count, y.weights, y.count, { normalize });
  return { pair: slicePair(points, x.dim, p, [masses[0].weights, masses[1].weights]), masses };
}

/** The directions as given, checked, or drawn. */
export function directionsFor(
  caller: string,
  dim: number,
  options: Pick<SlicedOptions, "directions" | "kind" | "seed" | "rng">,
): Directions {
  const { directions = defaultCount(dim), kind = "orthonormal", seed, rng } = options;
  if (typeof directions === "number") {
    if (!(Number.isSafeInteger(directions) && directions >= 1)) {
      const wanted = "expected a whole number ≥ 1, or directions of your own";
      throw new OptionsError(`${caller}: directions is ${directions}, ${wanted}`, "directions", directions);
    }
    if (seed === undefined && rng === undefined) {
      throw new OptionsError(
        `${caller}: directions are to be drawn; pass \`seed\` or \`rng\`, or directions of your own`,
        "seed",
      );
    }
    return sampleDirections(directions, dim, { kind, ...defined({ seed, rng }) });
  }
  if (directions.dim !== dim || directions.points.length !== directions.count * dim || directions.count < 1) {
    const actual = [directions.count, directions.dim];
    throw new ShapeError(`${caller}: directions`, `[count, ${dim}]`, actual, "one unit vector a row");
  }
  for (let l = 0; l < directions.count; l++) {
    const norm = Math.sqrt(dot(rowOf(directions, l), rowOf(directions, l)));
    if (Math.abs(norm - 1) <= 1e-6) continue;
    throw new DomainError(`${caller}: direction ${l} has norm ${norm}, expected 1; divide it by its norm`, norm);
  }
  return directions;
}

function defaultCount(dim: number): number {
  return dim > 64 ? 64 : dim * Math.ceil(64 / dim);
}
