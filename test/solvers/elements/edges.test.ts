/** Values on edges, walls and vertices of shapes: cuts of the mesh lie there. */
import fc from "fast-check";
import { rng } from "../../../engine/index.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { evaluateAt } from "../../../equations/expression/index.ts";
import { type Cell, Mesh, regionOf, solveByElements } from "../../../solvers/elements/index.ts";
import { type DomainSpec, pde } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

/** Steps on a lattice, an L and a T among them, turned by an angle. */
const steps = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 4 }), fc.constantFrom(0, 0, 0.3, 1.1))
  .map(([heights, angle]) => {
    const ring = [
      [0, 0],
      [heights.length, 0],
      ...heights
        .flatMap((h, k) =>
          [
            [k + 1, h],
            [k, h],
          ].reverse(),
        )
        .reverse(),
    ];
    const same = (p: readonly number[], q: readonly number[]) => p[0] === q[0] && p[1] === q[1];
    const once = ring.filter((p, k) => !same(p, ring[(k + 1) % ring.length]!));
    const isTurn = (p: readonly number[], k: number) => {
      const [a, b] = [once.at(k - 1)!, once[(k + 1) % once.length]!];
      return ![0, 1].some((i) => a[i] === p[i] && p[i] === b[i]);
    };
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const vertices = once.filter(isTurn).map(([x, y]) => [(c * x! - s * y!) / 2, (s * x! + c * y!) / 2] as const);
    return { shape: "polygon" as const, vertices };
  });

/** Vertices about a point, at even angles and uneven distances. */
const star = fc.array(fc.double({ min: 0.45, max: 1, noNaN: true }), { minLength: 3, maxLength: 8 }).map((lengths) => ({
  shape: "polygon" as const,
  vertices: lengths.map((length, k) => {
    const angle = 0.2 + (2 * Math.PI * k) / lengths.length;
    return [length * Math.cos(angle), length * Math.sin(angle)] as const;
  }),
}));

const size = fc.double({ min: 0.4, max: 1, noNaN: true });
const ellipse = fc
  .tuple(size, size, fc.constantFrom(0, 0.7))
  .map(([a, b, angle]) => ({ shape: "ellipse" as const, center: [0.1, 0] as const, radii: [a, b] as const, angle }));
const rectangle = fc
  .tuple(size, size)
  .map(([a, b]) => ({ x: [-a, a] as [number, number], y: [-b / 2, b] as [number, number] }));
const mesh = fc.oneof(steps, star).map(({ vertices }) => ({
  mesh: { points: vertices, facets: vertices.map((_, k) => [k, (k + 1) % vertices.length]) },
}));
const part = fc.oneof(steps, star, ellipse, rectangle);
const combination = fc
  .tuple(fc.constantFrom("union", "difference", "intersection"), part, part)
  .map(([kind, a, b]) => ({ [kind]: [a, b] }));

/** A part of its bounding box that can be drawn from. */
const isWide = (spec: DomainSpec) => {
  try {
    const { low, high, volume } = domainOf(spec);
    return volume > 0.1 * (high[0]! - low[0]!) * (high[1]! - low[1]!);
  } catch {
    return false;
  }
};
const shapes = fc
  .oneof(part, mesh, combination, combination)
  .map((spec) => spec as unknown as DomainSpec)
  .filter(isWide);

/** Points on the boundary, on the vertices among them, and on it where lines across the box at such shares meet it. */
function edgePoints(spec: DomainSpec): Float64Array {
  const domain = domainOf(spec);
  const { shape } = regionOf(spec)!;
  const [point, normal] = [new Float64Array(2), new Float64Array(2)];
  const ends = shape!.pieces.flatMap((_, piece) =>
    [0, 0.125, 0.25, 0.5, 0.75].flatMap((at) => {
      shape!.place(piece, at, point, normal);
      return [...point];
    }),
  );
  const drawn = domain.boundary(200, rng(1)).points;
  const all = Float64Array.from([...ends, ...drawn]);
  const isOn = domain.signedDistance(all).map((d) => Number(Math.abs(d) < 1e-12));
  return all.filter((_, i) => isOn[i >> 1] === 1);
}

const runs = { seed: 1, endOnFailure: true } as const;

/** A mesh that is cut in halves at random, and at its walls. */
function cutMesh(spec: DomainSpec, cuts: number): Mesh {
  const region = regionOf(spec)!;
  const made = new Mesh(region, 1);
  for (const { flat } of region.shape?.pieces ?? [])
    for (const cell of flat ? made.elements().slice(0, 12) : [])
      if (cell.low[flat!.axis]! < flat!.value && cell.high[flat!.axis]! > flat!.value)
        made.split(cell, flat!.axis, flat!.value);
  const draw = rng(2);
  for (let k = 0; k < cuts; k++) {
    const elements = made.elements();
    const cell = elements[Math.floor(draw.uniform() * elements.length)]!;
    const axis = k === 0 || draw.uniform() < 0.5 ? 0 : 1;
    made.split(cell, axis, (cell.low[axis]! + cell.high[axis]!) / 2);
  }
  return made;
}

test("the element of a point on an edge or a vertex has a part of the shape beside the point", () => {
  fc.assert(
    fc.property(
      shapes.filter((spec) => regionOf(spec)!.shape !== undefined),
      (spec) => {
        const made = cutMesh(spec, 40);
        const { shape } = made.region;
        const points = edgePoints(spec);
        const ring = Array.from({ length: 2000 }, (_, k) => (2 * Math.PI * k) / 2000);
        for (let i = 0; i < points.length; i += 2) {
          const cell = made.elementAt(points, i);
          assert.ok(cell, `no element at ${points.subarray(i, i + 2)}`);
          const { low, high } = cell!;
          const isBeside = ring.some((angle) => {
            const [x, y] = [points[i]! + 1e-5 * Math.cos(angle), points[i + 1]! + 1e-5 * Math.sin(angle)];
            return x > low[0]! && x < high[0]! && y > low[1]! && y < high[1]! && shape!.inside(x, y);
          });
          assert.ok(isBeside, `the element of ${points.subarray(i, i + 2)} has the box ${low} to ${high}`);
        }
      },
    ),
    { ...runs, numRuns: 25 },
  );
});

/** The first fiftieth of an edge lies beyond the cut in halves. */
const edgeFromACut = {
  shape: "polygon",
  vertices: [
    [-0.02, -1],
    [1, 0.8],
    [-1, 0.7],
  ],
} as const;

test("the boundary in a cell lies in the cell, up to a thousandth of what was cut, and all of it is in one", () => {
  fc.assert(
    fc.property(
      shapes.filter((spec) => regionOf(spec)!.shape !== undefined),
      (spec) => {
        const made = cutMesh(spec, 60);
        const { shape, low, high } = made.region;
        const [point, normal] = [new Float64Array(2), new Float64Array(2)];
        const most = 1.01e-3 * Math.max(high[0]! - low[0]!, high[1]! - low[1]!);
        let length = 0;
        const visit = (cell: Cell): void => {
          if (cell.split) for (const child of cell.split.children) visit(child);
          else
            for (const { piece, from, to } of cell.stretches) {
              length += (to - from) * shape!.pieces[piece]!.measure;
              for (const share of [0, 1e-3, 0.5, 1]) {
                shape!.place(piece, from + share * (to - from), point, normal);
                for (const k of [0, 1])
                  assert.ok(
                    point[k]! > cell.low[k]! - most && point[k]! < cell.high[k]! + most,
                    `${point} in ${cell.id}`,
                  );
              }
            }
        };
        visit(made.root);
        const { measure, measureError } = domainOf(spec).boundary(2000, rng(4));
        assert.ok(Math.abs(length - measure) < 2e-3 * measure + 3 * measureError, `${length} of ${measure}`);
      },
    ),
    { ...runs, numRuns: 25, examples: [[edgeFromACut]] },
  );
});

test("rectangles side by side are one region, also where a cell or a face has its middle on their common edge", () => {
  const row = (...ends: readonly number[]) => ({
    union: ends.slice(1).map((x, k) => ({ x: [ends[k]!, x] as const, y: [0, 1] as const })),
  });
  for (const spec of [row(0, 1, 2), row(0, 0.5, 1, 2), { union: [row(0, 1, 2).union[0]!, { x: [0, 1], y: [1, 2] }] }]) {
    const made = cutMesh(spec as unknown as DomainSpec, 6);
    const area = made.elements().reduce((sum, { low, high }) => sum + (high[0]! - low[0]!) * (high[1]! - low[1]!), 0);
    assert.is(area, 2);
    const points = domainOf(spec as unknown as DomainSpec).interior(200, rng(7));
    for (let i = 0; i < points.length; i += 2) assert.ok(made.elementAt(points, i), `${points.subarray(i, i + 2)}`);
  }
});

test("every place of an outline has an element, also where it leaves a cell just beyond a corner", () => {
  const spec: DomainSpec = {
    difference: [
      { x: [0, 2.2], y: [0, 0.41] },
      { shape: "ball", center: [0.2, 0.2], radius: 0.05 },
    ],
  };
  for (const cut of [0.2353, 0.2354, 0.2356, 0.236]) {
    const made = new Mesh(regionOf(spec)!, 6);
    for (const [axis, at] of [
      [0, cut],
      [0, 0.22132],
      [1, 0.164],
      [1, 0.169248],
    ] as const)
      for (const cell of made.elements()) if (cell.low[axis]! < at && at < cell.high[axis]!) made.split(cell, axis, at);
    for (let i = 0; i < 40_000; i++) {
      const angle = (2 * Math.PI * i) / 40_000;
      const place = [0.2 + 0.05 * Math.cos(angle), 0.2 + 0.05 * Math.sin(angle)];
      assert.ok(made.elementAt(place, 0), `cut at ${cut}: ${place}`);
    }
    assert.is(made.elementAt([3, 0.2], 0), undefined);
  }
});

test("values on edges and vertices of shapes are as near to the condition as those inside", () => {
  fc.assert(
    fc.property(shapes, (spec) => {
      const problem = pde({
        ...{ name: "edges", domain: spec as never, equations: "-lap(u) = source" },
        ...{ manufactured: "exp(2*x)*cos(2*y) + sin(4*x+3*y)", conditions: ["u = exact"] },
      } as never);
      const usual = { clock: () => 0, tolerance: 1e-14, seconds: Number.POSITIVE_INFINITY };
      const { pieces } = solveByElements(problem, { ...usual, meshes: 2 })!;
      const off = (points: Float64Array) => {
        const truth = evaluateAt(problem.exact![0]!, points, 2, problem.constants);
        return pieces
          .at(points)(0, [0, 0])
          .reduce((most, v, i) => Math.max(most, Math.abs(v - truth[i]!)), 0);
      };
      const inside = off(domainOf(spec).interior(1000, rng(5)));
      const isBox = regionOf(spec)!.shape === undefined;
      const beside = off(isBox ? domainOf(spec).boundary(200, rng(6)).points : edgePoints(spec));
      assert.ok(beside < 10 * Math.max(inside, 1e-8), `${beside} beside ${inside}`);
    }),
    { ...runs, numRuns: 6 },
  );
});

test("the flow in a stepped channel rests on its walls, and has no value outside", () => {
  const on = (...edges: number[]) => edges.map((edge) => ({ edge }));
  const problem = pde({
    name: "step",
    domain: {
      shape: "polygon",
      vertices: [0, 0, 4, 0, 4, 2, 2, 2, 2, 1, 0, 1].flatMap((x, i, all) => (i % 2 ? [] : [[x, all[i + 1]!] as const])),
    },
    ...{ unknowns: ["u", "v", "p"], equations: ["lap(u) = p_x", "lap(v) = p_y", "u_x + v_y = 0"] },
    conditions: [
      { type: "dirichlet", equation: "u = 4*y*(1-y)", on: on(5) },
      { type: "robin", equation: "u_x - p = 0", on: on(1) },
      { type: "neumann", equation: "v_x = 0", on: on(1) },
      { type: "dirichlet", equation: "u = 0", on: on(0, 2, 3, 4) },
      { type: "dirichlet", equation: "v = 0", on: on(0, 2, 3, 4, 5) },
    ],
  } as never);
  const usual = { clock: () => 0, tolerance: 1e-14, seconds: Number.POSITIVE_INFINITY };
  const { pieces } = solveByElements(problem, { ...usual, meshes: 4 })!;
  const walls = Array.from({ length: 21 }, (_, k) => k / 20).flatMap((s) => [
    2,
    1 + s,
    2 * s,
    1,
    2 + 2 * s,
    2,
    4 * s,
    0,
  ]);
  const values = pieces.at(Float64Array.from([...walls, 1, 1.5, 5, 1]));
  for (const k of [0, 1]) {
    const all = values(k, [0, 0]);
    assert.ok(
      all.subarray(0, -2).every((v) => Math.abs(v) < 2e-2),
      `${all}`,
    );
    assert.ok([...all.subarray(-2)].every(Number.isNaN), "outside");
  }
});

test.run();
