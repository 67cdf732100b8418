/**
 * The gallery: rain by data set, and equations. Solves each text of `examples/gallery`, draws it, and writes `docs/how-to/gallery.md`.
 *
 * `node --import tsx --conditions=source examples/gallery.ts [--processor-seconds 10] [--seed 0]`
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { solutionPicture } from "../pages/index.ts";
import { writePicture } from "../report/index.ts";
import { problemFromJson, solve } from "../solvers/index.ts";

const { values } = parseArgs({
  options: { "processor-seconds": { type: "string", default: "10" }, seed: { type: "string", default: "0" } },
});
const processorSeconds = Number(values["processor-seconds"]);

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

/** Rain by data set: pictures of other commands. */
const rain = `## Rain

**Germany**, an hour of radar (RADOLAN, 1 km), by the [model of the package](pretrained.md), as \`npx monge demo\` draws it.

![Germany: coarse input, three members, their mean, and the truth](../images/radar.png)

**Iberia**, a day of gauges (E-OBS, 0.5°) from a reanalysis (NCEP), by a [model of pairs](downscaling.md) ([scores](../../research/downscaling-results.md)).

![Iberia: gauges, interpolated reanalysis, quantile delta mapping, and three members](../images/iberia.png)

**Finland**, five minutes of radar (FMI), by models of [block means](downscaling.md) ([scores](../../research/generator-results.md)).

![Finland: truth, block means, and members of five generators](../images/finland.png)
`;

if (process.argv[1] === import.meta.filename) {
  const parts: string[] = [];
  for (const [name, title] of Object.entries(pictures)) {
    const text = await readFile(`examples/gallery/${name}.json`, "utf8");
    const solution = await solve(problemFromJson(text), {
      budget: { processorSeconds },
      seed: Number(values.seed),
      threads: 1,
    });
    const image = `docs/images/gallery-${name}.png`;
    const svg = await solutionPicture(solution);
    await writePicture(image, svg, { scale: solution.problem.axes.length > 2 ? 0.4 : 0.7, overwrite: true });
    const { status, report } = solution;
    const estimate = report.estimate?.relativeL2.toExponential(1) ?? "none";
    const method = "taken" in report && report.taken ? ` · ${report.taken}` : "";
    console.log(`${name}: ${status}, ${estimate}${method}`);
    parts.push(
      `### ${title}\n\n\`\`\`json\n${text.trim()}\n\`\`\`\n\n${sentence(status, estimate)}\n\n![${title}: solution and residual](../images/gallery-${name}.png)\n`,
    );
  }
  const head = `# Gallery: rain and equations

${rain}
## Equations

Each text below is a file of \`examples/gallery\`; \`monge solve FILE.json --processor-seconds ${processorSeconds} --seed ${values.seed} --figure FILE.png\` draws
its picture. No method was chosen by hand. One thread, one seed; the error is the solver's own estimate.
`;
  await writeAtomically("docs/how-to/gallery.md", `${head}\n${parts.join("\n")}`);
}

function sentence(status: string, estimate: string): string {
  return `Status \`${status}\`, estimated relative L² error ${estimate}.`;
}
