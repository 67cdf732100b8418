import { assert, test } from "../../harness.ts";
import { attackLogs, attackRecords } from "./broken-records.ts";

test("700 broken checkpoints, solutions, marches and records are refused by name, or are the same", async () => {
  const { refused, same } = await attackRecords(700, 700);
  console.log(`${refused} refused, ${same} the same`);
  assert.is(refused + same, 700);
  assert.ok(refused > 0.9 * 700);
});

test("a run whose result is damaged stays ended, and damaged metrics give the lines before the damage or are refused", async () => {
  assert.equal(await attackLogs(100, 5), { refused: 200, shorter: 100 });
});

test.run();
