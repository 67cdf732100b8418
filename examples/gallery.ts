/**
 * Pictures of the docs: solves each text of `examples/gallery`, some of `examples/data` and README's membrane, draws them, and writes `docs/how-to/gallery.md` and
 * `research/pictures.json`, the record that a test holds pictures and pages to.
 *
 * `npm run pictures [-- --only NAME,…]`
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { convertIndexedToRgb, decode } from "fast-png";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { solutionPicture } from "../pages/index.ts";
import { writePicture } from "../report/index.ts";
import { type Problem, problemFromJson, readProblem, solve } from "../solvers/index.ts";

/** Of a picture: by what it was drawn. */
export interface DrawnBy {
  /** Of the file in `docs/images`. */
  readonly sha256: string;
  readonly command: string;
}

/** Of a picture of an equation: also what was found. */
export interface PictureRecord extends DrawnBy {
  readonly status: string;
  /** Relative L² error, as the page says it. */
  readonly estimate: string;
}

/** Titles by the names of the texts, in the order of the page. */
export const pictures: Readonly<Record<string, string>> = {
  membrane: "A membrane with a round hole",
  "boundary-layer": "Convection with a boundary layer",
  plate: "A clamped plate",
  cavity: "Flow in a cavity whose lid moves, Re = 100",
  "wave-guide": "A source in a wave guide, k = 20",
  lorenz: "Lorenz's equations",
  solitons: "Korteweg and de Vries: a pulse parts into two solitons",
  "cahn-hilliard": "Cahn and Hilliard: two phases part",
  vortices: "Vortices in two dimensions, to t = 1",
};

/** Problems of `examples/data` with a picture on the page of equations with data, and CPU seconds for each. */
const ofData: Readonly<Record<string, number>> = { permafrost: 10, lake: 40 };

/** Pictures that other commands draw, by name: the command and the file that it writes below a folder. */
const otherCommands: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  radar: (folder) => ["cli/main.ts", "demo", "--out", folder],
  "transport-on-grids": (folder) => ["examples/transport-on-grids.ts", "--out", folder],
  "energy-balance": (folder) => ["examples/energy-balance.ts", "--out", folder],
  convergence: (folder) => ["examples/convergence.ts", "--out", folder],
};

/** Rain by data set: pictures of other commands. */
const rain = `## Rain

**Germany**, an hour of radar (RADOLAN, 1 km), by the [model of the package](pretrained.md), as \`npx monge demo\` draws it.

![Germany: coarse input, three members, their mean, and the truth](../images/radar.png)

**Iberia**, a day of gauges (E-OBS, 0.5°) from a reanalysis (NCEP), by a [model of pairs](downscaling.md).

![Iberia: gauges, interpolated reanalysis, quantile delta mapping, and three members](../images/iberia.png)

**Finland**, five minutes of radar (FMI), by models of [block means](downscaling.md).

![Finland: truth, block means, and members of five generators](../images/finland.png)

\`npm run pictures\` draws Germany anew. The other two are of trainings on archives that the repository does not have, and stay as they were drawn.
`;

const galleryOptions = "--processor-seconds 10 --seed 0";
export const recordPath = "research/pictures.json";

/** README's problem, as it stands there, and the options of its command. */
export function membraneOfReadme(): { readonly text: string; readonly options: string } {
  const readme = readFileSync("README.md", "utf8");
  const [, text] = /Save this into `membrane.json`:\s+```json\n([^`]*)```/.exec(readme)!;
  const [, options] = /npx monge solve membrane\.json (.*) --figure membrane\.png/.exec(readme)!;
  return { text: text!, options: options! };
}

/** Solves and draws as `monge solve TEXT OPTIONS --figure` does. */
async function draw(name: string, problem: Problem, options: string): Promise<PictureRecord> {
  const number = (flag: string) => Number(new RegExp(`${flag} (\\S+)`).exec(options)![1]);
  const [processorSeconds, seed] = [number("--processor-seconds"), number("--seed")];
  const solution = await solve(problem, { budget: { processorSeconds }, seed, threads: 1 });
  const image = `docs/images/${name}.png`;
  await writePicture(image, await solutionPicture(solution), {
    // README's is as its command draws it.
    scale: name === "membrane" ? 1.5 : solution.problem.axes.length > 2 ? 0.4 : 0.7,
    overwrite: true,
  });
  const { status, report } = solution;
  const estimate = report.estimate?.relativeL2.toExponential(1) ?? "none";
  console.log(`${name}: ${status}, ${estimate}${"taken" in report && report.taken ? ` · ${report.taken}` : ""}`);
  const sha256 = createHash("sha256")
    .update(await readFile(image))
    .digest("hex");
  return { sha256, command: `monge solve ${name.replace("gallery-", "")}.json ${options}`, status, estimate };
}

/** A picture by its pixels; some are stored with a palette, which makes them small. */
export function pixelsOf(png: Uint8Array) {
  const image = decode(png);
  return image.palette ? { ...image, data: convertIndexedToRgb(image), channels: image.palette[0]!.length } : image;
}

/** True where two pictures have the same colours everywhere, whatever their transparency. */
function hasSamePixels(one: Uint8Array, other: Uint8Array): boolean {
  const [a, b] = [pixelsOf(one), pixelsOf(other)];
  if (a.width !== b.width || a.height !== b.height) return false;
  for (let pixel = 0; pixel < a.width * a.height; pixel++)
    for (let k = 0; k < 3; k++) if (a.data[a.channels * pixel + k] !== b.data[b.channels * pixel + k]) return false;
  return true;
}

/** Draws by another command, as it stands in `otherCommands`. */
async function drawBy(name: string): Promise<DrawnBy> {
  const folder = await mkdtemp(join(tmpdir(), "monge-pictures-"));
  try {
    const command = otherCommands[name]!(folder);
    execFileSync(process.execPath, ["--import", "tsx", "--conditions=source", ...command], { stdio: "inherit" });
    const [image, drawn] = [`docs/images/${name}.png`, await readFile(join(folder, `${name}.png`))];
    const stored = await readFile(image);
    const bytes = hasSamePixels(stored, drawn) ? stored : drawn;
    await writeAtomically(image, bytes, { overwrite: true });
    return { sha256: createHash("sha256").update(bytes).digest("hex"), command: command.slice(0, -2).join(" ") };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The page by its records. */
export function galleryPage(records: Readonly<Record<string, PictureRecord | DrawnBy>>): string {
  const parts = Object.entries(pictures).map(([name, title]) => {
    const text = readFileSync(`examples/gallery/${name}.json`, "utf8").trim();
    const { status, estimate } = records[`gallery-${name}`] as PictureRecord;
    return `### ${title}

\`\`\`json
${text}
\`\`\`

Status \`${status}\`, estimated relative L² error ${estimate}.

![${title}: solution and residual](../images/gallery-${name}.png)
`;
  });
  return `# Gallery: rain and equations

${rain}
## Equations

Each text below is a file of \`examples/gallery\`; \`monge solve FILE.json ${galleryOptions} --figure FILE.png\` draws
its picture. No method was chosen by hand. One thread, one seed; the error is the solver's own estimate, and depends on how far a machine comes in that time.

${parts.join("\n")}`;
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const only = values.only?.split(",");
  const former = JSON.parse(readFileSync(recordPath, "utf8"));
  const { iberia, finland } = former;
  const records: Record<string, PictureRecord | DrawnBy> = only ? former : { iberia, finland };
  const { text, options } = membraneOfReadme();
  const all = [
    ["membrane", async () => problemFromJson(text), options] as const,
    ...Object.keys(pictures).map(
      (name) => [`gallery-${name}`, () => readProblem(`examples/gallery/${name}.json`), galleryOptions] as const,
    ),
    ...Object.entries(ofData).map(([name, seconds]) => {
      const options = `--processor-seconds ${seconds} --seed 0`;
      return [`gallery-${name}`, () => readProblem(`examples/data/${name}.json`), options] as const;
    }),
  ];
  const jobs = [
    ...Object.keys(otherCommands).map((name) => [name, () => drawBy(name)] as const),
    ...all.map(([name, problem, how]) => [name, async () => draw(name, await problem(), how)] as const),
  ];
  for (const [name, job] of jobs) {
    if (only && !only.includes(name)) continue;
    records[name] = await job();
    await writeAtomically(recordPath, `${JSON.stringify(records, null, 2)}\n`, { overwrite: true });
  }
  await writeAtomically("docs/how-to/gallery.md", galleryPage(records), { overwrite: true });
}
