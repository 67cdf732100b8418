// Inside: a kernel.
/** Insides of polygons with many corners. */
import { rng } from "../../../engine/index.ts";
import { Field } from "../../../io/index.ts";
import { polygonAreas } from "../../../verification/index.ts";
import { crossingsOf, isInside, type Ring } from "../../../verification/series/crossings.ts";
import { assert, axis, evenly, test } from "../../harness.ts";

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

const collection = (polygons: readonly (readonly Ring[])[]) => ({
  type: "FeatureCollection",
  features: polygons.map((coordinates) => ({ type: "Feature", geometry: { type: "Polygon", coordinates } })),
});

test("a cell belongs to the first polygon that holds its centre, wherever longitudes begin and whichever way they run", () => {
  const random = rng(6);
  const lats = evenly(30, -58.5, 4);
  for (const lons of [
    evenly(60, 3, 6),
    evenly(60, -177, 6),
    evenly(60, 357, -6),
    evenly(60, 150, 6).map((x) => ((x + 180) % 360) - 180),
  ]) {
    // Rings over each other, some with a hole, some across the seam; a whole number meets centres and corners exactly.
    const polygons = Array.from({ length: 12 }, (_, k) => {
      const round = k % 2 === 0 ? (v: number) => 3 * Math.round(v / 3) : (v: number) => v;
      const [x, y, size] = [360 * random.uniform() - 180, 120 * random.uniform() - 60, 10 + 30 * random.uniform()];
      return [size, size / 2].slice(0, 1 + (k % 3 === 0 ? 1 : 0)).map(
        (r): Ring =>
          Array.from({ length: 9 }, (_, i) => {
            const angle = (2 * Math.PI * i) / 9;
            return [
              round(x + r * Math.cos(angle)),
              Math.max(-90, Math.min(90, round(y + r * Math.sin(angle)))),
            ] as const;
          }),
      );
    });
    const degrees = (name: string, values: Float64Array, units: string) => axis(name, values, { units });
    const field = new Field({
      ...{ name: "pr", dims: ["lat", "lon"], shape: [30, 60], values: new Float32Array(1800) },
      coordinates: [degrees("lat", lats, "degrees_north"), degrees("lon", lons, "degrees_east")],
    });
    const { labels } = polygonAreas("drawn", collection(polygons), field);
    const want = Array.from(labels, (_, i) =>
      polygons.findIndex((rings) =>
        [0, -360, 360].some((turn) => holds(rings, lons[i % 60]! + turn, lats[Math.floor(i / 60)]!)),
      ),
    );
    assert.equal([...labels], want);
    assert.ok(new Set(want).size > 8);
  }
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
  const circles = Array.from({ length: 50 }, (_, k): Ring[] => {
    const [x, y] = [25 + 50 * (k % 8), 25 + 50 * Math.floor(k / 8)];
    const at = (angle: number) => [x + 24 * Math.cos(angle), y + 24 * Math.sin(angle)] as const;
    return [Array.from({ length: corners }, (_, i) => at((2 * Math.PI * i) / corners))];
  });
  const { labels } = polygonAreas("circles", collection(circles), field);
  const counts = new Float64Array(50);
  for (const label of labels) if (label >= 0) counts[label]!++;
  // The error of counting cells in a circle of radius r is below r.
  for (const count of counts) assert.ok(Math.abs(count - Math.PI * 24 ** 2) < 24, `${count}`);
});

test.run();
