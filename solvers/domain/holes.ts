/** Holes in a domain: what is taken out of the inside of a shape. */
import { geometryOf } from "./geometry.ts";
import { type DomainSpec, parseDomain, type Shape } from "./spec.ts";

/** A hole, as far as coordinates around it need it. Plain data. */
export interface Hole {
  /** Middle of its bounding box: one number for each axis of space. */
  readonly center: readonly number[];
  /** Distance of the centre from its boundary, > 0. */
  readonly radius: number;
  /** Distance of the centre from the farthest corner of the domain's bounding box, above `radius`. */
  readonly far: number;
}

/** Most holes that get coordinates of their own. */
const most = 4;

/**
 * Holes of a domain in two or three dimensions of space: shapes that a difference takes away, whole inside of what they are taken from; none where they are more than
 * four. Of the holes of polygons and of formulas nothing is known.
 *
 * @param spec - as `domainOf` takes it
 * @throws OptionsError, DomainError, FormatError as `domainOf`
 * @example randomFeatures(problem, { holes: holesOf(problem.domain) })
 */
export function holesOf(spec: DomainSpec): Hole[] {
  const { shape } = parseDomain(spec);
  if (shape.kind !== "difference") return [];
  const [whole, ...taken] = shape.parts as [Shape, ...Shape[]];
  const around = geometryOf(whole);
  if (around.dimension < 2 || around.dimension > 3) return [];
  const parts = taken.flatMap((part) => (part.kind === "union" ? part.parts : [part]));
  const found = parts.flatMap((part): Hole[] => {
    const own = geometryOf(part);
    const center = own.low.map((low, k) => (low + own.high[k]!) / 2);
    const radius = -own.distance(center, 0);
    const inside = cornersOf(own).every((corner) => around.distance(corner, 0) < 0);
    const far = Math.max(...cornersOf(around).map((corner) => Math.hypot(...corner.map((x, k) => x - center[k]!))));
    return inside && radius > 0 ? [{ center, radius, far }] : [];
  });
  return found.length <= most ? found : [];
}

const cornersOf = ({ low, high }: { readonly low: readonly number[]; readonly high: readonly number[] }) =>
  low.reduce<number[][]>(
    (corners, l, k) => corners.flatMap((corner) => [l, high[k]!].map((x) => [...corner, x])),
    [[]],
  );
