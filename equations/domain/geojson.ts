/** Polygons of GeoJSON (RFC 7946): https://www.rfc-editor.org/rfc/rfc7946 */
import { DomainError, FormatError } from "../../engine/errors.ts";
import type { Vertex } from "./spec.ts";
import { show } from "./spec-checks.ts";

/** Rings of a polygon without their repeated last position: the outline and its holes. */
export interface PolygonRings {
  readonly rings: readonly (readonly Vertex[])[];
  /** Their place, for messages. */
  readonly name: string;
}

/** Mean radius of the Earth in km (IUGG). */
const earth = 6371.0088;

/**
 * All polygons of an object.
 *
 * @param where - its place, for messages
 * @param projected - whether positions are longitude and latitude, to be brought to kilometres
 * @throws FormatError for what is no polygon of GeoJSON, such as rings that are not closed
 * @throws DomainError for positions that are no longitude and latitude
 */
export function polygonsOfGeoJson(value: unknown, where: string, projected: boolean): readonly PolygonRings[] {
  const polygons = polygonsOf(value, where);
  if (polygons.length === 0)
    throw wrong(where, "has no polygon", "give a Polygon, a MultiPolygon, or features of them");
  return projected ? inKilometres(polygons, where) : polygons;
}

const wrong = (where: string, what: string, way: string) => new FormatError(where, "GeoJSON", what, way);

function polygonsOf(value: unknown, where: string): PolygonRings[] {
  if (typeof value !== "object" || value === null)
    throw wrong(
      where,
      `is ${show(value)}`,
      'give an object such as { "type": "Polygon", "coordinates": [[[0, 0], …]] }',
    );
  const { type, coordinates, geometry, features, geometries } = value as Readonly<Record<string, unknown>>;
  switch (type) {
    case "Polygon":
      return [readPolygon(coordinates, `${where}.coordinates`)];
    case "MultiPolygon":
      return list(coordinates, `${where}.coordinates`).map((c, k) => readPolygon(c, `${where}.coordinates[${k}]`));
    case "Feature":
      return polygonsOf(geometry, `${where}.geometry`);
    case "FeatureCollection":
      return list(features, `${where}.features`).flatMap((f, k) => polygonsOf(f, `${where}.features[${k}]`));
    case "GeometryCollection":
      return list(geometries, `${where}.geometries`).flatMap((g, k) => polygonsOf(g, `${where}.geometries[${k}]`));
    default:
      throw wrong(`${where}.type`, `is ${show(type)}`, "give a Polygon, a MultiPolygon, or features of them");
  }
}

function list(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw wrong(where, Array.isArray(value) ? "is empty" : `is ${show(value)}`, "give a list with something in it");
}

function readPolygon(value: unknown, where: string): PolygonRings {
  return { rings: list(value, where).map((ring, k) => readRing(ring, `${where}[${k}]`)), name: where };
}

function readRing(value: unknown, where: string): readonly Vertex[] {
  const positions = list(value, where).map((position, k): Vertex => {
    const [x, y, ...rest] = Array.isArray(position) ? (position as unknown[]) : [];
    const numbers = [x, y].every((v) => typeof v === "number" && Number.isFinite(v));
    if (!numbers || rest.length > 1)
      throw wrong(`${where}[${k}]`, `is ${show(position)}`, "give a position [x, y], in numbers");
    return [x as number, y as number];
  });
  const [first, last] = [positions[0]!, positions.at(-1)!];
  if (first[0] !== last[0] || first[1] !== last[1])
    throw wrong(
      where,
      `is not closed: it begins at ${show(first)} and ends at ${show(last)}`,
      "repeat the first position at the end",
    );
  if (positions.length < 4)
    throw wrong(where, `has ${positions.length} positions`, "give at least four, the last as the first");
  return positions.slice(0, -1);
}

/** Lambert's azimuthal equal-area projection of a sphere about the middle of all positions; x is east, y north. */
function inKilometres(polygons: readonly PolygonRings[], where: string): readonly PolygonRings[] {
  const all = polygons.flatMap(({ rings }) => rings.flat());
  const far = all.find(([x, y]) => !(Math.abs(x) <= 180 && Math.abs(y) <= 90));
  if (far) {
    const swapped = all.every(([x, y]) => Math.abs(x) <= 90 && Math.abs(y) <= 180);
    const way = swapped
      ? "they look like [latitude, longitude]; GeoJSON has longitude first"
      : 'for x and y in a plane leave out "project"';
    throw new DomainError(`domainOf: ${where} has the position ${show(far)}, no longitude and latitude; ${way}`, far);
  }
  const middle = (k: 0 | 1) => {
    const values = all.map((p) => p[k]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  const [lon0, lat0] = [middle(0), middle(1)].map(radians) as [number, number];
  const project = ([lon, lat]: Vertex): Vertex => {
    const [l, p] = [radians(lon) - lon0, radians(lat)];
    const k = earth * Math.sqrt(2 / (1 + Math.sin(lat0) * Math.sin(p) + Math.cos(lat0) * Math.cos(p) * Math.cos(l)));
    return [
      k * Math.cos(p) * Math.sin(l),
      k * (Math.cos(lat0) * Math.sin(p) - Math.sin(lat0) * Math.cos(p) * Math.cos(l)),
    ];
  };
  return polygons.map(({ rings, name }) => ({ name, rings: rings.map((ring) => ring.map(project)) }));
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;
