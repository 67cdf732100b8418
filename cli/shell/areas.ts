/** Areas as `--areas` names them. */
import { basename } from "node:path";
import { OptionsError } from "../../engine/errors.ts";
import { textFile } from "../../engine/files/read-bounded.ts";
import { numberText } from "../../engine/text/number.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { type AreaSet, polygonAreas, squareAreas } from "../../verification/series/index.ts";
import { spacingOf } from "../../verification/transport/index.ts";
import { checkFiles } from "./failure.ts";
import { say } from "./terminal.ts";

/**
 * Squares of a length such as `16km`, or the polygons of a GeoJSON file.
 *
 * @param maps - on whose grid, y and x last
 * @throws OptionsError for areas that are no lengths and no files, and for lengths below half a cell; DomainError for
 * files without polygons on the map
 */
export async function areasOf(text: string, maps: LazyField): Promise<AreaSet> {
  const side = /^(\d+(?:\.\d+)?)\s*km$/.exec(text)?.[1];
  if (side !== undefined) {
    const [height, width] = maps.shape.slice(-2) as [number, number];
    const spacing = spacingOf(maps);
    const cells = spacing.map((km) => Math.round(Number(side) / km));
    const size = (lengths: readonly number[]) => lengths.map((km) => numberText(km, 3)).join(" x ");
    if (cells.includes(0)) {
      const way = `give at least the length of one, which is ${size(spacing)} km`;
      throw new OptionsError(`--areas ${text} is less than half a cell; ${way}`, "areas", text);
    }
    const own = spacing.map((km, k) => km * cells[k]!);
    if (own.some((km) => Math.abs(km / Number(side) - 1) > 0.02))
      say(`--areas ${text}: squares of whole cells, ${cells.join(" x ")} or ${size(own)} km`);
    return squareAreas(text, [height, width], cells as [number, number]);
  }
  checkFiles("--areas", [text]);
  let document: unknown;
  try {
    document = JSON.parse(textFile(text, "GeoJSON"));
  } catch (error) {
    const way = "expected lengths such as 16km, or GeoJSON files";
    throw new OptionsError(`--areas ${text}: ${(error as Error).message}; ${way}`, "areas", text);
  }
  return polygonAreas(basename(text), document, maps);
}
