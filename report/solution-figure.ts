/** Solutions of equations in the plane: unknowns, error and residual side by side, with the points that were used. */
import { defined } from "../engine/defined.ts";
import { differenceScale, smoothScale } from "./color-scale.ts";
import { type MapAxes, type MapFigureOptions, type MapPanel, mapFigure } from "./map-figure.ts";

/** Values on a grid of cells, row-major [height, width] with the first row at the bottom; NaN outside the domain. */
export interface NamedValues {
  readonly name: string;
  readonly values: ArrayLike<number>;
  /** Coordinates of its own, such as those of another plane. `@defaultValue` the figure's */
  readonly axes?: MapAxes;
  /** Values with the same word share their colours. `@defaultValue` colours of their own */
  readonly alike?: string;
  /** Further values that its colours reach to. `@defaultValue` none */
  readonly span?: ArrayLike<number>;
}

export interface SolutionFigureOptions extends Pick<MapFigureOptions, "title" | "subtitle" | "columns"> {
  /** Drawn as they are, each with colours of its own. */
  readonly unknowns: readonly NamedValues[];
  /** Drawn by their size, on logarithmic scales: errors, residuals. */
  readonly sizes: readonly (NamedValues & Pick<MapPanel, "dots" | "note">)[];
  readonly height: number;
  readonly width: number;
  readonly axes: MapAxes;
}

/** Decades below the largest size that keep colours of their own. */
const decades = 6;

/**
 * Draws a solution as SVG.
 *
 * @param options - unknowns and sizes first
 * @returns the SVG text; `writePicture` makes a file of it
 * @throws OptionsError without panels; ShapeError if values do not fit height and width; DomainError for an axis that
 * does
 *   not increase
 */
export function solutionFigure(options: SolutionFigureOptions): string {
  const { unknowns, sizes, height, width, axes, title, subtitle, columns } = options;
  /** The values themselves, and all that share their colours. */
  const together = (all: readonly NamedValues[], one: NamedValues) =>
    one.alike === undefined ? [one.values] : all.filter((v) => v.alike === one.alike).map((v) => v.values);
  const shown: MapPanel[] = unknowns.map((one) => {
    const { name, values } = one;
    const [low, high] = extent([...together(unknowns, one), one.span ?? []]);
    const signed = low < 0 && high > 0 && Math.min(-low, high) > 0.2 * Math.max(-low, high);
    const scale = signed ? differenceScale(Math.max(-low, high)) : smoothScale(low, high);
    return { title: name, values, height, width, scale, units: "", ...defined({ axes: one.axes }) };
  });
  const logarithm = (v: number) => Math.log10(Math.abs(v));
  const logs: MapPanel[] = sizes.map((one) => {
    const { name, values, dots, note } = one;
    const logarithms = Float64Array.from(values, logarithm);
    const finite = together(sizes, one).flatMap((v) => Array.from(v, logarithm).filter((l) => Number.isFinite(l)));
    const top = finite.length > 0 ? finite.reduce((a, b) => Math.max(a, b)) : 0;
    const bottom = finite.reduce((a, b) => Math.min(a, b), top - 1);
    const scale = smoothScale(Math.max(bottom, top - decades), top);
    return {
      ...{ title: name, values: logarithms, height, width, scale, units: "log₁₀" },
      ...defined({ axes: one.axes, dots, note }),
    };
  });
  const panels = [...shown, ...logs];
  return mapFigure({
    panels,
    scale: panels[0]?.scale ?? smoothScale(0, 1),
    units: "",
    firstRow: "bottom",
    axes,
    ...defined({ title, subtitle, columns }),
  });
}

/** Smallest and largest number; widened where they are one. */
function extent(all: readonly ArrayLike<number>[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of all)
    for (let i = 0; i < values.length; i++) {
      const v = values[i]!;
      if (v < low) low = v;
      if (v > high) high = v;
    }
  if (low < high) return [low, high];
  const middle = low === high ? low : 0;
  return [middle - 1, middle + 1];
}
