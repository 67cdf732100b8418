import { assert, test } from "../../harness.ts";
import { attackLogs, attackRecords } from "./broken-records.ts";

test("70 broken checkpoints, solutions, marches and records are refused by name, or are the same", async () => {
  const { refused, same } = await attackRecords(70, 70);
  console.log(`${refused} refused, ${same} the same`);
  assert.is(refused + same, 70);
  assert.ok(refused > 0.9 * 70);
});

test("a run whose result is damaged stays ended, and damaged metrics give the lines before the damage or are refused", async () => {
  assert.equal(await attackLogs(10, 5), { refused: 20, shorter: 10 });
});

test.run();
