/** HDF5, GeoTIFF and Zarr read by the libraries alone: the other side of `roads.ts`. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileSystemStore } from "@zarrita/storage";
import { fromFile, type GeoTIFFImage } from "geotiff";
import type * as H5wasm from "h5wasm/node";
import * as zarr from "zarrita";
import { type GridSource, openGrid } from "../../io/index.ts";
import { sizeOf } from "../../io/storage/index.ts";

/** A box of a variable. */
export type Slab = NonNullable<Parameters<GridSource["read"]>[1]>;

/** Numbers as a reader gives them. */
export type Numbers = ArrayLike<number> & ArrayBufferView;

/** A file that is open for reading. */
export interface Opened {
  /** The whole without a slab. */
  read(name: string, slab?: Slab): Promise<Numbers>;
  close(): void;
}

/** One way to read files. */
export type Road = (path: string) => Promise<Opened>;

/** Formats that a library reads, too. */
export const FAMILIES = ["hdf5", "tiff", "zarr"] as const;
export type Family = (typeof FAMILIES)[number];

/** The reader of monge. */
export const ours: Road = async (path) => {
  const source = await openGrid(path);
  return { read: (name, slab) => source.read(name, slab) as Promise<Numbers>, close: () => source.close() };
};

/** All of a variable. */
export const whole = (shape: readonly number[]): Slab => ({ start: shape.map(() => 0), count: shape });

/** 64-bit integers as float64, as monge hands them out. */
function plain(values: unknown): Numbers {
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) return Float64Array.from(values, Number);
  if (ArrayBuffer.isView(values)) return values as Numbers;
  if (typeof values === "number" || typeof values === "bigint") return Float64Array.of(Number(values));
  throw new Error("it has no values");
}

let plainHdf5: Promise<unknown> | undefined;
let prepared = false;

/** The libraries by themselves. */
export const libraries: Readonly<Record<Family, Road>> = {
  hdf5: async (path) => {
    // An instance of its own: monge guards what the usual one may open.
    plainHdf5 ??= import(`${import.meta.resolve("h5wasm/node")}?plain`);
    const h5 = (await plainHdf5) as typeof H5wasm;
    await h5.ready;
    if (!prepared) {
      // Without these it gives zeros for what it cannot read.
      h5.Module.activate_throwing_error_handler();
      while (h5.Module.get_plugin_search_paths().length > 0) h5.Module.remove_plugin_search_path(0);
      const plugins = join(dirname(fileURLToPath(import.meta.resolve("h5wasm-plugins"))), "plugins");
      h5.Module.insert_plugin_search_path(plugins, 0);
      prepared = true;
    }
    const file = new h5.File(path, "r");
    return {
      read: async (name, slab) => {
        const dataset = file.get(name) as InstanceType<typeof h5.Dataset>;
        if (slab === undefined || slab.start.length === 0) return plain(dataset.value);
        const { start, count } = slab;
        return plain(dataset.slice(start.map((from, axis): [number, number] => [from, from + count[axis]!])));
      },
      close: () => void file.close(),
    };
  },
  tiff: async (path) => {
    const file = await fromFile(path);
    const image: GeoTIFFImage = await file.getImage();
    return {
      read: async (_, slab) => {
        const { start, count } = slab ?? whole([image.getSamplesPerPixel(), image.getHeight(), image.getWidth()]);
        const [y, x] = start.slice(-2) as [number, number];
        const [rows, columns] = count.slice(-2) as [number, number];
        const samples = count.length > 2 ? Array.from({ length: count[0]! }, (_, i) => start[0]! + i) : [0];
        const parts = await image.readRasters({ window: [x, y, x + columns, y + rows], samples });
        const all = [parts].flat() as unknown as Float64Array[];
        if (all.length === 1) return plain(all[0]);
        const out = new (all[0]!.constructor as Float64ArrayConstructor)(sizeOf(count));
        all.forEach((part, i) => {
          out.set(part, i * rows * columns);
        });
        return out;
      },
      close: () => void file.close(),
    };
  },
  zarr: async (path) => {
    const root = await zarr.open(new FileSystemStore(path), { kind: "group" });
    return {
      read: async (name, slab) => {
        const array = await zarr.open(root.resolve(name), { kind: "array" });
        const selection = slab?.start.map((from, axis) => zarr.slice(from, from + slab.count[axis]!));
        const chunk = await zarr.get(array, selection?.length ? selection : null);
        return plain((chunk as { data?: unknown }).data ?? chunk);
      },
      close: () => {},
    };
  },
};

/** True if two readings hold the same numbers. */
export function same(a: Numbers, b: Numbers): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i]) && a[i] !== b[i]) return false;
  return true;
}
