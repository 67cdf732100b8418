/** The worker of the page: solves a problem, and answers with texts, a picture and the bytes of a file. */
import { printProblem, problemFromJson, toMathml } from "../../equations/problem/index.ts";
import { fileBytes } from "../../io/index.ts";
import { writeSolution } from "../../pages/solution-file.ts";
import { inShort, solutionParts } from "../../pages/solution-parts.ts";
import { solve } from "../../solvers/index.ts";

/** What the page asks for. */
export interface Asked {
  readonly problem: Readonly<Record<string, unknown>>;
  readonly seconds: number;
  readonly tolerance: number;
  /** Panels of the picture in a row. */
  readonly columns: number;
}

/** What the worker says: how the problem is understood, what it tries, and the solution or why there is none. */
export type Said =
  | { readonly kind: "understood"; readonly mathml: string; readonly text: string }
  | { readonly kind: "trial"; readonly words: string }
  | { readonly kind: "failed"; readonly message: string }
  | {
      readonly kind: "solved";
      readonly summary: string;
      readonly isDoubtful: boolean;
      readonly facts: readonly (readonly [name: string, value: string])[];
      readonly picture: { readonly svg: string; readonly alt: string; readonly caption: string };
      readonly tried: readonly string[];
      /** None of a problem on more axes than a file is written of. */
      readonly netcdf: Uint8Array | undefined;
    };

/** Most axes of which the page gives a file. */
const mostAxes = 3;

const say = (said: Said) => self.postMessage(said);

self.onmessage = async ({ data: { problem: json, seconds, tolerance, columns } }: MessageEvent<Asked>) => {
  try {
    const problem = problemFromJson(json);
    say({ kind: "understood", mathml: toMathml(problem), text: printProblem(problem) });
    const solution = await solve(problem, {
      ...{ budget: { seconds, tolerance }, seed: 1, threads: 1 },
      onTrial: ({ words, residual }) =>
        say({ kind: "trial", words: `${words}: residual ${residual.toExponential(1)}` }),
    });
    const parts = await solutionParts(solution, columns);
    const [facts, picture] = [parts.find(({ kind }) => kind === "facts"), parts.find(({ kind }) => kind === "picture")];
    const path = "solution.nc";
    const hasFile = problem.axes.length <= mostAxes;
    if (hasFile) await writeSolution(path, solution, { overwrite: true });
    say({
      ...{ kind: "solved", summary: inShort(solution), isDoubtful: solution.status === "doubtful" },
      facts: facts?.kind === "facts" ? facts.facts : [],
      picture:
        picture?.kind === "picture"
          ? { ...picture, caption: picture.caption ?? "" }
          : { svg: "", alt: "", caption: "" },
      tried: solution.report.method ?? [],
      netcdf: hasFile ? await fileBytes(path) : undefined,
    });
  } catch (error) {
    say({ kind: "failed", message: (error as Error).message });
  }
};
