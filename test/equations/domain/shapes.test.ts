/** Ellipses, polygons with holes, GeoJSON and formulas as domains: measures against closed forms, points and normals, refusals. */

import { DomainError, FormatError, OptionsError, rng } from "../../../engine/index.ts";
import { type Domain, type DomainSpec, domainOf, parseDomain } from "../../../equations/domain/index.ts";
import { evaluateAt } from "../../../equations/expression/index.ts";
import { assert, close, test, throws } from "../../harness.ts";
import { vertices } from "../../solvers/vertices.ts";

const lake = {
  type: "Feature",
  properties: { name: "lake" },
  geometry: {
    type: "Polygon",
    coordinates: [vertices("0 0, 2 0, 2 1, 1 1.5, 0 1, 0 0"), vertices("0.5 0.3, 0.5 0.6, 0.9 0.6, 0.9 0.3, 0.5 0.3")],
  },
};
const square = (low: number, high: number) => [
  [low, low],
  [high, low],
  [high, high],
  [low, high],
  [low, low],
];
const box2 = { x: [-3, 3], y: [-2.5, 3] } as const;
const specs = {
  ellipse: { shape: "ellipse", center: [1, -1], radii: [2, 0.5], angle: 0.3 },
  geojson: { shape: "geojson", geojson: lake },
  "formula of an ellipse": { inside: "x^2/4 + 4*y^2 < 1", within: box2 },
  "formula of a ring": { inside: "x^2 + y^2 < 1 and x^2 + y^2 > 0.25", within: box2 },
  "formula cut by its box": { inside: "x^2 + y^2 < 1", within: { x: [0, 2], y: [-2, 2] } },
  "formula of two disks": { inside: "(x - 1.5)^2 + y^2 < 1 or (x + 1.5)^2 + y^2 < 1", within: box2 },
  "formula of a ball": { inside: "x^2 + y^2 + z^2 < 1", within: { x: [-2, 1.5], y: [-2, 2], z: [-2, 2] } },
  "formula of an interval": { inside: "x^2 < 2", within: { x: [-2, 3] } },
} satisfies Readonly<Record<string, DomainSpec>>;
type Name = keyof typeof specs;
const domains = Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, domainOf(spec)])) as Readonly<
  Record<Name, Domain>
>;
const each = Object.entries(domains);

/** 4 a E(e) by the arithmetic-geometric mean (Abramowitz and Stegun 17.6). */
function perimeterOfEllipse(a: number, b: number): number {
  let [x, y, power, sum] = [a, b, 0.5, a * a];
  let c = Math.sqrt(a * a - b * b);
  for (let k = 0; k < 30; k++) {
    sum -= power * c * c;
    c = (x - y) / 2;
    [x, y] = [(x + y) / 2, Math.sqrt(x * y)];
    power *= 2;
  }
  return (2 * Math.PI * sum) / x;
}

test("areas and perimeters are those of closed forms", () => {
  const { ellipse, geojson } = domains;
  const perimeter = perimeterOfEllipse(2, 0.5);
  close(perimeterOfEllipse(1, 1 - 1e-12), 2 * Math.PI, 1e-10, "the oracle on a circle");
  close(ellipse.volume, Math.PI, 1e-14, "ellipse");
  close(ellipse.boundary(9, rng(0)).measure, perimeter, 1e-12, "ellipse");
  // Square, roof and hole; shoelaces by hand.
  close(geojson.volume, 2 + 0.5 - 0.12, 1e-15, "geojson");
  close(geojson.boundary(9, rng(0)).measure, 2 + 1 + 1 + 2 * Math.hypot(1, 0.5) + 2 * (0.4 + 0.3), 1e-14, "geojson");
  const expected: Readonly<Partial<Record<Name, readonly [volume: number, measure: number]>>> = {
    "formula of an ellipse": [Math.PI, perimeter],
    "formula of a ring": [0.75 * Math.PI, 3 * Math.PI],
    "formula cut by its box": [Math.PI / 2, Math.PI + 2],
    "formula of two disks": [2 * Math.PI, 4 * Math.PI],
    "formula of a ball": [(4 / 3) * Math.PI, 4 * Math.PI],
    "formula of an interval": [2 * Math.SQRT2, 2],
  };
  for (const [name, [volume, measure]] of Object.entries(expected)) {
    const domain = domains[name as Name];
    const boundary = domain.boundary(9, rng(0));
    close(domain.volume, volume, 4 * domain.volumeError + 1e-12, name);
    close(boundary.measure, measure, 4 * boundary.measureError + 1e-12, name);
    assert.ok(domain.volumeError < 0.01 && boundary.measureError < 0.01, `${name} knows no more of itself`);
  }
  close(domains["formula of an ellipse"].volume, Math.PI, 1e-7, "a traced outline is extrapolated");
});

test("the bounding box is that of the outline", () => {
  const bounds: Readonly<Partial<Record<Name, readonly (readonly [number, number])[]>>> = {
    "formula of an ellipse": [
      [-2, 2],
      [-0.5, 0.5],
    ],
    "formula cut by its box": [
      [0, 1],
      [-1, 1],
    ],
    "formula of a ball": Array.from({ length: 3 }, () => [-1, 1] as const),
    "formula of an interval": [[-Math.SQRT2, Math.SQRT2]],
  };
  for (const [name, axes] of Object.entries(bounds)) {
    const { low, high } = domains[name as Name];
    for (const [k, [l, h]] of axes.entries()) {
      close(low[k]!, l, 1e-7, `${name}, low`);
      close(high[k]!, h, 1e-7, `${name}, high`);
    }
  }
});

test("points on the boundary are even in its length, with unit normals that point outwards", () => {
  for (const [name, domain] of each) {
    const d = domain.dimension;
    const { points, normals, weights } = domain.boundary(2048, rng(1));
    close(
      weights.reduce((a, b) => a + b),
      1,
      1e-12,
      name,
    );
    assert.ok(
      domain.signedDistance(points).every((v) => Math.abs(v) < 1e-9),
      name,
    );
    for (let i = 0; i < 2048; i++) close(Math.hypot(...normals.subarray(i * d, (i + 1) * d)), 1, 1e-12, name);
    const [out, back] = [1e-6, -1e-6].map((s) => domain.signedDistance(points.map((x, i) => x + s * normals[i]!)));
    assert.ok(Array.from(out!).filter((v, i) => v > 0 && back![i]! < 0).length >= 2030, name);
  }
  // Of a straight count over arcs of equal length, none has more than its share: the ellipse by brute force.
  const { points } = domains.ellipse.boundary(4096, rng(2));
  const [cos, sin] = [Math.cos(0.3), Math.sin(0.3)];
  const angles = Array.from({ length: 4096 }, (_, i) => {
    const [x, y] = [points[2 * i]! - 1, points[2 * i + 1]! + 1];
    return Math.atan2((cos * y - sin * x) / 0.5, (cos * x + sin * y) / 2);
  });
  const steps = 50_000;
  const speeds = Array.from({ length: steps }, (_, k) => {
    const t = -Math.PI + (2 * Math.PI * (k + 0.5)) / steps;
    return Math.hypot(2 * Math.sin(t), 0.5 * Math.cos(t)) / steps;
  });
  const total = speeds.reduce((a, b) => a + b);
  let [sum, k] = [0, 0];
  for (const [rank, angle] of angles.sort((a, b) => a - b).entries()) {
    for (; k < steps && -Math.PI + (2 * Math.PI * (k + 0.5)) / steps < angle; k++) sum += speeds[k]!;
    close(sum / total, rank / 4096, 2e-3, "share of the length up to a point");
  }
});

test("the divergence theorem holds between points inside and points on the boundary", () => {
  for (const [name, domain] of each) {
    const d = domain.dimension;
    const count = 4096;
    const inside = domain.interior(count, rng(9));
    const { points, normals, weights, measure, measureError } = domain.boundary(count, rng(10));
    let [divergence, flux] = [0, 0];
    for (let i = 0; i < count; i++)
      for (let k = 0; k < d; k++) {
        divergence += ((inside[i * d + k]! + 0.5) ** 2 * domain.volume) / count;
        flux += weights[i]! * measure * ((points[i * d + k]! + 0.5) ** 3 / 3) * normals[i * d + k]!;
      }
    const size = measure * Math.max(...domain.high.map(Math.abs), ...domain.low.map(Math.abs)) ** 2;
    close(flux, divergence, 2e-3 * size + 10 * (measureError + domain.volumeError), name);
  }
});

test("signed distances are those to the nearest of many points of the boundary, of formulas beside it alone", () => {
  for (const [name, domain] of each) {
    const d = domain.dimension;
    const { points: boundary } = domain.boundary(5000, rng(2));
    const random = rng(3)
      .split(name)
      .uniform(60 * d);
    const points = random.map(
      (u, i) => domain.low[i % d]! + (1.4 * u - 0.2) * (domain.high[i % d]! - domain.low[i % d]!),
    );
    const inside = domain.contains(points);
    for (const [i, signed] of domain.signedDistance(points).entries()) {
      assert.is(signed <= 0, inside[i] === 1, name);
      if ("inside" in specs[name as Name]) continue;
      let nearest = Number.POSITIVE_INFINITY;
      for (let j = 0; j < boundary.length; j += d)
        nearest = Math.min(nearest, Math.hypot(...[0, 1].map((k) => boundary[j + k]! - points[i * d + k]!)));
      close(Math.abs(signed), nearest, 5e-3, name);
      assert.ok(Math.abs(signed) <= nearest + 1e-12, name);
    }
  }
  const shell = domains["formula of a ball"];
  close(shell.signedDistance(Float64Array.of(0.99, 0, 0))[0]!, -0.01, 1e-4, "beside the boundary");
});

test("distance expressions vanish on ellipses and formulas, and are positive inside", () => {
  for (const [name, domain] of each) {
    if (["polygon", "union", "intersection"].includes(parseDomain(domain.spec).shape.kind)) continue;
    const expression = domain.distanceExpression();
    const at = (points: Float64Array) => evaluateAt(expression, points, domain.dimension);
    assert.ok(
      at(domain.boundary(500, rng(1)).points).every((v) => Math.abs(v) < 1e-9),
      name,
    );
    const inside = at(domain.interior(2000, rng(2)));
    assert.ok(inside.every((v) => v > 0) && inside.reduce((a, b) => Math.max(a, b)) < 1.3, name);
  }
  throws(() => domains["formula of a ring"].distanceExpression(), DomainError, /an intersection has no such function/);
  const diamond = domainOf({ inside: "abs(x) + abs(y) < 1", within: box2 });
  close(diamond.volume, 2, 4 * diamond.volumeError, "kinks at the corners of the outline");
  throws(() => diamond.distanceExpression(), DomainError, /has a kink inside \(abs\)/);
});

test("longitude and latitude become kilometres: the area of a field of the graticule is that on the sphere", () => {
  const at = (k: number) => k / 20;
  const side = Array.from({ length: 20 }, (_, k) => k);
  const ring = [
    ...side.map((k) => [10 + at(k), 50]),
    ...side.map((k) => [11, 50 + at(k)]),
    ...side.map((k) => [11 - at(k), 51]),
    ...side.map((k) => [10, 51 - at(k)]),
    [10, 50],
  ];
  const field = domainOf({ shape: "geojson", geojson: { type: "Polygon", coordinates: [ring] }, project: "km" });
  const degree = Math.PI / 180;
  const expected = 6371.0088 ** 2 * degree * (Math.sin(51 * degree) - Math.sin(50 * degree));
  close(field.volume / expected, 1, 2e-6, "area");
  close(field.high[1]! - field.low[1]!, 111.2, 0.5, "a degree of latitude in km");
});

test("several polygons, and features among which they are, make one domain", () => {
  const two = [[square(0, 1)], [square(2, 4)]];
  for (const geojson of [
    { type: "MultiPolygon", coordinates: two },
    {
      type: "FeatureCollection",
      features: two.map((coordinates) => ({
        type: "Feature",
        properties: null,
        geometry: { type: "Polygon", coordinates },
      })),
    },
  ]) {
    const domain = domainOf({ shape: "geojson", geojson });
    close(domain.volume, 5, 4 * domain.volumeError, geojson.type);
    close(domain.boundary(9, rng(0)).measure, 12, 0.05, geojson.type);
  }
});

test("what is no outline is refused, with the key and the way out", () => {
  const bad = (spec: unknown) => () => domainOf(spec as DomainSpec);
  const geo = (geometry: unknown, more = {}) => bad({ shape: "geojson", geojson: geometry, ...more });
  const polygon = (...coordinates: unknown[]) => ({ type: "Polygon", coordinates });
  throws(
    bad({ shape: "ellipse", center: [0, 0], radii: [1, 0] }),
    DomainError,
    /domain\.radii\[1\] is 0; it must be positive/,
  );
  throws(
    bad({ shape: "ellipse", center: [0, 0], radii: [1, 2, 3] }),
    OptionsError,
    /domain\.radii has 3 numbers; an ellipse is 2-D/,
  );
  throws(bad({ shape: "ellipse", axis: 1 }), OptionsError, /unknown key "axis"; known are shape, center, radii, angle/);
  throws(bad({ shape: "elipse" }), OptionsError, /known are "ball", "disk", "ellipse", "polygon", "geojson"/);
  throws(bad({ shape: "spline", points: [] }), OptionsError, /"spline"; known are .*; a polygon of many vertices/);
  const ring = square(0, 1);
  throws(
    geo(polygon(ring.slice(0, -1))),
    FormatError,
    /coordinates\[0\]: is not closed: it begins at \[0,0\] and ends at \[0,1\]/,
  );
  const bowTie = [ring[0], ring[2], ring[1], ring[3], ring[0]];
  throws(geo(polygon(bowTie)), DomainError, /coordinates\[0\]: edges 0 and 2 touch or cross/);
  throws(geo(polygon()), FormatError, /coordinates: is empty/);
  throws(geo(polygon([])), FormatError, /coordinates\[0\]: is empty/);
  throws(geo({ type: "FeatureCollection", features: [] }), FormatError, /features: is empty/);
  throws(geo({ type: "Point", coordinates: [0, 0] }), FormatError, /geojson\.type: is "Point"/);
  throws(
    geo(
      polygon([
        [0, 0],
        ["1", 0],
        [1, 1],
        [0, 0],
      ]),
    ),
    FormatError,
    /coordinates\[0\]\[1\]: is \["1",0\]/,
  );
  throws(geo(polygon(ring, square(2, 3))), DomainError, /coordinates\[1\] lies outside of the outline/);
  throws(geo(polygon(ring, square(0.5, 2))), DomainError, /coordinates\[1\] touches or crosses the outline/);
  throws(
    geo(polygon(ring, square(0.1, 0.5), square(0.2, 0.3))),
    DomainError,
    /coordinates\[2\] and hole 0 are not apart/,
  );
  const swapped = polygon(square(0, 1).map(([x, y]) => [50 + y!, 120 + x!]));
  throws(geo(swapped, { project: "km" }), DomainError, /position \[50,120\].*they look like \[latitude, longitude\]/);
  throws(geo(swapped, { project: "miles" }), OptionsError, /project is "miles"; give "km"/);
  throws(bad({ shape: "geojson" }), OptionsError, /neither "geojson" nor "file"/);
  throws(
    bad({ shape: "geojson", file: "lake.json" }),
    OptionsError,
    /names the file "lake.json"; hand the problem to pde/,
  );
});

test("formulas that say no region are refused, with the key and the way out", () => {
  const bad = (spec: unknown) => () => domainOf(spec as DomainSpec);
  throws(bad({ inside: "x < 1" }), OptionsError, /domain\.within is undefined; give a box around it/);
  throws(
    bad({ inside: "x^2 + y^2", within: box2 }),
    OptionsError,
    /domain\.inside cannot be read:[\s\S]*this is not a comparison/,
  );
  throws(bad({ inside: "x < r", within: box2 }), OptionsError, /domain\.inside cannot be read:[\s\S]*"r" is unknown/);
  throws(
    bad({ inside: "a < 1", within: { a: [0, 2], b: [0, 1], c: [0, 1], d: [0, 1] } }),
    OptionsError,
    /has 4 axes; give one to 3/,
  );
  throws(bad({ inside: "x^2 + y^2 < -1", within: box2 }), DomainError, /holds nowhere in the box/);
  throws(
    () => domainOf({ inside: "if(x < 0.123, 1, -1) > 0", within: box2 }).boundary(5, rng(0)),
    DomainError,
    /it jumps there/,
  );
  throws(bad({ center: [0, 0], radius: 2 }), OptionsError, /domain has center and no shape; say which shape/);
  throws(bad({ inside: "x < 1", within: { x: [1, 0] } }), DomainError, /within\.x is the empty interval/);
  assert.is(domainOf({ inside: "x > -9", within: box2 }).volume > 32.9, true);
});

test.run();
