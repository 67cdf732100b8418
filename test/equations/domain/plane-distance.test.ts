/** Signed distances in the plane against brute force, and the question of the side alone. */
import { rng } from "../../../engine/index.ts";
import { domainOf, type Geometry, geometryOf, parseDomain } from "../../../equations/domain/index.ts";
import type { DomainSpec } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const around = (n: number, radius: (angle: number) => number) =>
  Array.from({ length: n }, (_, k): [number, number] => {
    const angle = (2 * Math.PI * k) / n;
    return [radius(angle) * Math.cos(angle), radius(angle) * Math.sin(angle)];
  });
const star = around(90, (angle) => 1 + 0.4 * Math.cos(5 * angle));
const hole = { shape: "ellipse", center: [0.1, 0], radii: [0.4, 0.2], angle: 0.5 } as const;
const specs: Readonly<Record<string, DomainSpec>> = {
  "turned ellipse": { ...hole, center: [1, -1] },
  "upright ellipse": { shape: "ellipse", center: [0, 0], radii: [0.3, 2] },
  "ellipse that is a circle": { shape: "ellipse", center: [1, 0], radii: [1, 1] },
  needle: { shape: "ellipse", center: [0, 0], radii: [1, 1e-3], angle: 1 },
  polygon: { shape: "polygon", vertices: star },
  "polygon with a hole": { shape: "polygon", vertices: star, holes: [around(7, () => 0.4)] },
  "polygon minus ellipse": { difference: [{ shape: "polygon", vertices: star }, hole] },
  "union of an ellipse and a box": { union: [hole, { x: [0, 1], y: [0, 1] }] },
};
const geometries = Object.entries(specs).map(([name, spec]) => [name, geometryOf(parseDomain(spec).shape)] as const);

/** Random points in and around the bounding box, and such along its axes. */
function somePoints({ low, high }: Geometry, count: number): Float64Array {
  const sizes = low.map((l, k) => high[k]! - l);
  return rng(1)
    .uniform(2 * count)
    .map((u, i) => {
      const along = i < 40 && i % 4 === 1 ? 0.5 : 1.4 * u - 0.2;
      return low[i % 2]! + sizes[i % 2]! * along;
    });
}

/** Least distance from many points of all pieces, each piece searched further by thirds about its nearest. */
function bruteForce({ pieces }: Geometry, x: number, y: number): number {
  const perPiece = Math.ceil(4000 / pieces.length);
  const [point, normal] = [new Float64Array(2), new Float64Array(2)];
  const squared = (piece: Geometry["pieces"][number], unit: number) => {
    piece.place([unit], 0, point, normal);
    return (point[0]! - x) ** 2 + (point[1]! - y) ** 2;
  };
  const least = pieces.map((piece) => {
    const seen = Array.from({ length: perPiece + 1 }, (_, i) => squared(piece, i / perPiece));
    const nearest = seen.indexOf(Math.min(...seen)) / perPiece;
    let [low, high] = [Math.max(0, nearest - 1 / perPiece), Math.min(1, nearest + 1 / perPiece)];
    while (high - low > 1e-9) {
      const [p, q] = [(2 * low + high) / 3, (low + 2 * high) / 3];
      if (squared(piece, p) < squared(piece, q)) high = q;
      else low = p;
    }
    return Math.min(squared(piece, low), squared(piece, high));
  });
  return Math.sqrt(Math.min(...least));
}

test("distances to ellipses and polygons are those to the nearest of many points on them", () => {
  for (const [name, geometry] of geometries.filter(([, { leaves }]) => !leaves)) {
    const points = somePoints(geometry, 60);
    for (let i = 0; i < 60; i++) {
      const found = Math.abs(geometry.distance(points, 2 * i));
      const brute = bruteForce(geometry, points[2 * i]!, points[2 * i + 1]!);
      assert.ok(Math.abs(found - brute) < 1e-11 * (1 + brute), `${name}: ${found}, not ${brute}`);
    }
  }
});

test("the distance from an ellipse meets the equations of its nearest point to rounding, and known values", () => {
  const [a, b] = [2, 0.5];
  const { distance } = geometryOf(parseDomain({ shape: "ellipse", center: [0, 0], radii: [a, b] }).shape);
  const at = (x: number, y: number) => distance([x, y], 0);
  const near = (value: number, expected: number) =>
    assert.ok(Math.abs(value - expected) <= 4e-16 * (1 + Math.abs(expected)), `${value}, ${expected}`);
  near(at(0, 0), -b);
  near(at(3, 0), 1);
  near(at(0, -2), 1.5);
  near(at(1.95, 0), -0.05);
  // Between the centres of curvature the nearest points are two: 1.5 is the nearest abscissa of 1.40625.
  near(at(1.40625, 0), -Math.hypot(1.5 - 1.40625, b * Math.sqrt(1 - 0.5625)));
  for (const [u, way] of [
    [0.3, 0.25],
    [1.1, -0.05],
    [3, 7],
    [-2, 0.01],
  ] as const) {
    // A point on the normal, as far as it is no farther than the centre of curvature.
    const [c, s] = [Math.cos(u), Math.sin(u)];
    const size = Math.hypot(c / a, s / b);
    near(at(a * c + (way * c) / a / size, b * s + (way * s) / b / size), way);
  }
  assert.ok(Number.isNaN(at(Number.NaN, 0)));
});

test("no distance changes by more than the way that the point goes, and its side is where contains says", () => {
  for (const [name, geometry] of geometries) {
    const points = somePoints(geometry, 400);
    const marks = domainOf(specs[name]!).contains(points);
    for (let i = 0; i + 1 < 400; i++) {
      const [p, q] = [geometry.distance(points, 2 * i), geometry.distance(points, 2 * i + 2)];
      const way = Math.hypot(points[2 * i]! - points[2 * i + 2]!, points[2 * i + 1]! - points[2 * i + 3]!);
      assert.ok(Math.abs(p - q) <= way * (1 + 1e-12) + 1e-14, name);
      assert.is(marks[i], p <= 0 ? 1 : 0, name);
    }
  }
});

test("farther than asked for a distance has the right sign, and is between what was asked for and itself", () => {
  for (const [name, geometry] of geometries) {
    const points = somePoints(geometry, 2000);
    const size = Math.hypot(...geometry.low.map((l, k) => geometry.high[k]! - l));
    for (const near of [0, 1e-9, 0.05 * size]) {
      for (let i = 0; i < 2000; i++) {
        const [whole, some] = [geometry.distance(points, 2 * i), geometry.distance(points, 2 * i, near)];
        if (Math.abs(whole) < 1e-13 * size) continue;
        assert.is(Math.sign(some), Math.sign(whole), `${name}: ${whole}, ${some}`);
        if (Math.abs(whole) <= near) assert.is(some, whole, name);
        else assert.ok(Math.abs(some) > near && Math.abs(some) <= Math.abs(whole) * (1 + 1e-12), `${name}: ${some}`);
      }
    }
  }
});

test("the measure of a part with a predicate is estimated once for the same predicate", () => {
  const domain = domainOf({ ...hole });
  let asked = 0;
  const part = {
    where: ([x]: Float64Array) => {
      asked++;
      return x! > 0;
    },
  };
  const { measure } = domain.boundary(10, rng(0), part);
  assert.ok(asked > 65_536, `${asked}`);
  asked = 0;
  assert.is(domain.boundary(10, rng(1), part).measure, measure);
  assert.ok(asked < 100, `${asked}`);
});

test.run();
