/** Prints a small network's solution of Poisson's problem in the middle. */
import { mlp, pde, solve } from "monge/solvers";

const plane = { domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = 1", conditions: "u = 0" };
const small = { network: mlp({ width: 8, depth: 1 }), points: 60, budget: { steps: 20 } };
const solution = await solve(pde({ name: "membrane", ...plane }), { ...small, seed: 1, blas: "none", threads: 1 });
console.log(...(await solution.evaluate(Float64Array.of(0.5, 0.5))));
await solution.dispose();
