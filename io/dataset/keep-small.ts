/** Variables that are read again and again: a small one stays in memory once a part of it was wanted. */
import { lengthOf, type Range, takeBlock } from "../storage/block.ts";
import type { FieldValues } from "../storage/source.ts";
import { LazyField, type VariableStore } from "./lazy-field.ts";

/** The same variable; where it takes one box of its file, and no more bytes than these, that is read once, and whole. */
export function keepSmall(field: LazyField, bytes = 64e6): LazyField {
  const { store, picks } = field.parts;
  if (field.bytes > bytes || picks.some(({ ranges }) => ranges.length !== 1)) return field;
  const box = picks.map(({ ranges }) => ranges[0]!);
  const shape = picks.map(({ ranges }) => lengthOf(ranges));
  let whole: Promise<FieldValues> | undefined;
  const read: VariableStore["read"] = async ({ start, count }) => {
    whole ??= store.read({ start: box.map(([from]) => from), count: shape });
    const values = await whole;
    const ranges = count.map((n, axis): Range[] => [[start[axis]! - box[axis]![0], start[axis]! - box[axis]![0] + n]]);
    const part = takeBlock(values, shape, ranges);
    // Whoever reads may write to it.
    return part === values ? part.slice() : part;
  };
  return new LazyField({ ...field.parts, store: { ...store, check: () => store.check?.(), read } });
}
