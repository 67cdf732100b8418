/** Sums of dense parts by the multifrontal method against systems with known solutions. */
import { rng } from "../../../engine/index.ts";
import { assembledFronts } from "../../../engine/numerics/index.ts";
import { assert, close, test } from "../../harness.ts";

test("sums of dense parts are solved, with a zero block that has pivots behind other unknowns alone", () => {
  const random = rng(3);
  // A row of cells; each has five unknowns of its own, the last a multiplier, and shares two with each neighbour.
  const cells = 9;
  const unknowns = Array.from({ length: cells }, (_, c) =>
    Int32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8], (k) => 7 * c + k),
  );
  const count = 7 * cells + 2;
  const parts = unknowns.map(() =>
    Float64Array.from({ length: 81 }, (_, at) => {
      const [i, j] = [Math.floor(at / 9), at % 9];
      return i === 4 && j === 4 ? 0 : random.uniform() + (i === j ? 4 : 0);
    }),
  );
  const centres = Float64Array.from({ length: 2 * cells }, (_, i) => (i % 2 === 0 ? i / 2 : 0));
  const x = Float64Array.from({ length: count }, () => random.uniform() - 0.5);
  const b = new Float64Array(count);
  for (const [c, own] of unknowns.entries())
    for (let i = 0; i < 9; i++) for (let j = 0; j < 9; j++) b[own[i]!]! += parts[c]![9 * i + j]! * x[own[j]!]!;
  const { solve: solved, deficient } = assembledFronts(unknowns, count, centres).factor((c) => parts[c]!);
  assert.is(deficient, 0);
  solved(b).forEach((v, i) => void close(v, x[i]!, 1e-9));
  const singular = parts.map((part) => part.map((v, at) => (Math.floor(at / 9) === 4 || at % 9 === 4 ? 0 : v)));
  assert.is(assembledFronts(unknowns, count, centres).factor((c) => singular[c]!).deficient, cells);
});

test.run();
