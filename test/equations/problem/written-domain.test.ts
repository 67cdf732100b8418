/** Domains as a problem writes them: formulas of constants, files beside the problem's own, and what is kept of both. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FormatError, OptionsError } from "../../../engine/index.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import type { WrittenDomain } from "../../../equations/problem/index.ts";
import { type ProblemSpec, pde, printProblem, problemFromJson, problemToJson } from "../../../solvers/index.ts";
import { assert, temporaryFolder, test, throws } from "../../harness.ts";
import { vertices } from "../../solvers/vertices.ts";

const on = (domain: WrittenDomain, more: Partial<ProblemSpec> = {}): ProblemSpec => ({
  ...{ name: "shape", domain, equations: "lap(u) = -1", conditions: "u = 0" },
  ...more,
});
const ring = vertices("0 0, 3 0, 3 2, 0 2, 0 0");
const { folder } = temporaryFolder(test);

test("comparisons and numbers of shapes may use the constants of the problem", () => {
  const constants = { R: 0.5, b: "2*R" };
  const within = { x: ["-3*b", "3*b"], y: [-3, 3] } as const;
  const problem = pde(on({ inside: "x^2 + y^2 < b^2 and (x^2 + y^2 > R^2 or y > 0)", within }, { constants }));
  const { volume, volumeError } = domainOf(problem.domain);
  assert.ok(Math.abs(volume - Math.PI * (1 - 0.125)) < 4 * volumeError, `${volume}`);
  assert.is(JSON.stringify(problem.domain).includes("R"), false);
  assert.equal(problemToJson(problem).domain, { inside: "x^2 + y^2 < b^2 and (x^2 + y^2 > R^2 or y > 0)", within });
  const ellipse = pde(on({ shape: "ellipse", center: [0, 0], radii: ["2*b", "R"], angle: "pi/2" }, { constants }));
  assert.ok(Math.abs(domainOf(ellipse.domain).high[1]! - 2) < 1e-14);
  assert.match(printProblem(ellipse), /u\(x, y\) on an ellipse/);
});

test("a problem in time alone is printed with its interval alone", () => {
  const decay = pde({ name: "decay", domain: { t: [0, 10] }, equations: "u_t = -u", conditions: "u = 1" });
  assert.match(printProblem(decay), /^decay: u\(t\) on t ∈ \[0, 10\]\n/);
});

test("a file of GeoJSON is looked for beside the problem's file, and becomes a part of the problem", () => {
  writeFileSync(join(folder, "lake.geojson"), JSON.stringify({ type: "Polygon", coordinates: [ring] }));
  const spec = on({ shape: "geojson", file: "lake.geojson" });
  const problem = problemFromJson(JSON.stringify(spec), join(folder, "problem.json"));
  assert.is(domainOf(problem.domain).volume, 6);
  rmSync(join(folder, "lake.geojson"));
  assert.is(domainOf(problemFromJson(problemToJson(problem)).domain).volume, 6);
  throws(
    () => problemFromJson(JSON.stringify(spec), join(folder, "problem.json")),
    OptionsError,
    /lake\.geojson cannot be read \(ENOENT\); paths begin at/,
  );
  writeFileSync(join(folder, "broken.geojson"), "{");
  const broken = on({
    difference: [
      { x: [0, 9], y: [0, 9] },
      { shape: "geojson", file: "broken.geojson" },
    ],
  });
  throws(() => problemFromJson(broken, join(folder, "problem.json")), FormatError, /broken\.geojson: no JSON/);
});

test("the examples of shapes and of flows can be read", () => {
  const folders = ["shapes", "flows"].map((name) => new URL(`../../../examples/${name}/`, import.meta.url));
  const texts = folders.flatMap((examples) =>
    readdirSync(examples).flatMap((name) => (name.endsWith(".json") ? [{ name, examples }] : [])),
  );
  assert.is(texts.length, 3 + 12);
  for (const { name, examples } of texts) {
    const path = fileURLToPath(new URL(name, examples));
    assert.ok(domainOf(problemFromJson(readFileSync(path, "utf8"), path).domain).volume > 0, name);
  }
});

test.run();
