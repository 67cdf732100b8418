/** Random features along one direction. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { randomFeatures } from "../../../solvers/features/random-features.ts";
import { pde } from "../../../solvers/problem/pde.ts";

const layer = pde({
  name: "layer",
  domain: { x: [-1, 1], y: [-1, 1] },
  equations: "-lap(u) + u = source",
  manufactured: "tanh((0.6*x + 0.8*y)/0.1)",
  conditions: "exact",
});
const common = { features: 300, scale: [1, 2, 4], conditions: "penalty", seed: 1 } as const;

test("a layer across no axis is met by features along its normal, which as many along all axes do not see", async () => {
  const oblique = { direction: [0.6, 0.8], reach: 60 };
  const [plain, along] = [await randomFeatures(layer, common), await randomFeatures(layer, { ...common, oblique })];
  const [before, after] = [(await plain.errors()).relativeL2, (await along.errors()).relativeL2];
  assert.ok(after < 1e-3 && after < before / 100, `${before}, ${after}`);
  for (const solution of [plain, along]) await solution.dispose();
});

test("a direction that is none is refused by name", async () => {
  for (const oblique of [
    { direction: [1, 0, 0], reach: 10 },
    { direction: [0.6, Number.NaN], reach: 10 },
    { direction: [3, 4], reach: 10 },
    { direction: [0.6, 0.8], reach: 0 },
  ]) {
    try {
      await randomFeatures(layer, { ...common, oblique });
      assert.unreachable(JSON.stringify(oblique));
    } catch (error) {
      assert.is((error as { option?: string }).option, "oblique", String(error));
      assert.match(String(error), /oblique/);
    }
  }
});

test.run();
