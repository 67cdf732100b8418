/** Level of a pressure that counts by its slopes alone. */
import { gauge } from "../spectral/gauge.ts";
import type { FlowRows } from "./rows.ts";

/** Values with the pressure that is prescribed in the mean, where it counts by its slopes alone. */
export function levelled(rows: FlowRows, values: Float64Array): Float64Array {
  const { form, grid, isFloating } = rows;
  if (!isFloating) return values;
  const columns = new Float64Array(form.inside.length * grid.count);
  const from = form.pressure * grid.count;
  columns.set(rows.valuesAt(values, form.pressure), from);
  const before = columns[from]!;
  const points = {
    ...{ weights: grid.weights, nodes: grid.count, active: new Uint8Array(grid.count).fill(1) },
    nodeOf: Int32Array.from({ length: grid.count }, (_, i) => i),
  };
  gauge({ ...form, floating: [form.pressure] }, points, columns);
  const out = values.slice();
  for (let at = rows.smooth.length * rows.nodes; at < out.length; at += grid.jumping.count)
    out[at]! += columns[from]! - before;
  return out;
}
