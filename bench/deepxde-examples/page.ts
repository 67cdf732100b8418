/** The page of DeepXDE's examples. */
import { markdown, type Rows } from "../tables/page.ts";

/** An example with its text. */
export interface Example {
  readonly example: string;
  readonly kind: "forward" | "inverse";
  /** Our text; none where the example is another one, solved in another way. */
  readonly problem?: unknown;
  readonly as?: string;
  /** What is compared, where it is not the unknowns. */
  readonly quantity?: string;
  /** The first unknown's formula, or a field's, where the problem does not tell it. */
  readonly truth?: string | Readonly<Record<string, string>>;
  readonly note?: string;
}

/** What came of our text. */
export interface Result {
  readonly example: string;
  readonly error: number | null;
  /** Constants or field that the error is of; "" for the unknowns. */
  readonly of: string;
  readonly status: string;
  readonly processorSeconds: number;
  /** Processor seconds that were given. */
  readonly budget: number;
  readonly taken: string;
}

/** A classical run, by `classical.py` or `reference.py`. */
export interface Reference {
  readonly example: string;
  readonly method: string;
  readonly processorSeconds: number;
  readonly error: number;
}

/** What DeepXDE's own script reports. */
export interface Theirs {
  readonly example: string;
  readonly error: number | null;
  readonly processorSeconds: number;
  /** What it stops with, where it does not run. */
  readonly failed?: string;
}

interface Found {
  readonly results: readonly Result[];
  readonly references: readonly Reference[];
  readonly theirs: readonly Theirs[];
}

const digits = (v: number | null | undefined) =>
  v === null || v === undefined ? "–" : v === 0 ? "0" : v.toExponential(1);

const of = <T extends { readonly example: string }>(list: readonly T[], name: string) =>
  list.find((one) => one.example === name);

/** Rows of the page's table. */
export function exampleRows(examples: readonly Example[], { results, references, theirs }: Found): Rows {
  const rows = examples.map((e) => {
    const result = of(results, e.as ?? e.example);
    const reference = of(references, e.as ?? e.example);
    const their = of(theirs, e.example);
    const what = result && result.of !== "" ? ` (${result.of})` : "";
    const ours = result
      ? [`${digits(result.error)}${what}`, `${result.processorSeconds.toFixed(1)} of ${result.budget}`]
      : ["–", "–"];
    const status = result?.status ?? "not run";
    const sayable = e.problem || e.as ? (e.as ? `as ${e.as}` : "yes") : "no";
    const classical = reference ? `${digits(reference.error)} in ${digits(reference.processorSeconds)} s` : "–";
    const timed = their && `${digits(their.error)} in ${their.processorSeconds.toFixed(0)} s`;
    const deepxde = their?.failed ? "does not run" : (timed ?? "–");
    return [e.example, sayable, ...ours, status, deepxde, classical];
  });
  return [["example", "sayable", "our error", "used s", "status", "DeepXDE", "classical"], ...rows];
}

/** The page in Markdown. */
export function pageOf(examples: readonly Example[], found: Found): string {
  const { references } = found;
  const said = examples.filter((e) => e.problem || e.as).length;
  const methods = references.map((r) => `${r.example}: ${r.method}`).join("; ");
  const notes = examples.flatMap((e) => (e.note ? [`- **${e.example}**: ${e.note}.`] : []));
  return `# DeepXDE's examples as texts

${said} of the ${examples.length} examples in DeepXDE's \`pinn_forward\` and \`pinn_inverse\` (repository lululxvi/deepxde, commit 99b6620) can be said as problems of this package: the texts are in
\`examples/deepxde/forward.json\` and \`inverse.json\`, and \`monge solve\` reads each \`problem\` among them. Nothing of DeepXDE is copied: equations, domains and data were written anew; data of inverse
problems come from formulas and from scipy.

- **Ours** (2026-12-01): text alone, within the processor seconds that the table says, one thread, seed 0, on a 2-core machine that was busy. Relative L² error of the unknowns, or of the field or the constants (the worst) in brackets. \`doubtful\` is the
  solver's own word. A budget is kept to a fifth and one second. “not run” is what it says: \`node --import tsx --conditions=source bench/deepxde-examples.ts --write\` goes on with those.
- **DeepXDE**: its own script as it stands, with PyTorch on one thread of the same machine (\`bench/deepxde-examples/theirs.py\`): the error that the script itself reports, and its processor seconds. Numbers of 60 s and more, and Poisson_Dirichlet_1d, were stopped after 60 s (\`--seconds 60\`), the others after 20, most of them before
  their steps of Adam were over; a script may report the error of one component alone, or none (“–”). “Does not run” is with PyTorch as it stands: names of TensorFlow's, tensors of two types, or a package that is not there.
- **classical**: a spectral method, differences or a Runge–Kutta method in NumPy and SciPy with as many nodes as brought its error below what ours was on 2026-11-29, or below 1e-12 (\`bench/peers/classical\`), one thread: its error, by the formula or against itself with more nodes, and the processor seconds of that run. It is the faster tool in
  nearly all rows: our seconds went into choosing a method and judging the result as well. What a text has ahead is that nobody chose. For Navier_Stokes_inverse, with scattered data in space and time, none was written; of Helmholtz_Sound_hard_ABC_2d the series is the truth itself.

\`\`\`sh
node --import tsx --conditions=source bench/deepxde-examples.ts --seconds 6 --write
python3 bench/deepxde-examples/classical.py
node --import tsx --conditions=source bench/deepxde-examples.ts --seconds 0 --write
\`\`\`

<!-- table: deepxde-examples -->
${markdown(exampleRows(examples, found))}

Classical methods. ${methods}.

${notes.join("\n")}
`;
}
