/** A plugin of TypeDoc: groups the names of each entry point by task, which the folder of their source decides. */
import { Application, CommentTag, Converter, ReflectionKind } from "typedoc";

/** Task by folder or file, the longest prefix first; a name from elsewhere stops the build. */
const TASKS = {
  "equations/domain": "State a problem",
  "equations/problem": "State a problem",
  "equations/problem/print-problem": "Print a problem",
  "solvers/automatic": "Solve",
  "solvers/solve": "Solve",
  "solvers/solution": "Use a solution",
  "solvers/network": "Choose a network",
  "solvers/features": "Choose a network",
  "solvers/residual": "Choose a network",
  "solvers/sampler": "Choose collocation points",
  "solvers/flow": "Choose collocation points",
  "solvers/optimizer": "Choose an optimizer",
  "generative/sampling": "Downscale",
  "generative/model": "Downscale",
  "generative/ensemble": "Downscale",
  "generative/sharded": "Downscale on clusters",
  "generative/training": "Train",
  "generative/data": "Train",
  "generative/diffusion": "Choose a diffusion process",
  "generative/baselines": "Baselines and bias correction",
  "generative/synthetic": "Synthetic rain",
  "io/dataset": "Read and write files",
  "io/formats": "Read and write files",
  "io/storage": "Read and write files",
  "io/field": "Fields, units and times",
  "io/regrid": "Change the grid",
  "io/resample": "Change the times",
  "io/stations": "Stations",
  "verification/": "Verify files and fields",
  "verification/scores": "Scores",
  "verification/climate": "Scores of climate",
  "verification/series": "Scores of areas and times",
  "verification/transport": "Scores by transport",
  "verification/significance": "Intervals",
  "wasserstein/exact": "Exact transport",
  "wasserstein/line": "On a line",
  "wasserstein/sinkhorn": "Entropic transport",
  "wasserstein/sliced": "Sliced transport",
  "wasserstein/grid": "On grids",
  "wasserstein/images": "On grids",
  "wasserstein/measure": "Measures, options and results",
  "wasserstein/term": "Terms of a loss",
  "report/page": "Pages",
  "report/": "Pictures",
  "pages/": "Pages and pictures of results",
  "engine/errors": "Errors",
  "engine/tensors": "Compile",
  "engine/training": "Train",
  "engine/random": "Random numbers",
  "engine/files": "Checkpoints",
  "engine/numerics": "Compile",
  "": "The main functions",
};
const PREFIXES = Object.keys(TASKS).sort((a, b) => b.length - a.length);

export function load(app) {
  app.on(Application.EVENT_BOOTSTRAP_END, () =>
    app.options.setValue("categoryOrder", [...new Set(Object.values(TASKS)), "*"]),
  );
  const root = `${process.cwd()}/`;
  const tasks = new Map();
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (!reflection.parent?.kindOf(ReflectionKind.Module)) return;
    if (reflection.parent.name === app.options.getValue("internalModule")) return;
    const source = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName ?? "";
    const file = source.replace(root, "");
    tasks.set(reflection, TASKS[PREFIXES.find((prefix) => file.startsWith(prefix))]);
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, () => {
    for (const [reflection, task] of tasks) {
      // What TypeDoc gives a function beside its signatures is the comment of its file.
      if (reflection.signatures) reflection.comment = undefined;
      for (const { comment } of reflection.signatures ?? [reflection])
        comment?.blockTags.push(new CommentTag("@category", [{ kind: "text", text: task }]));
    }
  });
}
