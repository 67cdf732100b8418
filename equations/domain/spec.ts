/**
 * Domains as plain JSON: what a user writes in a problem file. Time is the axis named `t`; it always comes last,
 * wherever it is written. {@link parseDomain} checks a spec and gives it a form that is easy to compute with.
 */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import type { Expression } from "../expression/expression.ts";
import { parseInside } from "./inside.ts";
import { parseMesh } from "./mesh.ts";
import { parsePrimitive } from "./shapes.ts";
import { axesFrom, checkAxes, checkInterval, checkKeys, show, timeName } from "./spec-checks.ts";

/** Lower and upper end of an axis. */
export type Interval = readonly [low: number, high: number];

export { timeName } from "./spec-checks.ts";

/**
 * A box: one interval per axis, in the order written (`t` last), e.g. `{ x: [-1, 1], t: [0, 1] }`; time alone is `{ t:
 * [0, 10] }`.
 */
export interface BoxSpec {
  readonly [axis: string]: Interval;
}

/** Keys of every shape other than a box. */
export interface ShapeExtras {
  /** Names of the space axes; `@defaultValue` x, y, z up to three dimensions, else x1 … xd. */
  readonly axes?: readonly string[];
  /** The time interval, for a shape times time. */
  readonly t?: Interval;
}

/** The ball |x − center| ≤ radius, an interval in 1-D and a disk in 2-D. */
export interface BallSpec extends ShapeExtras {
  /** Both words mean the same. */
  readonly shape: "ball" | "disk";
  /** One number per space axis. */
  readonly center: readonly number[];
  /** Finite, > 0. */
  readonly radius: number;
}

/** The ellipse with its axes along x and y, turned by an angle. */
export interface EllipseSpec extends ShapeExtras {
  readonly shape: "ellipse";
  /** [x, y] */
  readonly center: readonly [number, number];
  /** Half-axes, finite, > 0. */
  readonly radii: readonly [number, number];
  /** Counter-clockwise, in radians. `@defaultValue 0` */
  readonly angle?: number;
}

/** A simple polygon by its vertices in order, in either orientation; the last is joined to the first. */
export interface PolygonSpec extends ShapeExtras {
  readonly shape: "polygon";
  /** Three or more points [x, y]; edges do not cross. At most 1024 with those of the holes. */
  readonly vertices: readonly Vertex[];
  /** Polygons that are cut out: inside of the first, and apart from one another. `@defaultValue none` */
  readonly holes?: readonly (readonly Vertex[])[];
}

/** Polygons of GeoJSON (RFC 7946): a Polygon or MultiPolygon, or features of them; holes are cut out. */
export interface GeoJsonSpec extends ShapeExtras {
  readonly shape: "geojson";
  /** The object itself. */
  readonly geojson?: object;
  /** A file with it, from the folder of the problem's file, else from the working directory. */
  readonly file?: string;
  /**
   * `"km"`: coordinates are longitude and latitude, and become kilometres east and north of the middle of their box
   * (Lambert's azimuthal equal-area projection of a sphere of 6371.0088 km). `@defaultValue` coordinates are x and y as
   * they stand
   */
  readonly project?: "km";
}

/** The points of a box where a formula says so. */
export interface InsideSpec extends ShapeExtras {
  /** One or more comparisons of formulas of the coordinates, such as `"x^2/4 + y^2 < 1 and y > -0.5"`. */
  readonly inside: string;
  /** A box of at most three axes around it; its own faces are boundary where the comparisons hold on them. */
  readonly within: BoxSpec;
}

/** The boundary of a mesh: edges in the plane, triangles in space. */
export interface MeshBoundary {
  /** Coordinates of points, two or three of each. */
  readonly points: readonly (readonly number[])[];
  /** Numbers of the points of each edge or triangle, in either orientation; together they are closed. */
  readonly facets: readonly (readonly number[])[];
  /** Numbers of facets by the name of a part of the boundary. */
  readonly groups?: Readonly<Record<string, readonly number[]>>;
}

/** The inside of a mesh. */
export interface MeshSpec extends ShapeExtras {
  /**
   * A file of Gmsh (`.msh`) or `.stl`, from the folder of the problem's file, else from the working directory; or what
   * it says of the boundary.
   */
  readonly mesh: string | MeshBoundary;
}

/** A point of the plane. */
export type Vertex = readonly [x: number, y: number];

/** All points of at least one of the shapes. Let neighbours overlap: on a shared face the distance would be zero. */
export interface UnionSpec extends ShapeExtras {
  /** Two shapes or more. */
  readonly union: readonly SpaceSpec[];
}

/** All points common to the shapes. */
export interface IntersectionSpec extends ShapeExtras {
  /** Two shapes or more. */
  readonly intersection: readonly SpaceSpec[];
}

/** The points of the first shape that lie in none of the others. */
export interface DifferenceSpec extends ShapeExtras {
  /** Two shapes or more, the one that is cut first. */
  readonly difference: readonly SpaceSpec[];
}

/** A domain in space, or in space and time; plain JSON. Parts of a combination are without time. */
export type DomainSpec =
  | BoxSpec
  | BallSpec
  | EllipseSpec
  | PolygonSpec
  | GeoJsonSpec
  | InsideSpec
  | MeshSpec
  | UnionSpec
  | IntersectionSpec
  | DifferenceSpec;

/** A shape in space, as it stands inside a combination: a {@link DomainSpec} without `t`. */
export type SpaceSpec = DomainSpec;

/** A checked shape in space. */
export type Shape =
  | { readonly kind: "box"; readonly low: readonly number[]; readonly high: readonly number[] }
  | { readonly kind: "ball"; readonly center: readonly number[]; readonly radius: number }
  | {
      readonly kind: "polygon";
      /** Counter-clockwise. */
      readonly vertices: readonly Vertex[];
      /** True where the user wrote them clockwise. */
      readonly reversed: boolean;
      /** Clockwise. */
      readonly holes: readonly (readonly Vertex[])[];
    }
  | {
      readonly kind: "ellipse";
      readonly center: Vertex;
      readonly radii: readonly [number, number];
      readonly angle: number;
    }
  | {
      readonly kind: "level";
      /** Positive inside. */
      readonly value: Expression;
      /** For messages. */
      readonly text: string;
      /** The box in which it is looked at. */
      readonly low: readonly number[];
      readonly high: readonly number[];
    }
  | ({ readonly kind: "mesh" } & Required<MeshBoundary>)
  | { readonly kind: "union" | "intersection" | "difference"; readonly parts: readonly Shape[] };

/** A checked domain: axes with `t` last, the shape over the space axes, and the interval of time. */
export interface ParsedDomain {
  readonly axes: readonly string[];
  /** Index of `t` in `axes`. */
  readonly time?: number;
  readonly shape: Shape;
  readonly interval?: Interval;
}

/** Keys of combinations. */
export const combinationNames = ["union", "intersection", "difference"] as const;

/**
 * Check a spec and bring it into computable form; polygons come out counter-clockwise.
 *
 * @throws OptionsError for what is not a domain spec (unknown or missing keys, wrong types, wrong axis names)
 * @throws DomainError for non-finite numbers, empty or inverted intervals, radius ≤ 0, outlines that cross
 *   themselves, formulas that hold nowhere, and parts of different dimensions
 * @throws FormatError for formulas and GeoJSON that cannot be read
 */
export function parseDomain(spec: DomainSpec): ParsedDomain {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    throw new OptionsError(
      `domainOf: the domain is ${show(spec)}; give an object such as {"x": [-1, 1]}`,
      "domain",
      spec,
    );
  }
  const named = parseNamed(spec, "domain");
  const { [timeName]: t } = spec as ShapeExtras;
  const axes = named.axes;
  if (t === undefined) return { axes, shape: named.shape };
  const interval = checkInterval(t, `domain.${timeName}`);
  return { axes: [...axes, timeName], time: axes.length, shape: named.shape, interval };
}

/** A shape in space with the names of its axes. */
export interface Named {
  readonly axes: readonly string[];
  /** True where the names were written rather than made up. */
  readonly given: boolean;
  readonly shape: Shape;
}

/** Keys that belong to a shape, and are hardly the name of an axis. */
const keysOfShapes = new Set(["center", "radius", "radii", "vertices", "points"]);

function parseNamed(spec: DomainSpec, where: string): Named {
  const combination = combinationNames.find((name) => name in spec);
  if (combination !== undefined) return parseCombination(spec, combination, where);
  const record = spec as unknown as Readonly<Record<string, unknown>>;
  if (typeof record["shape"] === "string") return parsePrimitive(record, where);
  if (typeof record["inside"] === "string") return parseInside(record, where);
  if ("mesh" in record && !Array.isArray(record["mesh"])) return parseMesh(record, where);
  const axes = Object.keys(record).filter((axis) => axis !== timeName);
  if (axes.length === 0 && (where !== "domain" || record[timeName] === undefined))
    throw new OptionsError(`domainOf: ${where} has no axis: ${show(spec)}`, where, spec);
  const own = axes.find((axis) => keysOfShapes.has(axis));
  if (own !== undefined) {
    const way = 'say which shape, as in { "shape": "ball", "center": [0, 0], "radius": 1 }';
    throw new OptionsError(`domainOf: ${where} has ${own} and no shape; ${way}`, where, spec);
  }
  checkAxes(axes, where);
  const intervals = axes.map((axis) => checkInterval(record[axis], `${where}.${axis}`));
  return {
    axes,
    given: true,
    shape: { kind: "box", low: intervals.map(([low]) => low), high: intervals.map(([, high]) => high) },
  };
}

function parseCombination(spec: DomainSpec, kind: (typeof combinationNames)[number], where: string): Named {
  const record = spec as unknown as Readonly<Record<string, unknown>>;
  checkKeys(record, [kind], where);
  const list = record[kind];
  if (!Array.isArray(list) || list.length === 0) {
    throw new OptionsError(`domainOf: ${where}.${kind} is ${show(list)}; give a list of shapes`, where, list);
  }
  const parts = list.map((part: DomainSpec, k): Named => {
    const inside = `${where}.${kind}[${k}]`;
    if (typeof part !== "object" || part === null) {
      throw new OptionsError(`domainOf: ${inside} is ${show(part)}; give a shape`, inside, part);
    }
    if (timeName in part) {
      throw new OptionsError(
        `domainOf: ${inside} has a time axis; write "${timeName}" beside "${kind}" instead`,
        inside,
        part,
      );
    }
    return parseNamed(part, inside);
  });
  const first = parts.find(({ given }) => given) ?? parts[0]!;
  for (const [k, { axes, given }] of parts.entries()) {
    if (axes.length !== first.axes.length) {
      throw new DomainError(
        `domainOf: ${where}.${kind}[${k}] has ${axes.length} dimensions where another part has ${first.axes.length}`,
        axes,
      );
    }
    if (given && axes.join() !== first.axes.join()) {
      const names = `axes ${axes.join(", ")} where another part has ${first.axes.join(", ")}`;
      throw new OptionsError(
        `domainOf: ${where}.${kind}[${k}] has ${names}; use the same names in one order`,
        where,
        axes,
      );
    }
  }
  const names = record["axes"] === undefined ? first : axesFrom(record, first.axes.length, where);
  return { axes: names.axes, given: names.given, shape: { kind, parts: parts.map(({ shape }) => shape) } };
}
