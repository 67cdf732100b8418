/** Files of a store that hold a part of a variable. */
import { ShapeError } from "../../../engine/errors.ts";
import { positionsBetween } from "../../storage/box.ts";
import { arrayIn, explained, storeAt } from "./update.ts";

/** A half-open range of positions by dimension; all of a dimension that is not named. */
type Region = Readonly<Record<string, readonly [from: number, to: number]>>;

/**
 * The files of the chunks that a part of a variable lies in, whether they are there or not.
 *
 * @param path - folder of a store as `createZarr` lays it out
 * @param name - of the variable
 * @param region - half-open range of positions by dimension, ≥ 0 and within the shape; all of a dimension that is not
 * named
 * @returns paths relative to the store, in the order of the chunk grid
 * @throws FormatError if there is no such store or variable, or its chunks have other names; ShapeError for a region
 * outside
 */
export async function zarrChunkFiles(path: string, name: string, region: Region = {}): Promise<readonly string[]> {
  return explained(path, async () => {
    const { version, dims, shape, chunks } = arrayIn(path, storeAt(path, "zarrChunkFiles"), name);
    const ranges = dims.map((dim, i) => {
      const [from, to] = region[dim] ?? [0, shape[i]!];
      if (!(from >= 0 && from < to && to <= shape[i]!)) {
        throw new ShapeError(`zarrChunkFiles: ${name} along ${dim}`, [0, shape[i]!], [from, to]);
      }
      return [Math.floor(from / chunks[i]!), Math.ceil(to / chunks[i]!) - 1] as const;
    });
    const places = [
      ...positionsBetween(
        ranges.map(([first]) => first),
        ranges.map(([, last]) => last),
      ),
    ];
    return places.map((at) => `${name}/${version === 2 ? at.join(".") : ["c", ...at].join("/")}`);
  });
}
