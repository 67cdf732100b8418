/**
 * Writes the truths of the suite for programs that are not ours: `node --import tsx --conditions=source bench/solver-suite/truths.ts FOLDER`
 *
 * One NAME.json a problem: points row by row, values, the number of unknowns, and where there are, weights of the points and which values are known (1 or 0).
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { development } from "./development.ts";
import { final } from "./final.ts";

const folder = process.argv[2] ?? "truths";
mkdirSync(folder, { recursive: true });
for (const { spec, truth } of [...development, ...final]) {
  const { points, values, unknowns = 1, weights, known } = truth();
  const rows = { points: Array.from(points), values: Array.from(values), unknowns };
  const more = { ...(weights && { weights: Array.from(weights) }), ...(known && { known: Array.from(known) }) };
  writeFileSync(`${folder}/${spec.name}.json`, JSON.stringify({ ...rows, ...more }));
}
