import { DomainError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import type { HeldPart } from "../../../equations/domain/index.ts";
import { type DomainSpec, domainOf, parseDomain } from "../../../equations/domain/index.ts";
import { evaluateAt } from "../../../equations/expression/index.ts";
import { assert, test, throws } from "../../harness.ts";
import { vertices } from "../../solvers/vertices.ts";

type Vertices = readonly (readonly [number, number])[];
const polygon = (vertices: Vertices): DomainSpec => ({ shape: "polygon", vertices });
const ell: Vertices = vertices("-1 -1, 0 -1, 0 0, 1 0, 1 1, -1 1");
const spiral: Vertices = vertices("0 0, 5 0, 5 5, 1 5, 1 2, 3 2, 3 3, 2 3, 2 4, 4 4, 4 1, 0 1");
const comb: Vertices = vertices("0 0, 6 0, 6 3, 5 1, 4 3, 3 0.5, 2 3, 1 1, 0 3");

const shapes: Readonly<Record<string, DomainSpec>> = {
  box: { x: [-1, 3], y: [0, 0.5], z: [1, 2] },
  "box × time": { x: [-1, 1], t: [0, 2] },
  disk: { shape: "ball", center: [0.5, 1], radius: 0.7 },
  ellipse: { shape: "ellipse", center: [1, -1], radii: [2, 0.5], angle: 0.3 },
  "ball × time": { shape: "ball", center: [0, 0, 1], radius: 2, t: [0, 1] },
  triangle: polygon(vertices("0 0, 2 0.3, 0.5 1")),
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
    const { kind } = parseDomain(spec).shape;
    if (kind === "polygon" || kind === "union" || kind === "difference") {
      throws(() => domain.distanceExpression(), DomainError, new RegExp(`a ${kind} has no such function`));
      continue;
    }
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

test("distance expressions grow linearly from smooth boundary points: the slope at half the step is the same to 1 %", () => {
  for (const name of ["disk", "ellipse"]) {
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
    assert.ok(same >= 196, `${name}: ${same}`);
  }
});

test("parts have expressions of their own", () => {
  const domain = domainOf({ x: [-1, 1], y: [0, 2], t: [0, 4] });
  const value = (part: HeldPart) => evaluateAt(domain.distanceExpression(part), Float64Array.of(0.5, 0.5, 1), 3)[0];
  assert.is(value("boundary"), 0.75 * 0.75);
  assert.is(value("initial"), 0.25);
  assert.is(value({ axis: "x", side: "low" }), 0.75);
  assert.is(value({ axis: "x", side: "high" }), 0.25);
  assert.is(value({ axis: "y", side: "both" }), 0.75);
  assert.is(value({ axis: "t" }), 0.75);
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
    vertices: vertices("0 0, 1 1, 1 0, 0 1"),
  };
  throws(bad(bowTie), DomainError, /edges 0 and 2 touch or cross/);
  throws(
    bad({
      shape: "polygon",
      vertices: vertices("0 0, 0 0, 1 0"),
    }),
    DomainError,
    /same point/,
  );
  throws(
    bad({
      shape: "polygon",
      vertices: vertices("0 0, 2 0, 1 0"),
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

test("domains too large to compute with are refused at once, with the way out", () => {
  const ring = (n: number) => Array.from({ length: n }, (_, k) => [Math.cos(k / n), Math.sin(k / n)] as const);
  const wrong: readonly (readonly [DomainSpec, typeof DomainError | typeof OptionsError, RegExp])[] = [
    [{ x: [-1e308, 1e308] }, DomainError, /domain\.x\[0\] is -1e\+308, beyond ±1e\+60; take other units/],
    [{ shape: "ball", center: [0, 0], radius: 1e308 }, DomainError, /radius is 1e\+308, beyond/],
    [{ x: [0, 1], t: [0, 1e61] }, DomainError, /domain\.t\[1\] is 1e\+61/],
    [polygon(ring(100_000)), OptionsError, /has 100000 entries, at most 1024/],
  ];
  for (const [spec, kind, message] of wrong) throws(() => parseDomain(spec), kind, message);
  assert.equal(parseDomain({ x: [-1e60, 1e60] }).axes, ["x"]);
  assert.is(parseDomain(polygon(ring(400))).axes.length, 2);
});

test("parts and points that a domain has not are refused", () => {
  const disk = domainOf({ shape: "ball", center: [0, 0], radius: 1 });
  throws(() => disk.boundary(5, rng(1), "initial"), OptionsError, /needs a time axis/);
  throws(() => disk.boundary(5, rng(1), { axis: "z" }), OptionsError, /unknown axis z/);
  throws(() => disk.boundary(5, rng(1), { axis: "x" }), DomainError, /no flat face/);
  throws(() => disk.distanceExpression({ axis: "x" }), DomainError, /no flat face/);
  throws(() => disk.boundary(5, rng(1), { edge: 0 }), OptionsError, /no edge 0/);
  throws(() => disk.boundary(5, rng(1), { where: () => false }), DomainError, /no points on the boundary/);
  throws(() => disk.distanceExpression("initial"), OptionsError, /needs a time axis/);
  throws(() => disk.interior(0, rng(1)), OptionsError, /count is 0/);
  throws(() => disk.contains(new Float64Array(3)), ShapeError, /Domain: points/);
});

test.run();
