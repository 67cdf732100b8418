/** Solutions on meshes as ParaView reads them, read back by meshio. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { solutionOnMesh } from "../../../cli/solve/solution-on-mesh.ts";
import { pde, randomFeatures } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { hasPython, python, skip } from "../../io/oracle.ts";

const plate = new URL("../../oracles/meshes/plate-41.msh", import.meta.url).pathname;

/** A file as meshio reads it. */
interface Read {
  readonly cells: Readonly<Record<string, number>>;
  readonly off: number;
}

/** Cells by kind and how far the values are from a formula, as meshio reads them. */
function read(text: string, formula: string): Read | undefined {
  const file = join(mkdtempSync(join(tmpdir(), "monge-vtu-")), "solution.vtu");
  writeFileSync(file, text);
  if (!hasPython("meshio")) {
    skip("the system's Python has no meshio (Debian: apt-get install python3-meshio)");
    return undefined;
  }
  const script = `
import json, sys, meshio, numpy as np
m = meshio.read(sys.argv[1]); x, y, z = m.points.T; u = m.point_data["u"].ravel()
used = np.unique(np.concatenate([c.data.ravel() for c in m.cells]))
print(json.dumps(dict(cells={c.type: len(c.data) for c in m.cells}, off=float(np.abs(u - (${formula}))[used].max()))))`;
  return python(script, file) as Read;
}

const conditions = "exact";

test("a solution on the mesh of its domain has the values of the solution in all cells", async () => {
  const problem = pde({
    ...{ name: "plate", domain: { mesh: plate }, equations: "lap(u) = 0", exact: "x^2 - y^2" },
    conditions,
  });
  const solution = await randomFeatures(problem, { features: 60, seed: 1 });
  const found = read(await solutionOnMesh(solution, { problem, mesh: plate, grid: undefined }), "x**2 - y**2");
  await solution.dispose();
  if (!found) return;
  assert.equal(Object.keys(found.cells), ["triangle"]);
  assert.ok(found.cells["triangle"]! > 50 && found.off < 1e-4, JSON.stringify(found));
});

test("on a grid cells outside of the domain are left out, and with time values are those of its end", async () => {
  const domain = { shape: "disk", center: [0, 0], radius: 1, t: [0, 1] } as const;
  const equations = "u_t = lap(u) - 4 + exp(t)";
  const problem = pde({
    ...{ name: "disk", domain, equations, exact: "x^2 + y^2 + exp(t)" },
    conditions: [
      { type: "initial", equation: "u = exact" },
      { type: "dirichlet", equation: "u = exact" },
    ],
  });
  const solution = await randomFeatures(problem, { features: 120, seed: 1 });
  const grid = { x: 21, y: 21, t: 2 };
  const found = read(await solutionOnMesh(solution, { problem, grid }), "x**2 + y**2 + np.e");
  await solution.dispose();
  if (!found) return;
  // Of 400 cells those with all corners in the circle.
  assert.equal(found.cells, { quad: 276 });
  assert.ok(found.off < 1e-2, JSON.stringify(found));
});

test.run();
