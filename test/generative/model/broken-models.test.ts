import { fileURLToPath } from "node:url";
import { Downscaler } from "../../../generative/index.ts";
import { assert, test } from "../../harness.ts";
import { type Attacked, attackModel } from "./broken-models.ts";

test("60 broken models of ten kinds are refused by name, or are the same model", async () => {
  const { refused, same } = await attackModel(60, 60);
  console.log(`${refused} refused, ${same} the same`);
  assert.is(refused + same, 60);
  assert.ok(refused > 0.9 * 60);
});

const savedPaired = fileURLToPath(new URL("../../saved/paired/model.safetensors", import.meta.url));
const numbers: Attacked["numbers"] = {
  ...({ baseChannels: "small", quantiles: "small", unit: "small" } as const),
  ...({ interval: "positive", deviation: "positive", wetThreshold: "positive", mean: "any" } as const),
};

test("100 broken paired models of ten kinds are refused by name, or are the same model", async () => {
  const whole = await Downscaler.load(savedPaired);
  const { refused, same } = await attackModel(100, 1, { whole, load: (path) => Downscaler.load(path), numbers });
  console.log(`${refused} refused, ${same} the same`);
  assert.is(refused + same, 100);
  assert.ok(refused > 0.9 * 100);
});

test.run();
