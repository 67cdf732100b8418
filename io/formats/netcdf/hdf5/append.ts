/** Steps added to a NetCDF-4 file through h5wasm, whose filters are those of the file. */

import type { FieldTemplate } from "../../../field/field.ts";
import { sizeOf } from "../../../storage/source.ts";
import type { PlannedVariable } from "../layout/plan.ts";
import { takeBox } from "../layout/sink.ts";
import { changeHdf5, closeWritten, type Dataset, type Hdf5File, withoutTimestamps } from "./file.ts";

/** Size of the dimension that only bounds have. */
const BOUNDS = 2;
const SLAB_BYTES = 16 * 2 ** 20;

function extend(
  file: Hdf5File,
  variable: PlannedVariable,
  axis: number,
  before: number,
  part: FieldTemplate,
  parts: readonly FieldTemplate[],
): void {
  const dataset = file.get(variable.name) as Dataset;
  const values = variable.take(parts);
  const shape = variable.dims.map((name) => part.shape[part.dims.indexOf(name)] ?? BOUNDS);
  const count = shape[axis]!;
  dataset.resize(shape.map((n, i) => (i === axis ? before + n : n)));
  const chunk = dataset.metadata.chunks?.[axis] ?? 1;
  const row = (sizeOf(shape) / count) * 8;
  const most = Math.max(chunk, Math.floor(SLAB_BYTES / row / chunk) * chunk);
  for (let from = 0; from < count; ) {
    // Up to the next border of a chunk, so that each is packed once.
    const n = Math.min(count - from, most - ((before + from) % chunk));
    const start = shape.map((_, i) => (i === axis ? from : 0));
    const box = shape.map((size, i) => (i === axis ? n : size));
    const encoded = variable.encode(takeBox({ values, shape, start, count: box }));
    const at = before + from;
    dataset.write_slice(
      shape.map((size, i): [number, number] => (i === axis ? [at, at + n] : [0, size])),
      encoded,
    );
    from += n;
  }
}

/**
 * Makes every variable along `along` longer.
 *
 * @param temporary - a copy of the file, which takes its place afterwards.
 * @throws FormatError if bytes do not reach the disk.
 */
export async function appendSteps(
  temporary: string,
  path: string,
  variables: readonly PlannedVariable[],
  parts: readonly [FieldTemplate, ...FieldTemplate[]],
  { along, before, count }: { readonly along: string; readonly before: number; readonly count: number },
): Promise<void> {
  const file = await changeHdf5(temporary);
  let failure: unknown;
  try {
    withoutTimestamps(() => {
      if (!variables.some((v) => v.name === along)) (file.get(along) as Dataset | null)?.resize([before + count]);
      for (const variable of variables) {
        extend(file, variable, variable.dims.indexOf(along), before, parts[0], parts);
      }
    });
  } catch (error) {
    failure = error;
  }
  try {
    withoutTimestamps(() => closeWritten(file, path));
  } catch (error) {
    failure ??= error;
  }
  if (failure !== undefined) throw failure;
}
