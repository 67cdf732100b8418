/** Whether an archive of pairs is one, and fits what is to be trained on it. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import type { PairArchive } from "./arrays.ts";
import type { PairDescription } from "./configuration.ts";

/**
 * @param name - of the argument, for messages
 * @param multiple - what sides must be multiples of
 * @throws ShapeError where sizes do not fit; DomainError where a number is not finite, or no target has a value
 */
export function checkPairArchive(
  name: string,
  archive: PairArchive,
  { channels, targets }: PairDescription,
  multiple: number,
): void {
  const { height, width, count, condition, clean, valid } = archive;
  const caller = `trainPairs: ${name}`;
  if (!(count > 0 && height > 0 && width > 0 && height % multiple === 0 && width % multiple === 0)) {
    const hint = "repeat the last row and column, with valid = 0";
    throw new ShapeError(
      `${caller} [count, height, width]`,
      `sides that ${multiple} divides`,
      [count, height, width],
      hint,
    );
  }
  for (const [what, depth, wanted, values] of [
    ["condition", archive.channels, channels.length, condition],
    ["clean", archive.outputs, targets.length, clean],
    ["valid", archive.outputs, targets.length, valid],
  ] as const) {
    const shape = [count, height, width, wanted];
    if (depth === wanted && values.length === count * height * width * wanted) continue;
    throw new ShapeError(`${caller}.${what}`, shape, `${values.length} values of ${depth} a pixel`);
  }
  const gap = condition.findIndex((v) => !Number.isFinite(v));
  if (gap >= 0) {
    const channel = channels[gap % channels.length]!.name;
    throw new DomainError(`${caller}.condition holds ${condition[gap]} in ${channel}; gaps are 0`, condition[gap]);
  }
  for (const [k, { name: target }] of targets.entries()) {
    let known = 0;
    for (let i = k; i < valid.length; i += targets.length) {
      if (valid[i] === 0) continue;
      known++;
      if (!Number.isFinite(clean[i])) throw new DomainError(`${caller}.clean holds ${clean[i]} in ${target}`, clean[i]);
    }
    if (known === 0) throw new DomainError(`${caller} has no value of ${target}`);
  }
}
