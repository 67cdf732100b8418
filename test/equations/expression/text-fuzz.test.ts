/** Texts that users write, damaged, and read by others. */

import { assert, test } from "../../harness.ts";
import { skip } from "../../io/oracle.ts";
import { againstJavaScript, againstUdunits } from "./text-checks.ts";
import { fuzzPatterns, fuzzTexts, fuzzWords } from "./text-fuzz.ts";

test("4200 damaged texts of fourteen kinds are read, or refused by a typed error", () => {
  const read = fuzzTexts(4200, 7);
  console.log(JSON.stringify(read));
  for (const [kind, count] of Object.entries(read)) assert.ok(count > 0, `none of the ${kind} was read`);
});

test("200 damaged patterns of file names find nothing, or are refused by a typed error", async () => {
  assert.ok((await fuzzPatterns(200, 8)) > 0);
});

test("100 commands with a damaged word end with a status and a message, never with a stack", () => fuzzWords(100, 9));

test("2000 random formulas have the values that JavaScript gives", () => {
  const { compared, refused, values } = againstJavaScript(2000, 10);
  console.log(`${compared} compared at ${values} points, ${refused} refused`);
  assert.ok(values > compared);
  assert.ok(refused < 0.05 * 2000);
});

test("300 random units have the factors that udunits2 gives", () => {
  const told = againstUdunits(300, 11);
  if (told === undefined) return skip("no udunits2");
  console.log(`${told.compared} compared, ${told.refused} refused`);
  assert.ok(told.compared > 0.5 * 300);
});

test.run();
