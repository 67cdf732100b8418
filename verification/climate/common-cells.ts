/** The cells that every map has. */
import type { CaseMap } from "../scores/cases.ts";

/** Cells that every map has. */
export interface CommonCells {
  readonly count: number;
  /** Position of a cell in the list of the cells of a map. */
  place(map: number, cell: number): number;
}

export function commonCells(maps: readonly CaseMap[]): CommonCells {
  const positionsOf = ({ positions, truth }: CaseMap) => positions ?? Uint32Array.from(truth.keys());
  const [first, ...others] = maps;
  let common = Array.from(positionsOf(first!));
  for (const map of others) {
    if (map.positions === undefined) continue;
    const own = new Set(map.positions);
    common = common.filter((position) => own.has(position));
  }
  const places = maps.map(({ positions }) => {
    if (positions === undefined) return common;
    const at = new Map(Array.from(positions, (position, k) => [position, k]));
    return common.map((position) => at.get(position)!);
  });
  return { count: common.length, place: (map, cell) => places[map]![cell]! };
}
