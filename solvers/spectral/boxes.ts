/** Boxes of cells: the largest ones of a domain, and grids with finer intervals. */

import type { NodeBox } from "./fast-diagonalisation.ts";
import type { SpectralForm } from "./form.ts";
import type { Grid } from "./grid.ts";

/** The most boxes that overlap. */
const most = 64;

/** The largest boxes, by the numbers of the form's cuts along each axis. */
export function largestBoxes({ cuts, contains }: SpectralForm): readonly (readonly (readonly [number, number])[])[] {
  const counts = cuts.map((own) => own.length - 1);
  const holds = (cell: readonly number[]) => contains(cell.map((i, k) => (cuts[k]![i]! + cuts[k]![i + 1]!) / 2));
  let found: (readonly [number, number])[][] = [[]];
  // Runs along each axis in turn, joined where all cells across have them.
  for (const n of counts) {
    const runs = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n - i }, (__, j) => [i, i + j + 1] as const),
    ).flat();
    found = found.flatMap((box) => runs.map((run) => [...box, run]));
    if (found.length > 1e5) return [];
  }
  const isFull = (box: readonly (readonly [number, number])[], cell: readonly number[] = []): boolean => {
    const run = box[cell.length];
    if (run === undefined) return holds(cell);
    for (let i = run[0]; i < run[1]; i++) if (!isFull(box, [...cell, i])) return false;
    return true;
  };
  const full = found.filter((box) => isFull(box));
  const isWithin = (a: (typeof found)[number], b: (typeof found)[number]) =>
    a !== b && a.every(([low, high], k) => low >= b[k]![0] && high <= b[k]![1]);
  const largest = full.filter((box) => !full.some((other) => isWithin(box, other)));
  return largest.length <= most ? largest : [];
}

/** The same as boxes of nodes of a grid. */
export function nodeBoxes(form: SpectralForm, { axes }: Grid, boxes: ReturnType<typeof largestBoxes>): NodeBox[] {
  const { cuts, contains } = form;
  const node = (axis: number, x: number) => axes[axis]!.nodeOf[axes[axis]!.places.indexOf(x)]!;
  return boxes.map((box) => ({
    low: box.map(([low], k) => (axes[k]!.periodic ? 0 : node(k, cuts[k]![low]!))),
    high: box.map(([, high], k) => (axes[k]!.periodic ? axes[k]!.nodes - 1 : node(k, cuts[k]![high]!))),
    isOpen: box.map(([low, high], axis) => [goesOn(axis, low - 1), goesOn(axis, high)] as const),
  }));

  function goesOn(axis: number, cell: number): boolean {
    if (cell < 0 || cell >= cuts[axis]!.length - 1) return false;
    const visit = (box: readonly (readonly [number, number])[], at: readonly number[]): boolean => {
      const k = at.length;
      if (k === box.length) return contains(at.map((i, a) => (cuts[a]![i]! + cuts[a]![i + 1]!) / 2));
      if (k === axis) return visit(box, [...at, cell]);
      for (let i = box[k]![0]; i < box[k]![1]; i++) if (visit(box, [...at, i])) return true;
      return false;
    };
    return boxes.some((box) => (box[axis]![0] === cell + 1 || box[axis]![1] === cell) && visit(box, []));
  }
}
