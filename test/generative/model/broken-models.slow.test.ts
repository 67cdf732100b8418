import { assert, test } from "../../harness.ts";
import { attackModel } from "./broken-models.ts";

test("600 broken models of ten kinds are refused by name, or are the same model", async () => {
  const { refused, same } = await attackModel(600, 600);
  console.log(`${refused} refused, ${same} the same`);
  assert.is(refused + same, 600);
  assert.ok(refused > 0.9 * 600);
});

test.run();
