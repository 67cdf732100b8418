// Inside: a decision of the automatic choice by itself.
/** The estimate of a solution by rows and what it found out about its error, without the choice that asks for it. */
import { assessed } from "../../../solvers/automatic/method-result.ts";
import { type Findings, rowEvidence } from "../../../solvers/automatic/row-evidence.ts";
import { settingOf } from "../../../solvers/automatic/setting.ts";
import type { Problem } from "../../../solvers/index.ts";
import type { NetworkSolution } from "../../../solvers/solution/index.ts";

export async function estimateBy(problem: Problem, solution: NetworkSolution, findings: Findings) {
  const setting = settingOf({ budget: { steps: 1 } });
  const evidence = await rowEvidence(problem, { solution, findings, isSufficient: true }, setting);
  const found = await assessed(problem, setting, { solution, evidence, words: "", isFinal: false });
  return found.solution.report.estimate!;
}
