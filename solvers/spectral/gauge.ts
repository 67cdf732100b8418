/** Unknowns of which only slopes count, such as pressures: their integral over space is what is prescribed, or 0. */
import { evaluate, numbers } from "../../equations/expression/index.ts";
import type { RowsForm } from "./form.ts";
import type { Grid } from "./grid.ts";

/**
 * Shifts such unknowns, in place.
 *
 * @param isState - false where values are a part of a difference, whose integral is 0
 */
export function gauge(
  { floating, gauges, problem }: RowsForm,
  { weights, nodeOf, nodes, active }: Pick<Grid, "weights" | "nodeOf" | "nodes" | "active">,
  values: Float64Array,
  isState = true,
): void {
  for (const unknown of floating) {
    const value = gauges.find((one) => one.unknown === unknown)?.value;
    let [integral, volume] = [isState && value ? -evaluate(value, numbers(problem)) : 0, 0];
    for (let i = 0; i < weights.length; i++) {
      integral += weights[i]! * values[unknown * nodes + nodeOf[i]!]!;
      volume += weights[i]!;
    }
    for (let i = 0; i < nodes; i++) if (active[i]) values[unknown * nodes + i]! -= integral / volume;
  }
}
