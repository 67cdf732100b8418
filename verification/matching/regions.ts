/** Parts of a map that are scored by themselves. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { align } from "./match-grids.ts";
import { type Counted, cut } from "./read-maps.ts";

/**
 * Positions on the truth's map of each region, by its number, from the smallest on.
 *
 * @param regions - whole numbers on the truth's grid; NaN and 0 belong to none
 * @throws ShapeError where grids differ; DomainError for other numbers, and where there is no region
 */
export async function regionsOf(regions: Field, truth: LazyField): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const { forecast, members, order } = align(lazyField(regions), truth);
  const { values, shape } = await forecast.load();
  const size = order?.length ?? values.length;
  if (members !== 1 || values.length !== size) {
    throw new ShapeError("verify: regions", "one map, without times and members", shape);
  }
  const found = new Map<number, Set<number>>();
  for (let i = 0; i < size; i++) {
    const label = values[order?.[i] ?? i]!;
    if (Number.isNaN(label) || label === 0) continue;
    if (!Number.isInteger(label)) {
      throw new DomainError(
        `verify: regions hold ${label}; each region is a whole number, and NaN or 0 is none`,
        label,
      );
    }
    const own = found.get(label) ?? new Set();
    found.set(label, own.add(i));
  }
  if (found.size === 0) throw new DomainError("verify: regions hold no number but 0 and NaN", 0);
  return new Map([...found].sort(([a], [b]) => a - b));
}

/** A map's cells that belong to a region. */
export function within(counted: Counted, cells: ReadonlySet<number>): Counted {
  const { positions, truth } = counted.map;
  return cut(counted, positions ?? Uint32Array.from(truth.keys()), cells);
}
