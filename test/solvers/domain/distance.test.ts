import { DomainError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import type { BoundaryPart } from "../../../solvers/domain/boundary.ts";
import { domainOf } from "../../../solvers/domain/domain.ts";
import { cross } from "../../../solvers/domain/polygon-check.ts";
import type { DomainSpec } from "../../../solvers/domain/spec.ts";
import { evaluateAt } from "../../../solvers/expression/expression.ts";
import { assert, test, throws } from "../../harness.ts";

type Vertices = readonly (readonly [number, number])[];
const polygon = (vertices: Vertices): DomainSpec => ({ shape: "polygon", vertices });
const ell: Vertices = [
  [-1, -1],
  [0, -1],
  [0, 0],
  [1, 0],
  [1, 1],
  [-1, 1],
];
const spiral: Vertices = [
  [0, 0],
  [5, 0],
  [5, 5],
  [1, 5],
  [1, 2],
  [3, 2],
  [3, 3],
  [2, 3],
  [2, 4],
  [4, 4],
  [4, 1],
  [0, 1],
];
const comb: Vertices = [
  [0, 0],
  [6, 0],
  [6, 3],
  [5, 1],
  [4, 3],
  [3, 0.5],
  [2, 3],
  [1, 1],
  [0, 3],
];

/** A polygon with a vertex in each of `n` equal sectors at a random radius: simple, and star-shaped about the origin. */
function star(n: number, seed: number): Vertices {
  const random = rng(seed);
  return Array.from({ length: n }, (_, k) => {
    const [angle, radius] = [(2 * Math.PI * (k + 0.8 * random.uniform())) / n, 0.2 + random.uniform()];
    return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
  });
}

/** A simple polygon through `n` random points: a random tour, with crossing edges exchanged until there are none. */
function tour(n: number, seed: number): Vertices {
  const random = rng(seed);
  const points = Array.from({ length: n }, () => [random.uniform(), random.uniform()] as const);
  const turn = (a: number, b: number, c: number) => cross(points[a % n]!, points[b % n]!, points[c % n]!);
  for (let i = 0; i < n; i++) {
    for (let j = i + 2; j < n; j++) {
      const crossing = turn(i, i + 1, j) * turn(i, i + 1, j + 1) < 0 && turn(j, j + 1, i) * turn(j, j + 1, i + 1) < 0;
      if (!crossing) continue;
      points.splice(i + 1, j - i, ...points.slice(i + 1, j + 1).reverse());
      i = -1; // from the start again
      break;
    }
  }
  return points;
}

const shapes: Readonly<Record<string, DomainSpec>> = {
  box: { x: [-1, 3], y: [0, 0.5], z: [1, 2] },
  "box × time": { x: [-1, 1], t: [0, 2] },
  disk: { shape: "ball", center: [0.5, 1], radius: 0.7 },
  "ball × time": { shape: "ball", center: [0, 0, 1], radius: 2, t: [0, 1] },
  triangle: polygon([
    [0, 0],
    [2, 0.3],
    [0.5, 1],
  ]),
  ell: polygon(ell),
  "ell, clockwise, × time": { shape: "polygon", vertices: [...ell].reverse(), t: [1, 2] },
  spiral: polygon(spiral),
  comb: polygon(comb),
  plate: {
    difference: [
      { x: [-1, 1], y: [-1, 1] },
      { shape: "ball", center: [0.1, 0], radius: 0.5 },
    ],
  },
  "ball in 3-D without a box": {
    difference: [
      { shape: "ball", center: [0, 0, 0], radius: 1 },
      { x: [0, 2], y: [0, 2], z: [0, 2] },
    ],
  },
  cross: {
    union: [
      { x: [-1, 1], y: [-0.3, 0.3] },
      { x: [-0.3, 0.3], y: [-1, 1] },
    ],
  },
};

test("distance expressions vanish on the boundary, are positive inside and at most about 1", () => {
  for (const [name, spec] of Object.entries(shapes)) {
    const domain = domainOf(spec);
    const expression = domain.distanceExpression();
    const at = (points: Float64Array) => evaluateAt(expression, points, domain.dimension);
    const edge = at(domain.boundary(500, rng(1)).points);
    assert.ok(
      edge.every((value) => Math.abs(value) < 1e-12),
      `${name}: ${edge.reduce((a, b) => Math.max(a, Math.abs(b)))}`,
    );
    const inside = at(domain.interior(2000, rng(2)));
    assert.ok(
      inside.every((value) => value > 0),
      name,
    );
    const largest = Math.max(...inside);
    assert.ok(largest > 0.7 && largest < 1.3, `${name}: ${largest}`);
  }
});

test("the formula of a polygon has the sign of the polygon everywhere, for random polygons too", () => {
  const cases: Readonly<Record<string, Vertices>> = {
    ell,
    spiral,
    comb,
    ...Object.fromEntries(Array.from({ length: 60 }, (_, k) => [`star ${k}`, star(4 + (k % 13), k)])),
    ...Object.fromEntries(Array.from({ length: 60 }, (_, k) => [`tour ${k}`, tour(5 + (k % 26), k)])),
  };
  for (const [name, vertices] of Object.entries(cases)) {
    const domain = domainOf(polygon(vertices));
    const u = rng(3).split(name).uniform(4000);
    const points = u.map((v, i) => domain.low[i % 2]! + (domain.high[i % 2]! - domain.low[i % 2]!) * (1.2 * v - 0.1));
    const signed = domain.signedDistance(points);
    const value = evaluateAt(domain.distanceExpression(), points, 2);
    for (const [i, d] of signed.entries()) {
      if (Math.abs(d) > 1e-9) assert.is(value[i]! > 0, d < 0, `${name} at ${points.slice(2 * i, 2 * i + 2)}`);
    }
  }
});

test("distance expressions grow linearly from smooth boundary points: the slope at half the step is the same to 1 %", () => {
  for (const name of ["disk", "triangle", "ell", "comb", "plate", "cross"]) {
    const domain = domainOf(shapes[name]!);
    const expression = domain.distanceExpression();
    const { points, normals } = domain.boundary(200, rng(4));
    const slope = (h: number) =>
      evaluateAt(
        expression,
        points.map((x, i) => x - h * normals[i]!),
        2,
      ).map((v) => v / h);
    const [coarse, fine] = [slope(2e-6), slope(1e-6)];
    const same = Array.from(fine).filter((v, i) => v > 0 && Math.abs(v / coarse[i]! - 1) < 0.01).length;
    assert.ok(same >= 196, `${name}: ${same}`); // all but points within about 1e-4 of a corner
  }
});

test("parts have expressions of their own, and lists of parts their product", () => {
  const domain = domainOf({ x: [-1, 1], y: [0, 2], t: [0, 4] });
  const value = (part: BoundaryPart | readonly BoundaryPart[]) =>
    evaluateAt(domain.distanceExpression(part), Float64Array.of(0.5, 0.5, 1), 3)[0];
  assert.is(value("boundary"), 0.75 * 0.75);
  assert.is(value("initial"), 0.25);
  assert.is(value("final"), 0.75);
  assert.is(value({ axis: "x", side: "low" }), 0.75);
  assert.is(value({ axis: "x", side: "high" }), 0.25);
  assert.is(value({ axis: "y", side: "both" }), 0.75);
  assert.is(value({ axis: "t" }), 0.75);
  assert.is(value("all"), 0.75 ** 3);
  assert.is(value(["initial", { axis: 0 }]), 0.25 * 0.75);
});

test("the expression of one edge vanishes there alone, with slope 1", () => {
  const domain = domainOf(polygon(ell));
  for (let edge = 0; edge < 6; edge++) {
    const at = (points: Float64Array) => evaluateAt(domain.distanceExpression({ edge }), points, 2);
    const { points, normals } = domain.boundary(50, rng(5), { edge });
    assert.ok(at(points).every((v) => v < 1e-12));
    for (let other = 0; other < 6; other++) {
      if (other !== edge) assert.ok(at(domain.boundary(50, rng(6), { edge: other }).points).every((v) => v > 0));
    }
    const slopes = at(points.map((x, i) => x - 1e-6 * normals[i]!)).map((v) => v / 1e-6);
    assert.ok(slopes.filter((s) => Math.abs(s - 1) < 1e-3).length >= 48, `${slopes}`);
  }
});

test("what is not a domain is refused, with the place and the way out", () => {
  const bad = (spec: unknown) => () => domainOf(spec as DomainSpec);
  throws(bad({ x: [1, 1] }), DomainError, /domain\.x is the empty interval \[1, 1\]/);
  throws(bad({ x: [0, 1], t: [2, 1] }), DomainError, /domain\.t is the empty interval \[2, 1\]/);
  throws(bad({ x: [0, Number.POSITIVE_INFINITY] }), DomainError, /domain\.x\[1\] is Infinity/);
  throws(bad({ shape: "ball", center: [0, 0], radius: 0 }), DomainError, /radius is 0; it must be positive/);
  throws(bad({ shape: "ball", center: [0, 0], radius: Number.NaN }), DomainError, /radius is NaN/);
  const bowTie = {
    shape: "polygon",
    vertices: [
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
    ],
  };
  throws(bad(bowTie), DomainError, /edges 0 and 2 touch or cross/);
  throws(
    bad({
      shape: "polygon",
      vertices: [
        [0, 0],
        [0, 0],
        [1, 0],
      ],
    }),
    DomainError,
    /same point/,
  );
  throws(
    bad({
      shape: "polygon",
      vertices: [
        [0, 0],
        [2, 0],
        [1, 0],
      ],
    }),
    DomainError,
    /edges \d and \d touch/,
  );
  const apart = [
    { shape: "ball", center: [0, 0], radius: 1 },
    { shape: "ball", center: [5, 0], radius: 1 },
  ];
  throws(bad({ intersection: apart }), DomainError, /empty/);
  throws(bad({ difference: [apart[0], { x: [-2, 2], y: [-2, 2] }] }), DomainError, /empty/);
  throws(bad({ union: [apart[0], { shape: "ball", center: [0, 0, 0], radius: 1 }] }), DomainError, /3 dimensions/);
  throws(
    bad({
      union: [
        { x: [0, 1], y: [0, 1] },
        { x: [0, 1], z: [0, 1] },
      ],
    }),
    OptionsError,
    /same names/,
  );
  throws(bad({ union: [{ x: [0, 1], t: [0, 1] }] }), OptionsError, /write "t" beside "union"/);
  throws(bad({}), OptionsError, /has no axis/);
  throws(bad({ union: [{ t: [0, 1] }] }), OptionsError, /"t" beside "union"|no axis/);
  throws(bad({ shape: "cube" }), OptionsError, /shape is "cube"/);
  throws(bad({ shape: "ball", centre: [0], radius: 1 }), OptionsError, /unknown key "centre"/);
  throws(bad({ 1: [0, 1] }), OptionsError, /axis named "1"/);
  throws(bad({ x: [0, 1, 2] }), OptionsError, /give \[low, high\]/);
  throws(bad({ x: [0, "1"] }), OptionsError, /give a number/);
  throws(bad(null), OptionsError, /the domain is null/);
});

test("parts and points that a domain has not are refused", () => {
  const disk = domainOf({ shape: "ball", center: [0, 0], radius: 1 });
  throws(() => disk.boundary(5, rng(1), "initial"), OptionsError, /needs a time axis/);
  throws(() => disk.boundary(5, rng(1), { axis: "z" }), OptionsError, /unknown axis z/);
  throws(() => disk.boundary(5, rng(1), { axis: "x" }), DomainError, /no flat face/);
  throws(() => disk.distanceExpression({ axis: "x" }), DomainError, /no flat face/);
  throws(() => disk.boundary(5, rng(1), { edge: 0 }), OptionsError, /no edge 0/);
  throws(() => disk.boundary(5, rng(1), { where: () => false }), DomainError, /no points on the boundary/);
  throws(() => disk.distanceExpression({ where: () => true }), OptionsError, /has no expression/);
  throws(() => disk.interior(0, rng(1)), OptionsError, /count is 0/);
  throws(() => disk.contains(new Float64Array(3)), ShapeError, /Domain: points/);
  const seam = domainOf({
    union: [
      { x: [0, 1], y: [0, 1] },
      { x: [1, 2], y: [0, 1] },
    ],
  });
  throws(() => seam.distanceExpression(), DomainError, /let them overlap/);
});

test.run();
