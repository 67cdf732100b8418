/** The closing lines of the radar experiment. */
import { compare, type Row } from "../../examples/radar-table.ts";
import { assert, test } from "../harness.ts";

/** Lines that `work` prints. */
function printed(work: () => void): string[] {
  const { write } = process.stdout;
  let text = "";
  process.stdout.write = ((part: string) => {
    text += part;
    return true;
  }) as typeof write;
  try {
    work();
  } finally {
    process.stdout.write = write;
  }
  return text.trim().split("\n");
}

test("arms are compared event by event with the first one, by the mean over their seeds", () => {
  const row = (crps: readonly number[]) => ({ name: "", crps }) as unknown as Row;
  const labels = ["a", "a", "a", "b", "b"];
  const base = [1, 2, 3, 4, 5];
  const shifted = (by: number) => row(base.map((v, i) => v + (labels[i] === "a" ? by : -by)));
  // Two seeds 0.1 and 0.3 apart from the base: 0.2 in the mean, without spread over tiles.
  const arms = new Map([
    ["base", [row(base), row(base)]],
    ["other", [shifted(0.1), shifted(0.3)]],
  ]);
  assert.equal(
    printed(() => compare(arms, labels)),
    [
      "a: fair CRPS of other less that of base: 0.20000 (0.20000 to 0.20000)",
      "b: fair CRPS of other less that of base: -0.20000 (-0.20000 to -0.20000)",
    ],
  );
});

test.run();
