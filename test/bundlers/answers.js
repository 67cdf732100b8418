/** A membrane, the sum of a file of rain, and a distance: by a module that knows nothing of bundlers. */
import { holdFile, readField } from "monge/io";
import { pde, solve } from "monge/solvers";
import { emd } from "monge/wasserstein";

export async function answers(rain) {
  const plane = { domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = 1", conditions: "u = 0" };
  const membrane = await solve(pde({ name: "membrane", ...plane }), { budget: { steps: 6 }, seed: 1, blas: "none" });
  const [middle] = await membrane.evaluate(Float64Array.of(0.5, 0.5));
  const field = await readField(typeof rain === "string" ? rain : await holdFile(rain, "rain.nc"));
  const sum = field.values.filter((value) => value > 0).reduce((total, value) => total + value, 0);
  const [a, b] = [0, 1].map((shift) => ({ points: Float64Array.of(0, shift, 1, 2), count: 2, dim: 2 }));
  return { middle, cells: field.values.length, sum, distance: emd(a, b).value };
}
