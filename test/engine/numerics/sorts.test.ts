import { rng } from "../../../engine/index.ts";
import { FloatSorter } from "../../../engine/numerics/float-sort.ts";
import { argsort, sortedValues } from "../../../engine/numerics/radix-sort.ts";
import { assert, equalBy, test } from "../../harness.ts";

test("sorts are sorts, stable, for every bit pattern, with long runs, and for values that share their upper bits", () => {
  const stream = rng(8);
  for (const n of [1, 5, 47, 48, 5000, 20_000]) {
    const bits = new Uint32Array(Float64Array.from(stream.uniform(4 * n), (u) => Math.floor(u * 2 ** 32)));
    const finite = (v: number) => (Number.isFinite(v) ? v : 0);
    const normal = stream.normal(n);
    const cases = {
      bits32: new Float32Array(bits.buffer).slice(0, n).map(finite),
      bits64: new Float64Array(bits.buffer).slice(0, n).map(finite),
      ties: Float32Array.from(normal, Math.round),
      zeros: Float64Array.from(normal, (v, i) => (v < 0.5 ? (i % 2 === 0 ? 0 : -0) : v)),
      kelvin: normal.map((v) => 300 + 1e-9 * v),
      negative: normal.map((v) => -300 + 1e-9 * v),
      clipped: normal.map((v) => Math.max(v, 0)),
      sizes: normal.map((v, i) => (i % 2 ? -v * 1e300 : v * 1e-310)),
      heavy: normal.map((v) => Math.exp(20 * v)),
      crowded: normal.map((v) => v ** 7),
      short: Float32Array.of(3, -0, 0, -1),
    };
    for (const [name, x] of Object.entries(cases)) {
      const before = x.slice();
      const order = Array.from(x.keys()).sort((i, j) => x[i]! - x[j]! || i - j);
      const sorted = order.map((i) => x[i]! + 0);
      equalBy(Array.from(sortedValues(x)), (v) => v + 0, sorted, name);
      assert.equal([...argsort(x)], order, `${name} order`);
      if (x instanceof Float64Array) {
        const ranked = new FloatSorter(x.length).rank(x);
        assert.equal([...ranked.order.subarray(0, x.length)], order, `${name} order of the sorter`);
        for (const values of [ranked.values, new FloatSorter(x.length).values(x)])
          assert.equal(
            Array.from(values.subarray(0, x.length), (v) => v + 0),
            sorted,
            `${name} of the sorter`,
          );
      }
      assert.equal(x, before, `${name} is left as it was`);
    }
  }
});

test.run();
