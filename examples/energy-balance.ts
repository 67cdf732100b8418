/**
 * An Earth with two climates: the states of `examples/data/energy-balance.json` for one sun after the other. Ice is bright, so that
 * today's sun keeps the Earth warm or frozen, by where it begins.
 *
 *   node --import tsx --conditions=source examples/energy-balance.ts [--out docs/images]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { curveFigure, writePicture } from "../report/index.ts";
import { pde, problemToJson, readProblem, solve } from "../solvers/index.ts";

const text = problemToJson(await readProblem(join(import.meta.dirname, "data/energy-balance.json")));

/** The mean temperature, °C, to which Newton's method comes from T0 everywhere; sunlight is Q W/m². NaN where it comes to none. */
export async function climate(Q: number, T0: number): Promise<number> {
  const { functionals: _, ...problem } = { ...text, constants: { ...text.constants, Q, T0 } };
  const solution = await solve(pde(problem), { budget: { steps: 8 }, seed: 1, threads: 1 });
  if (solution.status === "doubtful" || solution.status === "diverged") return Number.NaN;
  const { value } = (await solution.functional("T0 + mean(w)")) as { readonly value: number };
  return value;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { out: { type: "string", default: "docs/images" } } });
  const suns = Array.from({ length: 11 }, (_, k) => 300 + 10 * k);
  const curves = [];
  for (const [name, T0] of [
    ["from 15 °C", 15],
    ["from −40 °C", -40],
  ] as const) {
    const means = [];
    for (const Q of suns) means.push(await climate(Q, T0));
    curves.push({ name, x: suns, y: means, dashed: T0 < 0 });
    console.log(`${name}: ${means.map((mean, k) => `${suns[k]} W/m² ${mean.toFixed(1)}`).join(", ")}`);
  }
  const svg = await curveFigure({
    title: "One sun, two climates",
    curves,
    x: { name: "sunlight in the mean, W/m²" },
    y: { name: "temperature in the mean, °C" },
  });
  await writePicture(join(values.out, "energy-balance.png"), svg);
}
