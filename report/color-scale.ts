/** Colour scales for fields: stepped ones for precipitation, smooth ones for solutions and errors. */
import { checkOptions, positive, whole } from "../engine/checks.ts";
import { DomainError, ShapeError } from "../engine/errors.ts";

/** Red, green, blue, 0 … 255. */
export type Rgb = readonly [number, number, number];

/**
 * From values to colours, in steps or smoothly. Steps: `colors[0]` below `edges[0]`, `colors[i]` from `edges[i - 1]`
 * (inclusive) to `edges[i]`, and the last colour from the last edge up. Smooth: linear in the value between `range[0]`
 * and `range[1]`, clamped outside.
 */
export type ColorScale =
  | {
      readonly kind: "steps";
      /** [n], strictly increasing, in the field's units. */
      readonly edges: readonly number[];
      /** [n + 1], as `#rrggbb`. */
      readonly colors: readonly string[];
    }
  | {
      readonly kind: "smooth";
      /** In the field's units. */
      readonly range: readonly [number, number];
      /** At least two, equally spaced along the range, as `#rrggbb`. */
      readonly colors: readonly string[];
    };

/** White, then blues that darken, then violet to red: ordinary rain reads by lightness, extremes by hue. */
const rainColors = [
  "#ffffff",
  "#e0f0fa",
  "#b8dcf0",
  "#86c1e4",
  "#4f9fd2",
  "#2477b8",
  "#154f94",
  "#3f2f8c",
  "#7a2a95",
  "#b81e82",
  "#e0314f",
  "#f5822e",
];

const viridis = [
  "#440154",
  "#482878",
  "#3e4989",
  "#31688e",
  "#26828e",
  "#1f9e89",
  "#35b779",
  "#6ece58",
  "#b5de2b",
  "#fde725",
];

const blueWhiteRed = ["#2166ac", "#67a9cf", "#d1e5f0", "#f7f7f7", "#fddbc7", "#ef8a62", "#b2182b"];

/**
 * The scale for precipitation: steps of 1, 2, 5 per decade, which suit its skewed distribution; white below the first.
 *
 * @param options.first - lower edge of the first coloured step, one of 1, 2, 5 times a power of ten (`@defaultValue`
 * 0.1)
 * @param options.steps - number of coloured steps, 2 … 11 (`@defaultValue` 11, i.e. 0.1 … 200 from the default start)
 * @throws OptionsError if an option is out of range; DomainError for another first step
 */
export function rainScale(
  options: { readonly first?: number; readonly steps?: number } = {},
): Extract<ColorScale, { kind: "steps" }> {
  checkOptions("rainScale", options, { first: positive(), steps: whole(2, 11) });
  const { first = 0.1, steps = 11 } = options;
  const digits = [1, 2, 5];
  const decade = Math.floor(Math.log10(first) + 1e-9);
  const start = digits.findIndex((digit) => Math.abs(first / 10 ** decade - digit) < 1e-6);
  if (start < 0)
    throw new DomainError(
      `rainScale: first must be 1, 2 or 5 times a power of ten, got ${first}; use 0.1, 0.2 or 0.5`,
      first,
    );
  const edges = Array.from({ length: steps }, (_, i) => {
    const place = start + i;
    return Number(`${digits[place % 3]}e${decade + Math.floor(place / 3)}`);
  });
  const colors =
    steps === 11 ? rainColors : [rainColors[0]!, ...edges.map((_, i) => mix(rainColors.slice(1), i / (steps - 1)))];
  return { kind: "steps", edges, colors };
}

/**
 * A smooth scale from dark blue to yellow (viridis), for solutions and other one-signed or general fields.
 *
 * @param low - value of the first colour, in the field's units
 * @param high - value of the last colour; values beyond either end have the colour of that end
 * @throws DomainError unless `low < high`, both finite
 */
export function smoothScale(low: number, high: number): Extract<ColorScale, { kind: "smooth" }> {
  checkRange("smoothScale", low, high);
  return { kind: "smooth", range: [low, high], colors: viridis };
}

/**
 * A smooth scale with white at zero, blue below and red above, for differences.
 *
 * @param limit - the value at both ends, above 0
 * @throws DomainError unless `limit` is positive and finite
 */
export function differenceScale(limit: number): Extract<ColorScale, { kind: "smooth" }> {
  checkRange("differenceScale", -limit, limit);
  return { kind: "smooth", range: [-limit, limit], colors: blueWhiteRed };
}

function checkRange(who: string, low: number, high: number): void {
  if (!(low < high) || !Number.isFinite(low) || !Number.isFinite(high))
    throw new DomainError(`${who}: expected finite low < high, got ${low} and ${high}`, [low, high]);
}

/**
 * Checks a scale that a caller made by hand.
 *
 * @throws ShapeError if edges and colours do not fit together; DomainError if edges do not increase
 */
export function checkScale(scale: ColorScale): void {
  if (scale.kind === "smooth") {
    checkRange("colour scale", scale.range[0], scale.range[1]);
    if (scale.colors.length < 2) throw new ShapeError("colour scale", "at least two colours", `${scale.colors.length}`);
    return;
  }
  if (scale.colors.length !== scale.edges.length + 1)
    throw new ShapeError(
      "colour scale: colours",
      [scale.edges.length + 1],
      [scale.colors.length],
      "one more than edges",
    );
  scale.edges.forEach((edge, i) => {
    if (!(i === 0 ? Number.isFinite(edge) : edge > scale.edges[i - 1]!))
      throw new DomainError(`colour scale: edges must increase, got ${scale.edges.join(", ")}`, scale.edges);
  });
}

/** The colour of a finite value, as a function made once per field. */
export function painter(scale: ColorScale): (value: number) => Rgb {
  if (scale.kind === "steps") {
    const colors = scale.colors.map(toRgb);
    return (value) => {
      let step = 0;
      while (step < scale.edges.length && value >= scale.edges[step]!) step += 1;
      return colors[step]!;
    };
  }
  const table = Array.from({ length: 256 }, (_, i) => toRgb(mix(scale.colors, i / 255)));
  const [low, high] = scale.range;
  return (value) => table[Math.round(Math.min(1, Math.max(0, (value - low) / (high - low))) * 255)]!;
}

/** `"#0a10ff"` → `[10, 16, 255]`. */
export function toRgb(color: string): Rgb {
  const number = Number.parseInt(color.slice(1), 16);
  if (!/^#[0-9a-f]{6}$/i.test(color))
    throw new DomainError(`toRgb: expected a colour like "#1f9e89", got "${color}"`, color);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** The colour at `place`, 0 … 1, along equally spaced colours. */
function mix(colors: readonly string[], place: number): string {
  const position = place * (colors.length - 1);
  const left = Math.min(colors.length - 2, Math.floor(position));
  const [a, b] = [toRgb(colors[left]!), toRgb(colors[left + 1]!)];
  const channels = a.map((channel, i) => Math.round(channel + (b[i]! - channel) * (position - left)));
  return `#${channels.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
