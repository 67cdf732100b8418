/** A training on one page: how the loss fell, what held-out times said, with which options it was run. */

import { isPlainObject } from "../engine/checks.ts";
import { DomainError } from "../engine/errors.ts";
import { readMetrics, readRunOptions } from "../engine/files/run.ts";
import { version } from "../engine/files/version.ts";
import { basename } from "../engine/platform/paths.ts";
import { numberText } from "../engine/text/number.ts";
import { type Curve, curveFigure, htmlPage, type PagePicture, type PageSection } from "../report/index.ts";

/** A line whose records stand as numbers of their own: `validation crps`, and of several targets `validation pr crps`. */
function flat(line: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(line).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
      if (isPlainObject(value)) return Object.entries(flat(value)).map(([name, v]) => [`${key} ${name}`, v]);
      if (!Array.isArray(value)) return [[key, value]];
      return value
        .filter(isPlainObject)
        .flatMap(({ name, ...rest }) =>
          Object.entries(flat(rest)).map(([inner, v]) => [`${name} ${inner}`, v] as const),
        );
    }),
  );
}

/** A number of the metrics over the steps. */
function series(lines: readonly Readonly<Record<string, unknown>>[], key: string): Curve | undefined {
  // After a crash, steps since the last checkpoint were made and logged twice; the later line counts.
  const byStep = new Map<number, number>();
  for (const line of lines) {
    const value = line[key];
    if (typeof value === "number" && Number.isFinite(value)) byStep.set(Number(line["step"]), value);
  }
  if (byStep.size < 2) return undefined;
  const points = [...byStep].sort(([a], [b]) => a - b);
  return { name: key, x: points.map(([step]) => step), y: points.map(([, value]) => value) };
}

async function picture(curves: readonly Curve[], y: string, caption: string): Promise<PagePicture> {
  const svg = await curveFigure({ curves, x: { name: "step" }, y: { name: y } });
  const texts = curves.map(
    ({ name, y: values }) =>
      `${name} from ${numberText(values[0]!, 3)} to ${numberText(values[values.length - 1]!, 3)}`,
  );
  return { svg, alt: `Curves over steps: ${texts.join("; ")}`, caption };
}

/**
 * The report of a run that `train` wrote.
 *
 * @param directory - the run's folder
 * @returns HTML
 * @throws FormatError where the folder holds no run; DomainError for fewer than two recorded steps
 */
export async function trainingPage(directory: string): Promise<string> {
  const options = await readRunOptions(directory);
  const lines = (await readMetrics(directory)).map(flat);
  const keys = [...new Set(lines.flatMap((line) => Object.keys(line)))].filter(
    (key) => key !== "step" && key !== "loss",
  );
  const loss = series(lines, "loss");
  if (loss === undefined) {
    throw new DomainError(`${directory}: its metrics hold fewer than two steps with a loss; train longer first`, 0);
  }
  const of = (pattern: RegExp) => keys.filter((key) => pattern.test(key)).flatMap((key) => series(lines, key) ?? []);
  const [byLevel, validation] = [of(/^(loss|level|quartile)\W/i), of(/valid|crps|spread/i)];
  const rest = keys
    .filter((key) => ![...byLevel, ...validation].some(({ name }) => name === key))
    .flatMap((key) => series(lines, key) ?? []);
  const sections: PageSection[] = [
    {
      heading: "Loss",
      parts: [
        {
          kind: "pictures",
          pictures: [
            await picture([loss], "loss", "Loss of the training batches"),
            ...(byLevel.length > 0 ? [await picture(byLevel, "loss", "Loss by noise level")] : []),
          ],
        },
      ],
    },
    ...(await oneByOne("Held-out times", validation)),
    ...(await oneByOne("Other metrics", rest)),
    { heading: "Options", parts: [{ kind: "facts", facts: facts(options) }] },
  ];
  const steps = loss.x[loss.x.length - 1]!;
  return htmlPage({
    title: `Training ${basename(directory)}`,
    lead: `${steps} steps; the loss went from ${numberText(loss.y[0]!, 3)} to ${numberText(loss.y[loss.y.length - 1]!, 3)}.`,
    sections,
    provenance: [
      ["run", directory],
      ["monge", version()],
    ],
  });
}

/** A section with a picture of each curve; none without curves. */
async function oneByOne(heading: string, curves: readonly Curve[]): Promise<PageSection[]> {
  const pictures = await Promise.all(curves.map((curve) => picture([curve], curve.name, curve.name)));
  return pictures.length === 0 ? [] : [{ heading, parts: [{ kind: "pictures", pictures }] }];
}

/** Options as lines, lists and objects in short. */
function facts(options: unknown): (readonly [string, string])[] {
  if (typeof options !== "object" || options === null) return [];
  return Object.entries(options).map(
    ([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)] as const,
  );
}
