/** Radar rain over real terrain, beside explicit finite volumes on squares of 75 m. */
import { floodOf, type Gridded, rain, terrain } from "../../examples/overland-flow.ts";
import { readField } from "../../io/index.ts";
import { assert, test } from "../harness.ts";

/** Water at the end in mm km², and the deepest at any time: central differences, explicit in time. */
function byVolumes(ground: Gridded, fallen: Gridded): { readonly volume: number; readonly deepest: number } {
  const [cells, h, dt] = [80, 0.075, 0.0025];
  const { x, y } = ground.axes;
  const step = x[1]! - x[0]!;
  const height = (i: number, j: number) => ground.values[i * y.length + j]!;
  // Through four heights along either axis.
  const weights = (at: number) => {
    const first = Math.min(x.length - 4, Math.max(0, Math.floor(at / step) - 1));
    const nodes = [0, 1, 2, 3].map((k) => first + k);
    const shares = nodes.map((n) =>
      nodes.reduce((product, m) => (m === n ? product : (product * (at / step - m)) / (n - m)), 1),
    );
    return { first, shares };
  };
  const z = (px: number, py: number) => {
    const [along, up] = [weights(px), weights(py)];
    return along.shares.reduce(
      (sum, p, i) => sum + p * up.shares.reduce((own, q, j) => own + q * height(along.first + i, up.first + j), 0),
      0,
    );
  };
  const d = 1e-3;
  const slopes = (px: number, py: number) =>
    [z(px + d, py) - z(px - d, py), z(px, py + d) - z(px, py - d)].map((v) => v / (2 * d));
  // A film of 1 mm beyond the edges.
  const width = cells + 2;
  let depth = new Float64Array(width * width).fill(1);
  const speeds = [0, 1].map((axis) =>
    Float64Array.from({ length: width * width }, (_, n) => {
      const [i, j] = [Math.floor(n / width) - 1, (n % width) - 1];
      // On the face to the next square.
      const g = slopes((i + (axis === 0 ? 1 : 0.5)) * h, (j + (axis === 1 ? 1 : 0.5)) * h);
      return ((-3600 * 1e-3 ** (13 / 6)) / 0.1 / (25 + g[0]! ** 2 + g[1]! ** 2) ** 0.25) * g[axis]!;
    }),
  );
  let deepest = 1;
  for (let k = 0; k < 2 / dt; k++) {
    const next = depth.slice();
    for (const [axis, v] of speeds.entries()) {
      const stride = axis === 0 ? width : 1;
      for (let i = axis === 0 ? 0 : 1; i <= cells; i++)
        for (let j = axis === 1 ? 0 : 1; j <= cells; j++) {
          const n = i * width + j;
          const [here, there] = [depth[n]!, depth[n + stride]!];
          const isEdge = (axis === 0 ? i : j) % cells === 0;
          // The film is at the edge, half a square away.
          const moved =
            (dt *
              ((v[n]! * (here ** (5 / 3) + there ** (5 / 3))) / 2 - ((isEdge ? 2 : 1) * 0.2 * (there - here)) / h)) /
            h;
          next[n]! -= moved;
          next[n + stride]! += moved;
        }
    }
    for (let i = 1; i <= cells; i++)
      for (let j = 1; j <= cells; j++) {
        const [a, b] = [i, j].map((one) => Math.floor((one - 0.5) * h)) as [number, number];
        if ((k + 0.5) * dt < 1) next[i * width + j]! += dt * fallen.values[a * 6 + b]!;
        deepest = Math.max(deepest, next[i * width + j]!);
      }
    for (let i = 0; i < width; i++)
      for (const n of [i, (width - 1) * width + i, i * width, i * width + width - 1]) next[n] = 1;
    depth = next;
  }
  let volume = 0;
  for (let i = 1; i <= cells; i++) for (let j = 1; j <= cells; j++) volume += h * h * depth[i * width + j]!;
  return { volume, deepest };
}

test("rain of two members on smoothed hills runs off as finite volumes have it, and members differ", async () => {
  const [ground, members] = [await terrain(), await rain(2, 1)];
  const dem = await readField(new URL("../data/corpus/tiff/stars_olinda_dem_utm25s.tif", import.meta.url).pathname);
  assert.ok(Math.max(...ground.values) < Math.max(...dem.values) && Math.min(...ground.values) > 5);
  assert.ok(members[0]!.values.some((v, k) => Math.abs(v - members[1]!.values[k]!) > 1));
  for (const fallen of members) {
    const found = await floodOf(ground, fallen, 12, 1);
    assert.is.not(found.status, "doubtful");
    const truth = byVolumes(ground, fallen);
    // Central differences on these squares are off by about 1 %.
    assert.ok(Math.abs(found.volume - truth.volume) < 0.03 * truth.volume, `${found.volume} ${truth.volume}`);
    assert.ok(Math.abs(found.deepest - truth.deepest) < 0.1 * truth.deepest, `${found.deepest} ${truth.deepest}`);
  }
});

test.run();
