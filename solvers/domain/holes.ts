/** Holes in a domain: what is taken out of the inside of a shape, by a difference, a ring of a polygon or a formula. */
import { type Enclosed, enclosedBy } from "./enclosed.ts";
import { type Geometry, geometryOf } from "./geometry.ts";
import { type DomainSpec, parseDomain, type Shape } from "./spec.ts";

/** A hole, as far as coordinates around it need it. Plain data. */
export interface Hole {
  /** Middle of its bounding box: one number for each axis of space. */
  readonly center: readonly number[];
  /** Distance of the centre from its boundary, > 0; of a formula's hole up to 1 % less. */
  readonly radius: number;
  /** Distance of the centre from the farthest corner of the domain's bounding box, above `radius`. */
  readonly far: number;
}

/** Most holes that get coordinates of their own. */
const most = 4;

/**
 * Holes of a domain in two or three dimensions of space: shapes that a difference takes away, rings of polygons and of GeoJSON, and what a formula leaves out inside
 * of its box, each whole inside of the rest, with its middle in itself; none where they are more than four.
 *
 * @param spec - as `domainOf` takes it
 * @throws OptionsError, DomainError, FormatError as `domainOf`
 * @example randomFeatures(problem, { holes: holesOf(problem.domain) })
 */
export function holesOf(spec: DomainSpec): Hole[] {
  const { shape } = parseDomain(spec);
  const whole = geometryOf(shape);
  if (whole.dimension < 2 || whole.dimension > 3) return [];
  const found = takenOut(shape).flatMap((own): Hole[] => {
    const center = middleOf(own);
    const radius = own.clearance(center);
    const far = Math.max(...cornersOf(whole).map((corner) => Math.hypot(...corner.map((x, k) => x - center[k]!))));
    return radius > 0 ? [{ center, radius, far }] : [];
  });
  return found.length <= most ? found : [];
}

/** What is taken out of a shape, whole inside of what else it is made of. */
function takenOut(shape: Shape): Enclosed[] {
  switch (shape.kind) {
    case "polygon":
      return shape.holes.map((ring) =>
        enclosed({ kind: "polygon", vertices: [...ring].reverse(), reversed: false, holes: [] }),
      );
    case "level":
      return enclosedBy(shape);
    case "intersection":
      return shape.parts.flatMap((part, k) => wholeIn(shape.parts.toSpliced(k, 1), takenOut(part)));
    case "union":
      return shape.parts.flatMap((part, k) => apartFrom(shape.parts.toSpliced(k, 1), takenOut(part)));
    case "difference": {
      const [first, ...rest] = shape.parts as [Shape, ...Shape[]];
      const taken = rest.flatMap((part) => (part.kind === "union" ? part.parts : [part])).map(enclosed);
      return [...takenOut(first), ...wholeIn([first], taken)];
    }
    default:
      return [];
  }
}

function enclosed(shape: Shape): Enclosed {
  const own = geometryOf(shape);
  return { low: own.low, high: own.high, clearance: (point) => -own.distance(point, 0) };
}

function wholeIn(shapes: readonly Shape[], holes: readonly Enclosed[]): Enclosed[] {
  const around = shapes.map(geometryOf);
  return holes.filter((own) => cornersOf(own).every((corner) => around.every((one) => one.distance(corner, 0) < 0)));
}

function apartFrom(shapes: readonly Shape[], holes: readonly Enclosed[]): Enclosed[] {
  const others = shapes.map(geometryOf);
  return holes.filter((own) => others.every((one) => one.distance(middleOf(own), 0) > 0));
}

type Bounds = Pick<Geometry, "low" | "high">;

const middleOf = ({ low, high }: Bounds) => low.map((l, k) => (l + high[k]!) / 2);

const cornersOf = ({ low, high }: Bounds) =>
  low.reduce<number[][]>(
    (corners, l, k) => corners.flatMap((corner) => [l, high[k]!].map((x) => [...corner, x])),
    [[]],
  );
