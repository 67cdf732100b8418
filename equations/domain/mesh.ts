/** The inside of a mesh: its boundary of edges or triangles, checked and turned outwards, and the geometry of it. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import { boxTree, distanceToEdges } from "./box-tree.ts";
import { byCells } from "./cells-of-distance.ts";
import type { Geometry, Piece } from "./geometry.ts";
import type { MeshBoundary, Named, Shape, Vertex } from "./spec.ts";
import { axesFrom, checkKeys, checkNumbers, show } from "./spec-checks.ts";

/** The boundary of a mesh. */
export type MeshShape = Extract<Shape, { readonly kind: "mesh" }>;

/** Most edges or triangles. */
const mostFacets = 200_000;

const checked = new WeakMap<object, MeshShape>();

/** A mesh as it stands in a spec. @throws OptionsError, DomainError with the key or the place that is wrong */
export function parseMesh(record: Readonly<Record<string, unknown>>, where: string): Named {
  checkKeys(record, ["mesh"], where);
  const { mesh } = record;
  if (typeof mesh !== "object" || mesh === null) {
    const way =
      typeof mesh === "string"
        ? "hand the problem to pde, which reads it, or give its boundary as { points, facets }"
        : "give the path of a .msh or .stl file, or { points, facets }";
    throw new OptionsError(`domainOf: ${where}.mesh is ${show(mesh)}; ${way}`, "mesh", mesh);
  }
  const shape = checked.get(mesh) ?? read(mesh as Readonly<Record<string, unknown>>, `${where}.mesh`);
  checked.set(mesh, shape);
  return { ...axesFrom(record, shape.points[0]!.length, where), shape };
}

function read(mesh: Readonly<Record<string, unknown>>, where: string): MeshShape {
  const { points, facets, groups = {} } = mesh as unknown as MeshBoundary;
  if (!Array.isArray(points) || !Array.isArray(facets) || points.length === 0 || facets.length === 0) {
    const way = "give lists that are not empty";
    throw new OptionsError(`domainOf: ${where} needs points and facets; ${way}`, where, mesh);
  }
  if (facets.length > mostFacets) {
    const way = `at most ${mostFacets} are allowed; make it coarser`;
    throw new OptionsError(`domainOf: ${where} has ${facets.length} facets, ${way}`, where, facets.length);
  }
  const dimension = (points[0] as readonly number[]).length;
  if (dimension !== 2 && dimension !== 3)
    throw new DomainError(`domainOf: ${where}.points are ${dimension}-D; meshes are 2-D or 3-D`, points[0]);
  for (const [k, point] of points.entries()) {
    if (checkNumbers(point, `${where}.points[${k}]`).length !== dimension)
      throw new DomainError(`domainOf: ${where}.points[${k}] is ${show(point)}; give ${dimension} numbers`, point);
  }
  for (const [k, facet] of facets.entries()) {
    const right = Array.isArray(facet) && facet.length === dimension && facet.every((i) => i in points);
    if (!right || new Set(facet).size !== dimension) {
      const way = `give ${dimension} different numbers of points`;
      throw new OptionsError(`domainOf: ${where}.facets[${k}] is ${show(facet)}; ${way}`, where, facet);
    }
  }
  for (const [name, list] of Object.entries(groups)) {
    const wrong = list.find((k) => !(k in facets));
    if (wrong !== undefined) {
      const way = `the mesh has ${facets.length}`;
      throw new OptionsError(`domainOf: ${where}.groups has ${show(name)} with facet ${wrong}; ${way}`, where, list);
    }
  }
  refuseOpen(points, facets, where);
  const shape: MeshShape = { kind: "mesh", points, facets, groups };
  return { ...shape, facets: turnedOutwards(shape) };
}

/** Each end of an edge has to have another edge, each side of a triangle another triangle. */
function refuseOpen(points: MeshShape["points"], facets: MeshShape["facets"], where: string): void {
  const met = new Map<string, readonly number[]>();
  for (const facet of facets) {
    for (let k = 0; k < facet.length; k++) {
      const ridge = facet.toSpliced(k, 1).sort((a, b) => a - b);
      const key = ridge.join();
      if (!met.delete(key)) met.set(key, ridge);
    }
  }
  const [open] = met.values();
  if (!open) return;
  const at = points[open[0]!]!.map((v) => numberText(v, 6)).join(", ");
  const way = "a domain is what a closed boundary encloses: close it, and merge points that are the same";
  throw new DomainError(`domainOf: ${where} is open in ${met.size} places, one at (${at}); ${way}`, open);
}

/** Facets with the inside behind them: on the left of edges, against the normal of triangles. */
function turnedOutwards(shape: MeshShape): MeshShape["facets"] {
  const { points, facets } = shape;
  const dimension = points[0]!.length;
  const distance = distanceOf(shape);
  const place = new Float64Array(dimension);
  return facets.map((facet, f) => {
    const { normal, size } = measured(points, facet);
    if (!(size > 0)) throw new DomainError(`domainOf: facet ${f} of the mesh has no area; take it out`, facet);
    const step = 1e-6 * (dimension === 2 ? size : Math.sqrt(size));
    for (let k = 0; k < dimension; k++) {
      const middle = facet.reduce((sum, i) => sum + points[i]![k]!, 0) / dimension;
      place[k] = middle + step * normal[k]!;
    }
    return distance(place, 0) < 0 ? [...facet].reverse() : facet;
  });
}

/** Unit normal and length or area of a facet. */
function measured(points: MeshShape["points"], facet: readonly number[]) {
  const [a, b, c] = facet.map((i) => points[i]!) as [readonly number[], readonly number[], readonly number[]];
  const u = b.map((v, k) => v - a[k]!);
  if (facet.length === 2) {
    const size = Math.hypot(u[0]!, u[1]!);
    return { normal: [u[1]! / size, -u[0]! / size], size };
  }
  const v = c.map((w, k) => w - a[k]!);
  const cross = [0, 1, 2].map((k) => u[(k + 1) % 3]! * v[(k + 2) % 3]! - u[(k + 2) % 3]! * v[(k + 1) % 3]!);
  const twice = Math.hypot(...cross);
  return { normal: cross.map((w) => w / twice), size: twice / 2 };
}

/** The functions of a mesh. */
export function meshGeometry(shape: MeshShape): Geometry {
  const { points, facets } = shape;
  const dimension = points[0]!.length;
  const used = [...new Set(facets.flat())];
  const bound = (choose: (a: number, b: number) => number, first: number) =>
    Array.from({ length: dimension }, (_, k) => used.reduce((found, i) => choose(found, points[i]![k]!), first));
  const [low, high] = [bound(Math.min, Number.POSITIVE_INFINITY), bound(Math.max, Number.NEGATIVE_INFINITY)];
  let volume = 0;
  const pieces = facets.map((facet, edge): Piece => {
    const corners = facet.map((i) => points[i]!);
    const { normal: outwards, size } = measured(points, facet);
    volume += (size / dimension) * outwards.reduce((sum, n, k) => sum + n * corners[0]![k]!, 0);
    const axis = corners[0]!.findIndex((v, k) => corners.every((corner) => corner[k] === v));
    return {
      ...{ measure: size, edge },
      ...(axis >= 0 && { flat: { axis, value: corners[0]![axis]! } }),
      place(unit, at, point, normal) {
        const [a, b] = [unit[at]!, unit[at + 1]!];
        // Of a triangle equal areas belong to equal squares.
        const shares = dimension === 2 ? [1 - a, a] : [1 - Math.sqrt(a), Math.sqrt(a) * (1 - b), Math.sqrt(a) * b];
        for (let k = 0; k < dimension; k++) {
          point[k] = corners.reduce((sum, corner, i) => sum + shares[i]! * corner[k]!, 0);
          normal[k] = outwards[k]!;
        }
        if (axis >= 0) point[axis] = corners[0]![axis]!;
      },
    };
  });
  const distance = distanceOf(shape);
  return {
    dimension,
    low,
    high,
    volume,
    pieces,
    groups: shape.groups,
    distance: dimension === 2 ? byCells(distance, { low, high }) : distance,
  };
}

const distanceOf = ({ points, facets }: MeshShape): Geometry["distance"] =>
  points[0]!.length === 2
    ? distanceToEdges(facets.map(([a, b]) => [points[a!] as Vertex, points[b!] as Vertex] as const))
    : distanceToTriangles(facets.map((facet) => facet.map((i) => points[i]!)));

/** A rotation after which no edge of what people draw lies along an axis, so that rays meet triangles inside. */
const [c, s, cos, sin] = [Math.cos(1), Math.sin(1), Math.cos(2), Math.sin(2)];
const rotation = [
  [c * cos, -s, c * sin],
  [s * cos, c, s * sin],
  [-sin, 0, cos],
] as const;

/** Signed distance to a closed surface of triangles, negative where a ray crosses an odd number of them. */
function distanceToTriangles(triangles: readonly (readonly (readonly number[])[])[]): Geometry["distance"] {
  const rows = new Float64Array(9 * triangles.length);
  triangles.forEach((corners, t) => {
    corners.forEach(([x, y, z], c) => {
      rotation.forEach((row, k) => {
        rows[9 * t + 3 * c + k] = row[0] * x! + row[1] * y! + row[2] * z!;
      });
    });
  });
  const boxes = Float64Array.from({ length: 6 * triangles.length }, (_, i) => {
    const [t, k] = [Math.floor(i / 6), i % 6];
    const values = [0, 3, 6].map((c) => rows[9 * t + c + (k % 3)]!);
    return k < 3 ? Math.min(...values) : Math.max(...values);
  });
  const tree = boxTree(boxes, 3);
  const p = new Float64Array(3);
  let odd = false;
  /** Twice the area of the point and an edge, seen along the ray; exactly the opposite for the edge turned round. */
  const area = (a: number, b: number) =>
    (rows[a + 1]! - p[1]!) * (rows[b + 2]! - p[2]!) - (rows[a + 2]! - p[2]!) * (rows[b + 1]! - p[1]!);
  const cross = (t: number): void => {
    const at = 9 * t;
    const [u, v, w] = [area(at + 3, at + 6), area(at + 6, at), area(at, at + 3)];
    if (!((u > 0 && v > 0 && w > 0) || (u < 0 && v < 0 && w < 0))) return;
    if ((u * rows[at]! + v * rows[at + 3]! + w * rows[at + 6]!) / (u + v + w) > p[0]!) odd = !odd;
  };
  const squared = (t: number) => squaredToTriangle(rows, 9 * t, p);
  return (points, at, near) => {
    for (let k = 0; k < 3; k++) {
      const row = rotation[k]!;
      p[k] = row[0] * points[at]! + row[1] * points[at + 1]! + row[2] * points[at + 2]!;
    }
    if (Number.isNaN(p[0]! + p[1]! + p[2]!)) return Number.NaN;
    odd = false;
    tree.ahead(p, cross);
    // The question of the side alone.
    if (near === 0) return odd ? -Number.MIN_VALUE : Number.MIN_VALUE;
    const distance = Math.sqrt(tree.nearest(p, squared));
    return odd ? -distance : distance;
  };
}

/**
 * Squared distance of a point and a triangle: that of its plane where the foot lies inside, else that of its nearest
 * edge.
 */
function squaredToTriangle(rows: Float64Array, at: number, p: Float64Array): number {
  let [ab2, abac, ac2, abap, acap] = [0, 0, 0, 0, 0];
  for (let k = 0; k < 3; k++) {
    const a = rows[at + k]!;
    const ab = rows[at + 3 + k]! - a;
    const ac = rows[at + 6 + k]! - a;
    const ap = p[k]! - a;
    ab2 += ab * ab;
    abac += ab * ac;
    ac2 += ac * ac;
    abap += ab * ap;
    acap += ac * ap;
  }
  const determinant = ab2 * ac2 - abac * abac;
  const s = (ac2 * abap - abac * acap) / determinant;
  const t = (ab2 * acap - abac * abap) / determinant;
  if (s >= 0 && t >= 0 && s + t <= 1) return squaredTo(rows, at, p, s, t);
  const share = within01((ac2 - abac + abap - acap) / (ab2 - 2 * abac + ac2));
  return Math.min(
    squaredTo(rows, at, p, within01(abap / ab2), 0),
    squaredTo(rows, at, p, 0, within01(acap / ac2)),
    squaredTo(rows, at, p, share, 1 - share),
  );
}

const within01 = (v: number): number => Math.min(Math.max(v, 0), 1);

/** Squared distance of a point and a + s (b − a) + t (c − a). */
function squaredTo(rows: Float64Array, at: number, p: Float64Array, s: number, t: number): number {
  let sum = 0;
  for (let k = 0; k < 3; k++) {
    const a = rows[at + k]!;
    const d = p[k]! - a - s * (rows[at + 3 + k]! - a) - t * (rows[at + 6 + k]! - a);
    sum += d * d;
  }
  return sum;
}
