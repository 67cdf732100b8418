/** A field of members that are drawn when a part of it is read, one frame at a time. */
import { LazyField, type VariableStore } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { memberCoordinate, memberDim } from "./ensemble-field.ts";

/** Members of one frame: how many, from which number on. */
export interface MemberRange {
  readonly first: number;
  readonly count: number;
}

/**
 * @param template - all of the field but its values: (leading …, realization, y, x) with no members
 * @param draw - some members of the frames that are drawn together, [count, height, width] each, in the template's units, by the place
 *   of the first over their number; called anew for every frame that is read, and for those members alone; whoever reads may write to it
 */
export function drawnField(
  template: Field,
  options: {
    readonly members: number;
    readonly source: string | undefined;
    /** Fields that are read to draw; checked for changes before the end. */
    readonly reads: readonly LazyField[];
    /** Frames along time that are drawn together. @defaultValue each by itself */
    readonly chunk?: number;
    readonly draw: (place: readonly number[], some: MemberRange) => Promise<readonly Float32Array[]>;
  },
): LazyField {
  const { members, source, reads, chunk } = options;
  let held: { readonly key: string; readonly parts: readonly Float32Array[] } | undefined;
  const draw = async (place: readonly number[], some: MemberRange): Promise<Float32Array> => {
    if (chunk === undefined) return (await options.draw(place, some))[0]!;
    const [at, ...others] = place as [number, ...number[]];
    const first = [Math.floor(at / chunk), ...others];
    const key = [...first, some.first, some.count].join();
    if (held?.key !== key) held = { key, parts: await options.draw(first, some) };
    return held.parts[at % chunk]!.slice();
  };
  const { name, dims, units, coordinates, attributes, gridMapping } = template;
  const leading = template.shape.slice(0, -3);
  const [height, width] = template.shape.slice(-2) as [number, number];
  const shape = [...leading, members, height, width];
  const store: VariableStore = {
    dims,
    shape,
    chunks: chunk === undefined ? undefined : [chunk, ...shape.slice(1)],
    target: "float32",
    check: () => {
      for (const { parts } of reads) parts.store.check?.();
    },
    async read({ start, count }) {
      const lines = count.slice(-2);
      if (sizeOf(count.slice(0, -3)) === 1 && lines[0] === height && lines[1] === width) {
        return draw(start.slice(0, -3), { first: start.at(-3)!, count: count.at(-3)! });
      }
      const out = new Float32Array(sizeOf(count));
      const lead = leading.length;
      const [member, row, column] = start.slice(lead) as [number, number, number];
      const [some, rows, columns] = count.slice(lead) as [number, number, number];
      const each = some * rows * columns;
      for (let n = 0; n < sizeOf(count.slice(0, lead)); n++) {
        const values = await draw(placeIn(n, start, count, lead), { first: member, count: some });
        for (let line = 0; line < some * rows; line++) {
          const from = (Math.floor(line / rows) * height + row + (line % rows)) * width + column;
          out.set(values.subarray(from, from + columns), n * each + line * columns);
        }
      }
      return out;
    },
  };
  return new LazyField({
    ...{ name, units, attributes, gridMapping, source, store },
    coordinates: coordinates.map((c) => (c.name === memberDim ? memberCoordinate(members) : c)),
    late: [],
    picks: shape.map((n) => ({ ranges: [[0, n]], keep: true })),
  });
}

/** Place of the n-th frame of a slab. */
function placeIn(n: number, start: readonly number[], count: readonly number[], lead: number): number[] {
  const place = new Array<number>(lead);
  let rest = n;
  for (let axis = lead - 1; axis >= 0; axis--) {
    place[axis] = start[axis]! + (rest % count[axis]!);
    rest = Math.floor(rest / count[axis]!);
  }
  return place;
}

/** Position in the file of the n-th of those that are taken. */
function positionOf(ranges: readonly (readonly [from: number, to: number])[], n: number): number {
  let left = n;
  for (const [from, to] of ranges) {
    if (left < to - from) return from + left;
    left -= to - from;
  }
  return Number.NaN;
}

/** Number of a frame among all of the file, so that a part of the times gets the noise that it has in the whole. */
export function frameNumber(field: LazyField, place: readonly number[]): number {
  const { store, picks } = field.parts;
  let [number, at] = [0, 0];
  for (let axis = 0; axis < store.dims.length - 2; axis++) {
    const { ranges, keep } = picks[axis]!;
    number = number * store.shape[axis]! + positionOf(ranges, keep ? place[at++]! : 0);
  }
  return number;
}

/** First pixel of the part of the file that is taken, `scale` pixels a cell: noise belongs to pixels of the whole grid. */
export function originOf({ parts: { picks } }: LazyField, scale: number): readonly [number, number] {
  const [row, column] = picks.slice(-2).map(({ ranges }) => ranges[0]![0] * scale) as [number, number];
  return [row, column];
}
