/** Equations with real data: what goes in through the boundary is what the ground has more, and comes from the file. */
import { fileURLToPath } from "node:url";
import { readField } from "../../io/index.ts";
import { readProblem, solve } from "../../solvers/index.ts";
import { assert, test } from "../harness.ts";

const root = new URL("../../", import.meta.url);
const path = (name: string) => fileURLToPath(new URL(name, root));
async function functionalsOf(name: string) {
  const problem = await readProblem(path(`examples/data/${name}.json`));
  const solution = await solve(problem, { budget: { steps: 12 }, seed: 1 });
  const found = Object.entries(solution.report.functionals!) as unknown as [string, { value: number; error: number }][];
  const { relativeL2, by } = solution.report.estimate!;
  return { of: Object.fromEntries(found), relativeL2, by };
}

test("rain that radar saw for fifty minutes is in the ground, or has drained below it", async () => {
  const { of, by } = await functionalsOf("infiltration");
  const rain = await readField(path("test/data/radar/fmi_20160928_cut.nc"), { variable: "pr" });
  const seen = Array.from({ length: 11 }, (_, t) => rain.values[(t * 256 + 116) * 256 + 28]! / 60);
  const fallen = 5 * (seen.reduce((sum, v) => sum + v, 0) - (seen[0]! + seen[10]!) / 2);
  assert.ok(Math.abs(of["fallen"]!.value - fallen) < 2e-3 * fallen, `${of["fallen"]!.value} ${fallen}`);
  // At 400 mm the ground stays as it was, and drains K w³.
  const drained = 0.6 * 0.4 ** 3 * 50;
  const left = of["stored"]!.value + drained - of["fallen"]!.value;
  assert.ok(Math.abs(left) < 2e-3 * fallen, `${left}`);
  assert.is(by, "the interpolation of rain");
});

test("heat that enters the ground in a year of monthly temperatures is what the ground has more", async () => {
  const { of, relativeL2 } = await functionalsOf("soil-temperature");
  const { heat, heatBefore, into, coldest } = of;
  const left = heat!.value - heatBefore!.value - into!.value;
  assert.ok(Math.abs(left) < 1e-3 * Math.abs(heat!.value), `${left}`);
  // The air is coldest at the end, and twelve values a year leave an error that is said.
  assert.ok(
    coldest!.value > 5 && coldest!.value < 9 && relativeL2 > 0.01 && relativeL2 < 0.2,
    `${coldest!.value} ${relativeL2}`,
  );
});

test.run();
