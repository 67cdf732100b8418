/** Zarr stores written stretch by stretch, as the table of formats asks for it. */
import type { Beginning, CreateOptions, FieldWriter } from "../format.ts";
import { stepsOf } from "./layout.ts";
import { beginStore } from "./replace-store.ts";
import { explained } from "./update.ts";
import { createZarr, fillRegion } from "./write.ts";

/** Lays the store out beside its place, where it goes when it is filled. */
export async function zarrWriter(path: string, beginning: Beginning, options: CreateOptions): Promise<FieldWriter> {
  const { first, extent, coordinates } = beginning;
  const { name, units, attributes, gridMapping } = first;
  const { dims, shape, time } = extent;
  const { overwrite, compression, compressor, dtype = typeOf(first.values), ...rest } = options;
  const packed = compression === 0 && compressor === undefined ? "none" : compressor;
  const pending = await explained(path, async () => beginStore(path, overwrite));
  const template = { name, dims, shape, units, coordinates, attributes, gridMapping };
  /** After a failure nothing is left of the store. */
  const guarded = (work: () => Promise<void> | void): Promise<void> =>
    explained(path, async () => {
      try {
        await work();
      } catch (error) {
        pending.discard();
        throw error;
      }
    });
  await guarded(() =>
    createZarr(pending.temporary, template, {
      ...rest,
      dtype,
      ...(time !== undefined && { chunks: { ...options.chunks, [time]: stepsOf(extent, options) } }),
      ...(packed !== undefined && { compressor: packed }),
      ...(compression !== undefined && packed !== "none" && { compression }),
    }),
  );
  let steps = 0;
  return {
    append: (field) =>
      guarded(async () => {
        // Coordinates that come with the values are not laid out.
        const known = field.coordinates.filter((c) => coordinates.some((one) => one.name === c.name));
        const count = time === undefined ? 0 : field.size(time);
        const region = time === undefined ? {} : { [time]: [steps, steps + count] as const };
        await fillRegion(pending.temporary, field.with({ coordinates: known }), { region }, true);
        steps += count;
      }),
    unfinished: pending.temporary,
    close: () => guarded(() => pending.commit()),
    abort: async () => pending.discard(),
  };
}

const typeOf = (values: Float32Array | Float64Array) => (values instanceof Float32Array ? "float32" : "float64");
