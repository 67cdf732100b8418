import { rng } from "../../../engine/index.ts";
import { cellMotion } from "../../../engine/numerics/index.ts";
import { assert, test } from "../../harness.ts";

const [rows, columns] = [64, 80];

/** Smooth rain: sums of bumps that move with the given way, dry beyond the half of the map. */
function bumps(way: (y: number, x: number) => readonly [number, number], from: (x: number) => boolean = () => true) {
  const random = rng(5);
  const places = Array.from({ length: 160 }, () => {
    const [u, v, w] = random.uniform(3) as unknown as [number, number, number];
    return [u * rows, v * columns, 0.5 + w] as const;
  }).filter(([, x]) => from(x));
  const map = (share: number) => {
    const out = new Float32Array(rows * columns);
    for (const [y0, x0, height] of places) {
      const [down, right] = way(y0, x0);
      const [yc, xc] = [y0 + share * down, x0 + share * right];
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++)
          out[y * columns + x]! += height * Math.exp(-((y - yc) ** 2 + (x - xc) ** 2) / 8);
      }
    }
    return out;
  };
  return [map(0), map(1)] as const;
}

const at = (values: Float32Array, y: number, x: number) => values[y * columns + x]!;

test("rain that moves as a whole is found to a third of a cell, farther than the local search goes", () => {
  const [before, after] = bumps(() => [6.5, -3]);
  const { down, right } = cellMotion(before, after, rows, columns);
  for (const [y, x] of [
    [24, 20],
    [32, 40],
    [40, 50],
  ] as const) {
    assert.ok(Math.abs(at(down, y, x) - 6.5) < 0.34, `${at(down, y, x)}`);
    assert.ok(Math.abs(at(right, y, x) + 3) < 0.34, `${at(right, y, x)}`);
  }
});

test("parts of a map that move apart have motions of their own", () => {
  const [before, after] = bumps((_, x) => (x < columns / 2 ? [2, 0] : [-2, 0]));
  const { down } = cellMotion(before, after, rows, columns);
  assert.ok(at(down, 32, 10) > 1.3 && at(down, 32, 70) < -1.3, `${at(down, 32, 10)} ${at(down, 32, 70)}`);
});

test("dry places move as the rain around them, and a dry map stays", () => {
  const [before, after] = bumps(
    () => [1, 2],
    (x) => x < columns / 2,
  );
  const { down, right } = cellMotion(before, after, rows, columns);
  assert.ok(Math.abs(at(down, 32, 75) - 1) < 0.5 && Math.abs(at(right, 32, 75) - 2) < 0.5);
  const dry = new Float32Array(rows * columns);
  assert.ok(cellMotion(dry, dry, rows, columns).down.every((v) => v === 0));
});

test("a map of a few cells, and one that rain has just reached, have finite motions", () => {
  const few = cellMotion(Float32Array.of(0, 1, 2, 0), Float32Array.of(1, 2, 0, 0), 2, 2);
  assert.ok([...few.down, ...few.right].every(Number.isFinite));
  const [, after] = bumps(() => [0, 0]);
  const { down, right } = cellMotion(new Float32Array(rows * columns), after, rows, columns);
  assert.ok([...down, ...right].every((v) => Number.isFinite(v) && Math.abs(v) < 20));
});

test.run();
