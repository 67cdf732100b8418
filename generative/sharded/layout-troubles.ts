/** Comparison of a store's layout with its plan: shape, chunks and coordinates. */
import { isMongeError } from "../../engine/errors.ts";
import { openDataset } from "../../io/dataset/index.ts";
import { zarrContradictions } from "../../io/formats/index.ts";
import { gridHash, type UnitPlan } from "./unit-plan.ts";

/** Faults of the layout of a store, in words; no chunk of its values is read. */
export async function layoutTroubles(path: string, plan: UnitPlan): Promise<readonly string[]> {
  try {
    const own = zarrContradictions(path, path);
    if (own.length > 0) return own;
    const data = await openDataset(path);
    try {
      const field = await data.variable(plan.variable);
      const differs = (["dims", "shape", "chunks"] as const).flatMap((what) => {
        const [there, planned] = [String(field[what]), String(plan[what === "chunks" ? "chunk" : what])];
        return there === planned ? [] : [`${what} of ${plan.variable} are [${there}], in its plan [${planned}]`];
      });
      if (differs.length > 0) return differs;
      const order = data.variables.map(({ name }) => name);
      const coordinates = field.coordinates.toSorted((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
      const { name, units, dims, shape } = field;
      if (gridHash({ name, units, dims, shape, coordinates }) === plan.grid) return [];
      const names = coordinates.map((c) => (c.bounds ? `${c.name} with its bounds` : c.name)).join(", ");
      return [`its coordinates (${names}), its name or its units are not those that its plan has the checksum of`];
    } finally {
      data.close();
    }
  } catch (error) {
    if (!isMongeError(error)) throw error;
    return [error.message];
  }
}
