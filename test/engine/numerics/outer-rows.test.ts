/** Rows of outer products by WebAssembly against sums written out. */

import { rng } from "../../../engine/index.ts";
import { type OuterBlock, type OuterGroup, outerRows } from "../../../engine/numerics/index.ts";
import { assert, test } from "../../harness.ts";

/** Groups with arrays of their own: layers as [inputs, outputs, products, bias], with every third h shared. */
function made(
  shapes: readonly { count: number; sum: boolean; layers: readonly [number, number, number, boolean][] }[],
) {
  const lengths: number[] = [];
  const groups = shapes.map(({ count, sum, layers }): OuterGroup => {
    let offset = 1;
    const blocks = layers.map(([inputs, outputs, number, bias]): OuterBlock => {
      const products = Array.from({ length: number }, (_, k) => {
        const shared = k % 3 === 2;
        lengths.push(shared ? inputs : count * inputs, count * outputs);
        return { h: lengths.length - 2, shared, z: lengths.length - 1, value: k % 4 === 0 };
      });
      const block = { offset, inputs, outputs, bias, products };
      offset += (inputs + (bias ? 1 : 0)) * outputs;
      return block;
    });
    return { count, sum, blocks };
  });
  return { lengths, groups };
}

/** The same in four loops. */
function expected(arrays: readonly Float64Array[], groups: readonly OuterGroup[], columns: number): number[][] {
  return groups.flatMap(({ count, sum, blocks }) => {
    const rows = Array.from({ length: sum ? 1 : count }, () => new Array<number>(columns).fill(0));
    for (let i = 0; i < count; i++) {
      const row = rows[sum ? 0 : i]!;
      for (const { offset, inputs, outputs, bias, products } of blocks) {
        for (const { h, shared, z, value } of products) {
          for (let b = 0; b < outputs; b++) {
            const factor = arrays[z]![i * outputs + b]!;
            for (let a = 0; a < inputs; a++) {
              row[offset + a * outputs + b]! += arrays[h]![(shared ? 0 : i * inputs) + a]! * factor;
            }
            if (bias && value) row[offset + inputs * outputs + b]! += factor;
          }
        }
      }
    }
    return rows;
  });
}

test("rows are sums of outer products, for even and odd widths, one output, no products, and more of them than are held at once", () => {
  const { lengths, groups } = made([
    {
      count: 5,
      sum: false,
      layers: [
        [2, 7, 3, true],
        [7, 4, 14, true],
        [4, 1, 2, true],
        [1, 1, 1, false],
        [3, 2, 0, true],
        [5, 1, 13, true],
      ],
    },
    { count: 1, sum: false, layers: [[3, 3, 2, true]] },
    {
      count: 9,
      sum: true,
      layers: [
        [2, 5, 8, true],
        [6, 1, 3, true],
      ],
    },
  ]);
  const columns = 90;
  const made2 = outerRows(lengths, groups, columns)!;
  for (const seed of [1, 2]) {
    for (const [k, array] of made2.arrays.entries()) array.set(rng(seed).split(`${k}`).normal(array.length));
    made2.run();
    const truth = expected(made2.arrays, groups, columns).flat();
    assert.is(made2.matrix.length, truth.length);
    const worst = truth.reduce((most, v, i) => Math.max(most, Math.abs(v - made2.matrix[i]!)), 0);
    assert.ok(worst < 1e-13, `${worst}`);
  }
});

test("factors of several products may stand in one array, one after the other", () => {
  const [count, inputs, outputs] = [3, 4, 5];
  const block = (products: OuterBlock["products"]) => ({ offset: 0, inputs, outputs, bias: true, products });
  const one = (k: number) => ({ h: 2 * k, shared: k === 2, z: 2 * k + 1, value: k < 2 });
  const apart = [{ count, sum: false, blocks: [block([one(0), one(1), one(2), one(3)])] }];
  const places = [0, 1, 3].flatMap((k, i) => [{ h: 0, shared: false, z: 1, value: k < 2, after: i * count }]);
  const shared = { h: 2, shared: true, z: 3, value: false, after: count };
  const together = [{ count, sum: false, blocks: [block([places[0]!, places[1]!, shared, places[2]!])] }];
  const columns = (inputs + 1) * outputs;
  const first = outerRows(
    [0, 1, 2, 3].flatMap((k) => [k === 2 ? inputs : count * inputs, count * outputs]),
    apart,
    columns,
  )!;
  const second = outerRows([3 * count * inputs, 3 * count * outputs, inputs, 2 * count * outputs], together, columns)!;
  for (const [i, array] of first.arrays.entries()) array.set(rng(7).split(`${i}`).normal(array.length));
  const [h0, z0, h1, z1, h2, z2, h3, z3] = first.arrays as Float64Array[];
  const joined = [[h0, h1, h3], [z0, z1, z3], [h2], [new Float64Array(count * outputs), z2]];
  for (const [i, parts] of joined.entries()) second.arrays[i]!.set(parts.flatMap((part) => Array.from(part!)));
  first.run();
  second.run();
  assert.equal(second.matrix, first.matrix);
});

test("rows of hundreds of products, whose instructions are no list of arguments, are their sums", () => {
  const { lengths, groups } = made([{ count: 3, sum: false, layers: [[12, 12, 2500, true]] }]);
  const rows = outerRows(lengths, groups, 160)!;
  for (const [k, array] of rows.arrays.entries()) array.set(rng(3).split(`${k}`).normal(array.length));
  rows.run();
  const truth = expected(rows.arrays, groups, 160).flat();
  const worst = truth.reduce((most, v, i) => Math.max(most, Math.abs(v - rows.matrix[i]!)), 0);
  assert.ok(worst < 1e-10, `${worst}`);
});

test("more instructions than a function of WebAssembly may have are refused, for another way to be taken", () => {
  const products = Array.from({ length: 60 }, () => ({ h: 0, shared: false, z: 1, value: false }));
  const block = { offset: 0, inputs: 2, outputs: 18_000, bias: false, products };
  assert.is(outerRows([2, 18_000], [{ count: 1, sum: false, blocks: [block] }], 36_000), undefined);
});

test("what a memory of WebAssembly cannot hold is refused, for another way to be taken", () => {
  const block = { offset: 0, inputs: 1, outputs: 1, bias: false, products: [] };
  assert.is(outerRows([], [{ count: 30_000, sum: false, blocks: [block] }], 20_000), undefined);
});

test.run();
