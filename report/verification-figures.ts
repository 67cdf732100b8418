/** The figures of a verification: reliability, ROC, quantiles against quantiles, spectra, fractions skill by scale. */
import { type Curve, curveFigure } from "./curve-figure.ts";
import { shortNumber } from "./style.ts";

const at = (threshold: number, units: string | undefined) => `≥ ${shortNumber(threshold)}${units ? ` ${units}` : ""}`;

const diagonal = (name: string, to = 1): Curve => ({ name, x: [0, to], y: [0, to], dashed: true });

/** Numbers that the figures are of. */
interface Diagrams {
  /** For each threshold dots of forecast probability and observed frequency, both in [0, 1]. */
  readonly reliability: readonly {
    readonly threshold: number;
    readonly dots: readonly { readonly probability: number; readonly frequency: number }[];
  }[];
  /** For each threshold the curve of probabilities of detection and of false detection, both in [0, 1]. */
  readonly roc: readonly {
    readonly threshold: number;
    readonly curve: readonly { readonly pod: number; readonly pofd: number }[];
  }[];
  /** Quantiles of both at the same levels, in the field's units. */
  readonly quantiles: { readonly forecast: readonly number[]; readonly truth: readonly number[] };
  /** Mean power of both at wavenumbers 1, 2, …; empty where it was not asked for. */
  readonly spectrum: { readonly forecast: readonly number[]; readonly truth: readonly number[] };
  /** One score in [0, 1] for each threshold and side of the window (cells), in any order. */
  readonly fss: readonly { readonly threshold: number; readonly window: number; readonly fss: number }[];
}

const figures: { readonly [Kind in keyof Diagrams]: (of: Pick<Diagrams, Kind>, units?: string) => Promise<string> } = {
  reliability: reliabilityFigure,
  roc: rocFigure,
  quantiles: quantileFigure,
  spectrum: spectrumFigure,
  fss: fssFigure,
};

/**
 * A figure of a verification: `"reliability"`, observed frequency over forecast probability with the diagonal of a
 * reliable ensemble; `"roc"`, detection over false detection; `"quantiles"`, those of the members together over those
 * of the truth; `"spectrum"`, mean power of both over wavenumbers; `"fss"`, fractions skill over the side of windows.
 *
 * @param kind - which one
 * @param of - as `verify` of `monge/verification` gives them: `diagrams`, for `"fss"` `scores`
 * @param units - of thresholds and quantiles, for legend and axes
 * @returns the SVG text
 * @throws OptionsError where there are no scores to draw
 */
export function verificationFigure<Kind extends keyof Diagrams>(
  kind: Kind,
  of: Pick<Diagrams, Kind>,
  units?: string,
): Promise<string> {
  return figures[kind](of, units);
}

function reliabilityFigure({ reliability }: Pick<Diagrams, "reliability">, units?: string): Promise<string> {
  const curves = reliability.map(({ threshold, dots }) => ({
    name: at(threshold, units),
    x: dots.map(({ probability }) => probability),
    y: dots.map(({ frequency }) => frequency),
  }));
  return curveFigure({
    curves: [...curves, diagonal("reliable")],
    x: { name: "share of members with the event" },
    y: { name: "share of cells with the event" },
    title: "Reliability",
    square: true,
  });
}

function rocFigure({ roc }: Pick<Diagrams, "roc">, units?: string): Promise<string> {
  const curves = roc.map(({ threshold, curve }) => ({
    name: at(threshold, units),
    x: curve.map(({ pofd }) => (Number.isNaN(pofd) ? 0 : pofd)),
    y: curve.map(({ pod }) => pod),
  }));
  return curveFigure({
    curves: [...curves, diagonal("no skill")],
    x: { name: "probability of false detection" },
    y: { name: "probability of detection" },
    title: "Relative operating characteristic",
    square: true,
  });
}

function quantileFigure({ quantiles }: Pick<Diagrams, "quantiles">, units?: string): Promise<string> {
  const { forecast, truth } = quantiles;
  const of = units === undefined ? "" : `, ${units}`;
  return curveFigure({
    curves: [{ name: "forecast", x: truth, y: forecast }, diagonal("equal", Math.max(...truth, 0))],
    x: { name: `quantiles of the truth${of}` },
    y: { name: `quantiles of the forecast${of}` },
    title: "Quantiles from 5 % to 99.99 %",
    square: true,
  });
}

function spectrumFigure({ spectrum }: Pick<Diagrams, "spectrum">): Promise<string> {
  const curve = (name: string, power: readonly number[], dashed = false): Curve => {
    const kept = power.flatMap((p, k) => (p > 0 ? [[k + 1, p] as const] : []));
    return { name, x: kept.map(([k]) => k), y: kept.map(([, p]) => p), dashed };
  };
  return curveFigure({
    curves: [curve("forecast, mean of members", spectrum.forecast), curve("truth", spectrum.truth, true)],
    x: { name: "wavenumber, cycles over the longer side", log: true },
    y: { name: "power", log: true },
    title: "Radially averaged spectra",
  });
}

function fssFigure({ fss }: Pick<Diagrams, "fss">, units?: string): Promise<string> {
  const thresholds = [...new Set(fss.map(({ threshold }) => threshold))];
  const curves = thresholds.map((threshold) => {
    const own = fss.filter((each) => each.threshold === threshold);
    return { name: at(threshold, units), x: own.map(({ window }) => window), y: own.map((each) => each.fss) };
  });
  return curveFigure({
    curves,
    x: { name: "side of the window, cells", log: true },
    y: { name: "fractions skill score" },
    title: "Fractions skill score",
  });
}
