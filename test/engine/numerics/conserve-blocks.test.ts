/** Conservation of block means, for any rain. */
import fc from "fast-check";
import { DomainError, OptionsError, ShapeError } from "../../../engine/index.ts";
import { conserveBlocks } from "../../../engine/numerics/index.ts";
import { assert, close, test, throws } from "../../harness.ts";

test("conserveBlocks gives every block its coarse mean to 1e-6, nothing negative, for any rain and any cap", () => {
  const amount = fc.oneof(
    fc.constant(0),
    fc.double({ min: 1e-9, max: 1e-6, noNaN: true }),
    fc.double({ min: 0, max: 200, noNaN: true }),
  );
  const exact = fc.array(amount, { minLength: 2 * 16, maxLength: 2 * 16 });
  const property = fc.property(
    exact,
    fc.array(amount, { minLength: 2 * 4, maxLength: 8 }),
    fc.integer({ min: 1, max: 20 }),
    (r, y, cap) => {
      for (const kind of [Float64Array, Float32Array]) {
        const out = conserveBlocks(
          { values: kind.from(r), shape: [2, 4, 4] },
          { values: kind.from(y), shape: [2, 2, 2] },
          2,
          { cap },
        );
        const want = kind.from(y);
        for (let b = 0; b < 8; b++) {
          const corner = Math.floor(b / 4) * 16 + Math.floor((b % 4) / 2) * 8 + (b % 2) * 2;
          const mean = [0, 1, 4, 5].reduce((s, d) => s + out.values[corner + d]! / 4, 0);
          close(mean, want[b]!, 1e-6 * want[b]! + 1e-30, `block ${b}`);
        }
        assert.ok(out.values.every((v) => v >= 0));
      }
    },
  );
  fc.assert(property);
});

test("conserveBlocks leaves a conserving field alone, keeps zeros of a wet block, and fills a dry block evenly", () => {
  const fine = { values: Float64Array.of(0, 4, 0, 0, 2, 2, 0, 0), shape: [1, 2, 4] };
  const same = conserveBlocks(fine, { values: Float64Array.of(2, 0), shape: [1, 1, 2] }, 2);
  [0, 4, 0, 0, 2, 2, 0, 0].forEach((v, i) => {
    close(same.values[i]!, v, 1e-14);
  });
  const dry = { values: new Float64Array(4), shape: [1, 2, 2] };
  assert.equal([...conserveBlocks(dry, { values: Float64Array.of(3), shape: [1, 1, 1] }, 2).values], [3, 3, 3, 3]);
});

test("shapes that do not fit, negative and missing rain, and a cap below 1 are refused by name", () => {
  const expect = (run: () => unknown, type: new (...args: never[]) => Error, part: RegExp) => throws(run, type, part);
  const fine = { values: new Float32Array(16), shape: [1, 4, 4] };
  const one = { values: Float32Array.of(1), shape: [1, 1, 1] };
  expect(() => conserveBlocks(fine, one, 2), ShapeError, /conserveBlocks: fine/);
  expect(() => conserveBlocks({ ...fine, values: fine.values.with(3, NaN) }, one, 4), DomainError, /NaN at index 3/);
  expect(() => conserveBlocks(fine, { ...one, values: Float32Array.of(-1) }, 4), DomainError, /rain is -1/);
  expect(() => conserveBlocks(fine, one, 4, { cap: 0.5 }), OptionsError, /cap/);
});

test.run();
