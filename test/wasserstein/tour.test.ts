import { tour } from "../../examples/transport-tour.ts";
import { assert, test } from "../harness.ts";
import { runScript } from "../script.ts";

test("every stop of the tour of distances gives the known answer, for any seed", async () => {
  for (const seed of [1, 2]) {
    for (const { question, value, expected, tolerance } of await tour(60, seed)) {
      assert.ok(Math.abs(value - expected) <= tolerance, `${question}: ${value} against ${expected}`);
    }
  }
});

test("as a script it prints one line a stop", async () => {
  const { status, stdout: text, stderr } = await runScript("examples/transport-tour.ts", ["--quick"]);
  assert.is(status, 0, stderr);
  const lines = text
    .trim()
    .split("\n")
    .filter((line) => line.includes("("));
  assert.ok(lines.length >= 8 && !text.includes("not as expected"), text);
});

test.run();
