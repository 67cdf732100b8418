/** A radar file of several data sets is shown on one grid and at one time: which of its images are of another. */
import { type Attributes, numbersOf, textOf } from "../../../storage/source.ts";

/** Place and time of an image: its shape, its `where`, and the beginning and the end in seconds since 1970. */
export interface PlacedImage {
  readonly stored: string;
  readonly shape: readonly number[];
  readonly where: Attributes;
  readonly times: readonly [number, number];
}

const GRID = ["projdef", "xscale", "yscale", "LL_lon", "LL_lat", "UR_lon", "UR_lat"];
const gridOf = (where: Attributes) => GRID.map((key) => textOf(where, key) ?? numbersOf(where, key)[0]).join();
const moment = (seconds: number) =>
  Number.isNaN(seconds) ? "unknown" : new Date(seconds * 1000).toISOString().replace(".000", "");
const span = ({ times: [begin, end] }: PlacedImage) =>
  begin === end ? moment(end) : `${moment(begin)} to ${moment(end)}`;

/** The attributes of a group in ODIM: its own, and those of the groups above that it does not replace. */
export function inherited(groups: ReadonlyMap<string, Attributes>, stored: string, name: string): Attributes {
  const path = stored.split("/").slice(0, -1);
  const places = [[], ...path.map((_, i) => path.slice(0, i + 1))];
  return Object.assign({}, ...places.map((place) => groups.get([...place, name].join("/")) ?? {}));
}

/** In words why an image cannot be shown beside the first one; undefined where it can. */
export function apart(image: PlacedImage, first: PlacedImage): string | undefined {
  const is = (own: string, its: string) =>
    `${own} (${first.stored}, which is read, is ${its}); split it off to read it`;
  if (String(image.shape) !== String(first.shape)) {
    return is(`image of another shape, ${image.shape.join(" by ")}`, first.shape.join(" by "));
  }
  if (gridOf(image.where) !== gridOf(first.where)) {
    return is(`image on another grid, ${gridOf(image.where)}`, `on ${gridOf(first.where)}`);
  }
  if (String(image.times) !== String(first.times)) return is(`image of another time, ${span(image)}`, span(first));
  return undefined;
}
