/** Holes of domains. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { holesOf } from "../../../solvers/domain/holes.ts";

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

test.run();
