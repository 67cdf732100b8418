/** Holes of domains. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { holesOf } from "../../../solvers/domain/holes.ts";
import { close } from "../../close.ts";

const disk = (x: number, y: number, radius: number) => ({ shape: "disk", center: [x, y], radius }) as const;

test("a hole is what lies whole inside of what it is taken from, with its distance from the middle and the farthest corner", () => {
  const square = { x: [-1, 1], y: [-1, 1] } as const;
  const at = [0.25, -0.25];
  assert.equal(holesOf({ difference: [square, disk(0.25, -0.25, 0.125)] }), [
    { center: at, radius: 0.125, far: Math.hypot(1.25, 1.25) },
  ]);
  // A slit of a box: the nearest boundary is half its width away.
  assert.is(holesOf({ difference: [square, { x: [-0.5, 0.5], y: [-0.125, 0.125] }] })[0]!.radius, 0.125);
  // A corner that is cut off is none, nor is a square.
  assert.equal(holesOf({ difference: [square, { x: [0, 1], y: [0, 1] }] }), []);
  assert.equal(holesOf(square), []);
  assert.equal(holesOf({ difference: [square, { union: [disk(-0.5, 0, 0.1), disk(0.5, 0, 0.1)] }] }).length, 2);
  const ball = { shape: "ball", center: [0, 0, 0] } as const;
  assert.is(
    holesOf({
      difference: [
        { ...ball, radius: 2 },
        { ...ball, radius: 0.5 },
      ],
    })[0]!.far,
    2 * Math.sqrt(3),
  );
});

test("the rings of a polygon and of GeoJSON are holes where their middle is in them", () => {
  const outline = [
    [0, 0],
    [4, 0],
    [4, 4],
    [0, 4],
  ] as const;
  const square = [
    [1, 1],
    [1, 2],
    [2, 2],
    [2, 1],
  ] as const;
  const bracket = [
    [2.5, 2.5],
    [3.5, 2.5],
    [3.5, 2.6],
    [2.6, 2.6],
    [2.6, 3.5],
    [2.5, 3.5],
  ] as const;
  const expected = [{ center: [1.5, 1.5], radius: 0.5, far: Math.hypot(2.5, 2.5) }];
  assert.equal(holesOf({ shape: "polygon", vertices: outline, holes: [square, bracket] }), expected);
  const closed = (ring: readonly (readonly number[])[]) => [...ring, ring[0]!];
  const lake = { type: "Polygon", coordinates: [closed(outline), closed(square)] };
  const island = { type: "Polygon", coordinates: [closed(outline.map(([x, y]) => [x + 9, y]))] };
  assert.equal(holesOf({ shape: "geojson", geojson: lake }), expected);
  const coordinates = [lake.coordinates, island.coordinates];
  const [both] = holesOf({ shape: "geojson", geojson: { type: "MultiPolygon", coordinates } });
  assert.equal(both, { ...expected[0]!, far: Math.hypot(11.5, 2.5) });
});

test("what a formula leaves out inside of its box is a hole: of one formula, of one beside others, in two and three dimensions", () => {
  const within = { x: [-2, 2], y: [-2, 2] } as const;
  const texts = [
    "(x-0.3)^2 + y^2 > 0.25",
    "x^2+y^2 < 3 and (x-0.3)^2 + y^2 > 0.25",
    "((x-0.3)^2+y^2-0.25)*(3-x^2-y^2) > 0",
  ];
  for (const inside of texts) {
    const [hole, ...more] = holesOf({ inside, within });
    assert.is(more.length, 0, inside);
    close(hole!.center[0]!, 0.3, 1e-9);
    close(hole!.center[1]!, 0, 1e-9);
    close(hole!.radius, 0.5, 0.006);
  }
  assert.equal(holesOf({ inside: "x^2 + y^2 < 3", within }), []);
  // A bite out of the rim reaches the outside.
  assert.equal(holesOf({ inside: "x^2+y^2 < 3 and (x-1.5)^2 + y^2 > 0.25", within }), []);
  const [ball] = holesOf({ inside: "x^2 + y^2 + z^2 > 0.49", within: { ...within, z: [-1, 1] } });
  close(Math.hypot(...ball!.center), 0, 1e-9);
  close(ball!.radius, 0.7, 0.01);
});

test.run();
