/** How λ goes on from an accepted step. */
import { OptionsError } from "../../../engine/index.ts";
import { gaussNewton, type LeastSquaresProgram } from "../../../solvers/index.ts";
import { gaussNewtonStepper } from "../../../solvers/optimizer/index.ts";
import { assert, test } from "../../harness.ts";

/** A program whose trials fall short of the linear model by the share (edge/λ)⁴, as measured on networks. */
const quartic = (edge: number) => {
  const gradient = Float64Array.of(1);
  return {
    ...{ size: 1, rows: 1 },
    linearize: async () => ({
      ...{ rows: gradient, jacobian: gradient, matrix: gradient, diagonal: gradient, gradient },
      loss: 1,
    }),
    trial: async (_: Float64Array, shift: number) => {
      const delta = Float64Array.of(-1 / (1 + shift));
      // r = 1 and J = 1: the linear model falls from 1 to (1 + δ)².
      const foretold = 1 - (1 + delta[0]!) ** 2;
      return { theta: delta, delta, bend: delta, loss: 1 - (1 - (edge / shift) ** 4) * foretold };
    },
  } as unknown as LeastSquaresProgram;
};

/** λ after some steps, and the trials of each. */
async function stepped(damping: number, program: LeastSquaresProgram, steps = 1) {
  const stepper = gaussNewtonStepper(gaussNewton({ control: "gain", damping }), program);
  const trials: number[] = [];
  for (let k = 0; k < steps; k++) {
    await stepper.step(new Float64Array(1));
    trials.push(stepper.report()["trials"]!);
  }
  return { damping: stepper.report()["damping"]!, trials };
}

const near = (a: number, b: number) => assert.ok(Math.abs(a / b - 1) < 1e-6, `${a}, ${b}`);

test("by the gain ratio a λ that is far too small is put right with one more trial, and stays where half of the foretold decrease is had", async () => {
  const edge = 1e-3;
  const half = edge * 2 ** 0.25;
  // Much too large a λ falls by `decrease` at most; much too small a one grows tenfold at most.
  for (const [begun, trials, after] of [
    [edge / 6, [2, 1], half],
    [100 * edge, [1], 20 * edge],
    [edge / 90, [3], half],
  ] as const) {
    const found = await stepped(begun, quartic(edge), trials.length);
    assert.equal(found.trials, trials);
    near(found.damping, after);
  }
  assert.throws(
    () => gaussNewton({ control: "trust" as "gain" }),
    (error: unknown) => error instanceof OptionsError && error.message.includes('"trust"'),
  );
});

test("where trials give no numbers λ grows tenfold each time, until they do", async () => {
  const failing = quartic(1e-3);
  const trial = failing.trial.bind(failing);
  let count = 0;
  const program = {
    ...failing,
    trial: async (...args: Parameters<typeof trial>) => {
      const made = await trial(...args);
      return ++count < 3 ? { ...made, loss: Number.NaN, delta: Float64Array.of(Number.NaN) } : made;
    },
  } as LeastSquaresProgram;
  const { trials, damping } = await stepped(1e-4, program);
  assert.equal(trials, [3]);
  // From 1e-2, by `decrease`.
  near(damping, 2e-3);
});

test.run();
