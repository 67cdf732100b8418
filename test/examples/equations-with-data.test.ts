/** Equations with real data: what goes in through the boundary is what the ground has more, and comes from the file. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { readField } from "../../io/index.ts";
import { type Budget, readProblem, solve } from "../../solvers/index.ts";
import { assert, test } from "../harness.ts";

interface FunctionalValue {
  readonly value: number;
  readonly error: number;
}

const root = new URL("../../", import.meta.url);
const path = (name: string) => fileURLToPath(new URL(name, root));
async function functionalsOf(name: string, budget: Budget) {
  const problem = await readProblem(path(`examples/data/${name}.json`));
  const { report, status } = await solve(problem, { budget, seed: 1, threads: 1 });
  assert.is.not(status, "doubtful", `${report.estimate!.relativeL2}`);
  return report.functionals as Readonly<Record<string, FunctionalValue>>;
}

test("rain that radar saw for fifty minutes is in the ground, or has drained below it", async () => {
  const found = await functionalsOf("infiltration", { processorSeconds: 6 });
  const value = (name: string) => found[name]!.value;
  const rain = await readField(path("test/data/radar/fmi_20160928_cut.nc"), { variable: "pr" });
  const seen = Array.from({ length: 11 }, (_, t) => rain.values[(t * 256 + 116) * 256 + 28]! / 60);
  const fallen = 5 * (seen.reduce((sum, v) => sum + v, 0) - (seen[0]! + seen[10]!) / 2);
  assert.ok(Math.abs(value("fallen") - fallen) < 2e-3 * fallen, `${value("fallen")} ${fallen}`);
  // At 400 mm the ground stays as it was, and drains K w³.
  const drained = 0.8 * 0.4 ** 3 * 50;
  const left = value("stored") + drained - value("fallen");
  assert.ok(Math.abs(left) < 2e-3 * fallen, `${left}`);
  assert.ok(value("wettest") > 0.8 && value("wettest") < 1, `${value("wettest")}`);
});

test("a year of air thaws and freezes the ground as a plain march in short steps finds, and heat is kept", async () => {
  const found = await functionalsOf("permafrost", { processorSeconds: 12 });
  const value = (name: string) => found[name]!.value;
  const left = value("heat") - value("heatBefore") - value("into");
  assert.ok(Math.abs(left) < found["into"]!.error, `${left}`);
  // Explicit, 200 cells; air by lines from day to day.
  const days = readFileSync(path("examples/data/iqaluit-air.csv"), "utf8").trim().split("\n").slice(1);
  const air = days.map((row) => Number(row.split(",")[1]));
  const airAt = (t: number) => {
    const k = Math.min(days.length - 2, Math.floor(t - 0.5));
    return air[k]! + (t - 0.5 - k) * (air[k + 1]! - air[k]!);
  };
  const [cells, h, dt] = [200, 0.05, 0.01];
  const T = Float64Array.from({ length: cells }, (_, i) => -10 + (air[0]! + 10) * Math.exp(-2 * (i + 0.5) * h));
  for (let t = 0.5; t < 200; t += dt) {
    let above = 2 * airAt(t) - T[0]!;
    for (let i = 0; i < cells; i++) {
      const [here, below] = [T[i]!, T[Math.min(i + 1, cells - 1)]!];
      const capacity = 2 + (60 / Math.sqrt(Math.PI)) * Math.exp(-here * here);
      T[i] = here + ((dt * 0.17) / h ** 2 / capacity) * (above - 2 * here + below);
      above = here;
    }
  }
  const thawed = T.reduce((sum, v) => sum + ((1 + Math.tanh(v / 0.2)) / 2) * h, 0);
  assert.ok(Math.abs(value("thawed") - thawed) < 0.01, `${value("thawed")} ${thawed}`);
  assert.ok(Math.abs(value("at1m") - (T[19]! + T[20]!) / 2) < 0.01, `${value("at1m")} ${T[19]} ${T[20]}`);
});

test.run();
