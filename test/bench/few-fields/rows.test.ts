/** The verdicts on a Wasserstein term where fields are few. */
import { effectsTable, type FewFieldsRow, ranking } from "../../../bench/few-fields/rows.ts";
import { assert, test } from "../../harness.ts";

const row = (role: FewFieldsRow["role"], archive: string, fields: number, seed: number, arm: string, crps: number) => ({
  ...{ role, archive, fields, seed, arm, crps },
  ...{ q999: 1, ralsd: 1, spreadSkill: 1, wet: 0, seconds: 1 },
});
/** Rows of arms by their CRPS in units of that without a term; seeds differ from one another by more than arms do. */
const rows = (factors: Readonly<Record<string, number>>): FewFieldsRow[] =>
  [1, 2, 3].flatMap((seed) =>
    Object.entries(factors).flatMap(([arm, factor]) => [
      // Controls are no candidates.
      ...(arm.startsWith("batch-paired") ? [] : ["a", "b"]).map((one) =>
        row("weight", one, 5, seed, arm, seed * factor),
      ),
      ...[5, 16].flatMap((fields) =>
        ["c", "d", "e"].map((archive) => row("judgment", archive, fields, seed, arm, seed * factor)),
      ),
    ]),
  );
const verdicts = (factors: Readonly<Record<string, number>>) =>
  effectsTable(rows(factors))
    .slice(1)
    .map((cells) => cells.at(-1));

test("a term that lowers CRPS helps, and beyond its control only where sorting does", () => {
  const sorted = { none: 1, "batch-sliced 0.2": 0.99, "batch-paired 0.2": 1 };
  assert.equal(verdicts(sorted), ["helps", "no effect", "helps", "helps"]);
  assert.equal(verdicts({ ...sorted, "batch-paired 0.2": 0.99 }), ["helps", "helps", "no effect", "helps"]);
  assert.equal(verdicts({ ...sorted, "batch-paired 0.2": 0.98 }), ["helps", "helps", "harms", "helps"]);
});

test("the candidate with the lowest sum of changes is chosen", () => {
  const found = ranking(rows({ none: 1, "batch-sliced 0.2": 1.01, "batch-sliced 0.5": 1.02 }));
  assert.equal(
    found.map(([arm]) => arm),
    ["batch-sliced 0.2", "batch-sliced 0.5"],
  );
});

test.run();
