/** Shapes as they are written, read and checked: balls, ellipses, polygons, GeoJSON. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { polygonsOfGeoJson } from "./geojson.ts";
import { holesFault, polygonFault } from "./polygon-check.ts";
import type { Named, Shape, Vertex } from "./spec.ts";
import { axesFrom, checkKeys, checkNumber, checkNumbers, checkPairs, show } from "./spec-checks.ts";

/** Most vertices of a polygon: each is compared with all others. */
const mostVertices = 1024;

type Written = Readonly<Record<string, unknown>>;

/** Shapes by name: the keys that they have, and how they are read. */
const shapes: Readonly<Record<string, readonly [keys: readonly string[], read: (r: Written, where: string) => Shape]>> =
  {
    ball: [["center", "radius"], readBall],
    disk: [["center", "radius"], readBall],
    ellipse: [["center", "radii", "angle"], readEllipse],
    polygon: [["vertices", "holes"], readPolygon],
    geojson: [["geojson", "file", "project"], readGeoJson],
  };

/** A shape with a name. @throws OptionsError, DomainError, FormatError with the key that is wrong */
export function parsePrimitive(record: Written, where: string): Named {
  const known = Object.hasOwn(shapes, String(record["shape"])) ? shapes[String(record["shape"])] : undefined;
  if (known === undefined) {
    const names = Object.keys(shapes).map((name) => `"${name}"`);
    throw new OptionsError(
      `domainOf: ${where}.shape is ${show(record["shape"])}; known are ${names.join(", ")}; a polygon of many vertices is near any other`,
      where,
      record["shape"],
    );
  }
  const [keys, read] = known;
  checkKeys(record, ["shape", ...keys], where);
  const shape = read(record, where);
  return { ...axesFrom(record, shape.kind === "ball" ? shape.center.length : 2, where), shape };
}

function readBall(record: Written, where: string): Shape {
  const center = checkNumbers(record["center"], `${where}.center`);
  return { kind: "ball", center, radius: positive(record["radius"], `${where}.radius`) };
}

function readEllipse(record: Written, where: string): Shape {
  const [center, radii] = (["center", "radii"] as const).map((key) => {
    const numbers = checkNumbers(record[key], `${where}.${key}`);
    if (numbers.length === 2) return [numbers[0]!, numbers[1]!] as const;
    const way = 'an ellipse is 2-D: give two (in 3-D { "inside": "x^2/a^2 + … < 1", "within": … })';
    throw new OptionsError(`domainOf: ${where}.${key} has ${numbers.length} numbers; ${way}`, where, record[key]);
  }) as [Vertex, Vertex];
  radii.forEach((radius, k) => {
    positive(radius, `${where}.radii[${k}]`);
  });
  const angle = record["angle"] === undefined ? 0 : checkNumber(record["angle"], `${where}.angle`);
  return { kind: "ellipse", center, radii, angle };
}

function positive(value: unknown, where: string): number {
  const number = checkNumber(value, where);
  if (!(number > 0)) throw new DomainError(`domainOf: ${where} is ${number}; it must be positive`, number);
  return number;
}

function readPolygon(record: Written, where: string): Shape {
  const vertices = checkPairs(record["vertices"], `${where}.vertices`, mostVertices);
  const list = record["holes"] ?? [];
  if (!Array.isArray(list)) {
    throw new OptionsError(
      `domainOf: ${where}.holes is ${show(list)}; give a list of polygons, each a list of [x, y]`,
      where,
      list,
    );
  }
  const holes = list.map((hole: unknown, k) => checkPairs(hole, `${where}.holes[${k}]`, mostVertices));
  return polygonOf(vertices, holes, {
    outline: `${where}.vertices`,
    hole: (k) => `${where}.holes[${k}]`,
  });
}

/** Names of the rings of a polygon in messages. */
interface RingNames {
  readonly outline: string;
  hole(k: number): string;
}

/** A polygon whose rings are simple, holes inside. @throws DomainError where they are not, or are too many */
function polygonOf(vertices: readonly Vertex[], holes: readonly (readonly Vertex[])[], names: RingNames): Shape {
  const count = [vertices, ...holes].reduce((sum, ring) => sum + ring.length, 0);
  if (count > mostVertices) {
    throw new OptionsError(
      `domainOf: ${names.outline} and its holes have ${count} vertices, at most ${mostVertices} are allowed; leave some of them out`,
      names.outline,
      count,
    );
  }
  const oriented = (ring: readonly Vertex[], name: string, sign: 1 | -1) => {
    const fault = polygonFault(ring);
    if (fault.message !== undefined) throw new DomainError(`domainOf: ${name}: ${fault.message}`, ring);
    const reversed = sign * fault.area < 0;
    return { ring: reversed ? [...ring].reverse() : ring, reversed };
  };
  const outer = oriented(vertices, names.outline, 1);
  const inner = holes.map((hole, k) => oriented(hole, names.hole(k), -1).ring);
  const fault = holesFault(outer.ring, inner);
  if (fault) throw new DomainError(`domainOf: ${names.hole(fault.hole)} ${fault.message}`, holes[fault.hole]);
  return { kind: "polygon", vertices: outer.ring, reversed: outer.reversed, holes: inner };
}

function readGeoJson(record: Written, where: string): Shape {
  const { geojson, file, project } = record;
  if (project !== undefined && project !== "km") {
    const way = 'give "km" for longitude and latitude, or leave it out';
    throw new OptionsError(`domainOf: ${where}.project is ${show(project)}; ${way}`, "project", project);
  }
  if (geojson === undefined) {
    const what = file === undefined ? 'has neither "geojson" nor "file"' : `names the file ${show(file)}`;
    const way =
      file === undefined
        ? "give one of them"
        : "hand the problem to pde, which reads it, or give the object as geojson";
    throw new OptionsError(`domainOf: ${where} ${what}; ${way}`, where, file);
  }
  const polygons = polygonsOfGeoJson(geojson, `${where}.geojson`, project === "km").map(({ rings, name }) =>
    polygonOf(rings[0]!, rings.slice(1), { outline: `${name}[0]`, hole: (k) => `${name}[${k + 1}]` }),
  );
  return polygons.length === 1 ? polygons[0]! : { kind: "union", parts: polygons };
}
