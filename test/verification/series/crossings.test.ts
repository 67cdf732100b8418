// Inside: a kernel.
/** Insides of polygons with many corners. */
import { rng } from "../../../engine/index.ts";
import { Field } from "../../../io/index.ts";
import { crossingsOf, isInside, type Ring } from "../../../verification/series/crossings.ts";
import { polygonAreas } from "../../../verification/series/index.ts";
import { assert, axis, test } from "../../harness.ts";

/** Crossings of a line to the right are odd, edge by edge. */
function holds(rings: readonly Ring[], x: number, y: number): boolean {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [[x1, y1], [x2, y2]] = [ring[i]!, ring[j]!];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    }
  }
  return inside;
}

test("a point is inside where an odd number of edges lies to its right, of any rings and at corners too", () => {
  const random = rng(5);
  for (let k = 0; k < 60; k++) {
    // On whole numbers edges are level, upright and on top of each other.
    const round = k % 2 === 0 ? Math.round : (v: number) => v;
    const rings = Array.from({ length: 1 + (k % 3) }, (): Ring => {
      const count = k % 7 === 0 ? 2 : 3 + Math.floor(40 * random.uniform());
      return Array.from({ length: count }, () => [round(10 * random.uniform()), round(10 * random.uniform())] as const);
    });
    const edges = crossingsOf(rings);
    for (let y = -1; y <= 11; y += 0.5)
      for (let x = -1; x <= 11; x += 0.5) assert.is(isInside(edges.at(y), x), holds(rings, x, y), `${k}: ${x}, ${y}`);
  }
});

test("polygons without an extent hold nothing", () => {
  // biome-ignore format: a table
  const rows = [
    [], [[]], [[[1, 1]]], [[[1, 1], [5, 1], [3, 1]]],
  ] as readonly (readonly Ring[])[];
  for (const rings of rows) assert.is(isInside(crossingsOf(rings).at(1), 0), false);
});

test("fifty rings of 20 000 corners hold as many cells as their areas say", () => {
  const [size, corners] = [400, 20_000];
  const line = (name: string) =>
    axis(
      name,
      Float64Array.from({ length: size }, (_, i) => i + 0.5),
      { units: "km" },
    );
  const field = new Field({
    ...{ name: "pr", dims: ["y", "x"], shape: [size, size], values: new Float32Array(size * size) },
    coordinates: [line("y"), line("x")],
  });
  const features = Array.from({ length: 50 }, (_, k) => {
    const [x, y] = [25 + 50 * (k % 8), 25 + 50 * Math.floor(k / 8)];
    const ring = Array.from({ length: corners }, (_, i) => {
      const angle = (2 * Math.PI * i) / corners;
      return [x + 24 * Math.cos(angle), y + 24 * Math.sin(angle)];
    });
    return { type: "Feature", properties: { name: `${k}` }, geometry: { type: "Polygon", coordinates: [ring] } };
  });
  const { labels } = polygonAreas("circles", { type: "FeatureCollection", features }, field);
  const counts = new Float64Array(50);
  for (const label of labels) if (label >= 0) counts[label]!++;
  // The error of counting cells in a circle of radius r is below r.
  for (const count of counts) assert.ok(Math.abs(count - Math.PI * 24 ** 2) < 24, `${count}`);
});

test.run();
