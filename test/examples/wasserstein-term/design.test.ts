/** The plan of the experiment. */
import { developmentSets, fileOf, freshSets, plan, recipeOf } from "../../../examples/wasserstein-term/design.ts";
import { assert, test } from "../../harness.ts";

const cells = plan();

test("every training of the plan has a file of its own", () => {
  assert.is(new Set(cells.map(fileOf)).size, cells.length);
});

test("every arm stands beside one without a term and one with the control, of the same set, ratio and seed", () => {
  const files = new Set(cells.map(fileOf));
  const terms = cells.filter(({ term, generator, size }) => size === "factor" && term === "sliced" && generator);
  assert.ok(terms.length > 20, `${terms.length}`);
  for (const cell of terms)
    for (const term of ["none", "control"] as const) assert.ok(files.has(fileOf({ ...cell, term })), fileOf(cell));
});

test("no set is both one for choices and a fresh one", () => {
  const fresh = new Set<string>([...freshSets.rates, ...freshSets.daily]);
  assert.not(developmentSets.some((set) => fresh.has(set)));
});

test("arms of one generator differ in their term alone", () => {
  for (const generator of ["edm", "ve"] as const) {
    const of = (term: "none" | "sliced") => {
      const { term: _, ...rest } = recipeOf({ size: "factor", set: "fmi", ratio: 4, generator, term, seed: 0 });
      return rest;
    };
    assert.equal(of("none"), of("sliced"));
  }
});

test.run();
