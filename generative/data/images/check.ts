/** Checks of images against the description of the model. */
import { DomainError, ShapeError } from "../../../engine/errors.ts";
import type { ModelDescription } from "../../model/configuration.ts";
import type { Images } from "./images.ts";

/**
 * @param name - of the argument, for messages
 * @param multiple - what sides must be multiples of
 * @throws ShapeError where sizes do not fit; DomainError where a number is not finite, or no target has a value
 */
export function checkImages(
  name: string,
  archive: Images,
  { channels, targets }: ModelDescription,
  multiple: number,
): void {
  const { height, width, count } = archive;
  const caller = `train: ${name}`;
  if (!(count > 0 && height > 0 && width > 0 && height % multiple === 0 && width % multiple === 0)) {
    const hint = "repeat the last row and column, with valid = 0";
    throw new ShapeError(
      `${caller} [count, height, width]`,
      `sides that ${multiple} divides`,
      [count, height, width],
      hint,
    );
  }
  const known = targets.map(() => 0);
  for (let image = 0; image < count; image++) {
    const { condition, clean, valid = new Uint8Array(clean.length).fill(1) } = archive.read(image);
    for (const [what, depth, wanted, values] of [
      ["condition", archive.channels, channels.length, condition],
      ["clean", archive.outputs, targets.length, clean],
      ["valid", archive.outputs, targets.length, valid],
    ] as const) {
      if (depth === wanted && values.length === height * width * wanted) continue;
      const shape = [count, height, width, wanted];
      throw new ShapeError(`${caller}.${what}`, shape, `image ${image} of ${values.length} values, ${depth} a pixel`);
    }
    const gap = condition.findIndex((v) => !Number.isFinite(v));
    if (gap >= 0) {
      const channel = channels[gap % channels.length]!.name;
      throw new DomainError(`${caller}.condition holds ${condition[gap]} in ${channel}; gaps are 0`, condition[gap]);
    }
    for (let i = 0; i < valid.length; i++) {
      if (valid[i] === 0) continue;
      known[i % targets.length]!++;
      if (Number.isFinite(clean[i])) continue;
      throw new DomainError(`${caller}.clean holds ${clean[i]} in ${targets[i % targets.length]!.name}`, clean[i]);
    }
  }
  const none = known.indexOf(0);
  if (none >= 0) throw new DomainError(`${caller} has no value of ${targets[none]!.name}`);
}
