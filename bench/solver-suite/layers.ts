/** Steady layers drawn by chance, held in their place by next to nothing of the equation. */
import { rng } from "../../engine/random/rng.ts";
import { chance } from "./random.ts";
import { formula, type SuiteProblem } from "./suite-problem.ts";

/** −ε u_xx + u u_x = source, with a layer that goes down as tanh. */
export function layerProblem(number: number): SuiteProblem & { readonly kind: string } {
  const { between, scale } = chance(rng(number).split("layer"));
  const [viscosity, width, size, place] = [scale(5e-3, 0.1), scale(0.03, 0.3), between(0.4, 1), between(0.3, 1.7)];
  return {
    kind: "steady layer",
    spec: {
      ...{ name: `layer-${number}`, domain: { x: [0, 2] }, conditions: "exact" },
      equations: `-${viscosity}*u_xx + u*u_x = source`,
      manufactured: `-${size}*tanh((x - ${place})/${width})`,
    },
    source: "drawn by chance; formula",
    truth: formula([0], [2], ([x]) => -size * Math.tanh((x! - place) / width)),
  };
}
