/** How λ goes on from an accepted step. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { OptionsError } from "../../../engine/errors.ts";
import { gaussNewton, startGaussNewton } from "../../../solvers/optimizer/gauss-newton.ts";
import type { LeastSquaresProgram } from "../../../solvers/residual/program.ts";

/** A program whose trials lower the loss from a λ on. */
const program = (least: number) => {
  const theta = new Float64Array(1);
  const one = Float64Array.of(1);
  return {
    ...{ size: 1, rows: 1 },
    linearize: async () => ({ rows: one, jacobian: one, matrix: one, diagonal: one, gradient: one, loss: 1 }),
    trial: async (_: Float64Array, shift: number) => ({ theta, delta: one, bend: one, loss: shift >= least ? 0.5 : 2 }),
  } as unknown as LeastSquaresProgram;
};

test("a λ that was searched for is divided by its own number, one that was right at once by the other", async () => {
  const after = async (options: object, damping: number) => {
    const run = startGaussNewton(gaussNewton({ damping, ...options }), program(1e-3));
    const { trials } = await run.step(new Float64Array(1));
    return [trials, run.damping];
  };
  assert.equal(await after({}, 2e-3), [1, 2e-3 / 5]);
  assert.equal(await after({ decreaseAfterRefusal: 1 }, 2e-3), [1, 2e-3 / 5]);
  // 3e-4, 6e-4 are refused.
  assert.equal(await after({}, 3e-4), [3, 12e-4 / 5]);
  assert.equal(await after({ decreaseAfterRefusal: 1 }, 3e-4), [3, 12e-4]);
  assert.equal(await after({ decreaseAfterRefusal: 1.5 }, 3e-4), [3, 12e-4 / 1.5]);
  assert.not.ok("decreaseAfterRefusal" in gaussNewton(), "records of runs without it stay as they are");
  assert.throws(
    () => gaussNewton({ decreaseAfterRefusal: 0.5 }),
    (error: unknown) => error instanceof OptionsError,
  );
});

test.run();
