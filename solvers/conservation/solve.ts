/** Conservation laws on finer and finer grids, while the time lasts. */
import { spaceAxes } from "../../equations/expression/index.ts";
import { gridOf } from "./grid.ts";
import { type GridMarch, marchOnGrid } from "./march.ts";
import type { VolumeProblem } from "./volume-problem.ts";

/** Cells along the longest axis of the first grid, by the number of axes of space. */
const firstCells = [0, 64, 24];
/** The most cells along it. */
const mostCells = [0, 1 << 14, 1 << 9];
/** Seconds below which a grid is slower than a larger one will be, since its loops are not compiled yet; and how much. */
const [cold, faster] = [0.3, 0.35];
/** Share beyond the time that there is, up to which a march that took longer than expected goes on. */
const beyond = 1.1;

/** The least growth of cells that is worth a grid. */
const leastGrowth = 1.3;

/** Time that there is for grids. */
export interface VolumeClock {
  /** Seconds so far. */
  readonly used: () => number;
  /** Seconds that there are, by the grids so far: more where nothing else would come nearer. */
  readonly whole: () => number;
  readonly isAborted: () => boolean;
}

/**
 * Marches on grids of doubled cells; the last has as many as the time is enough for.
 *
 * @param longest - the longest step from a time on, by sources and what is prescribed
 * @param isEnough - asked after each grid but the first, with all of them
 * @returns the marches that came to an end, coarse ones first, or the first one that did not
 */
export async function solveByVolumes(
  { problem, system, edges }: VolumeProblem,
  clock: VolumeClock,
  longest: (t: number) => number,
  isEnough: (marches: readonly GridMarch[]) => Promise<boolean>,
): Promise<readonly GridMarch[]> {
  const space = spaceAxes(problem);
  const bounds = space.map((axis) => problem.bounds[axis]!);
  const marches: GridMarch[] = [];
  const most = mostCells[space.length]!;
  for (let cells = firstCells[space.length]!; cells <= most; ) {
    const began = clock.used();
    const isOver = () => clock.isAborted() || (marches.length > 1 && clock.used() > beyond * clock.whole());
    const march = marchOnGrid(problem, system, edges, gridOf(bounds, cells), { longest, isOver });
    if (march.ended !== undefined) return marches.length > 1 ? marches : [march];
    marches.push(march);
    const cost = Math.max(clock.used() - began, 1e-6);
    if (marches.length === 1) {
      cells *= 2;
      continue;
    }
    if (await isEnough(marches)) break;
    const left = (clock.whole() - clock.used()) / (cost < cold ? faster : 1);
    const growth = Math.min(2, (left / cost) ** (1 / (space.length + 1)));
    if (growth < leastGrowth) break;
    cells = Math.round(cells * growth);
  }
  return marches;
}
