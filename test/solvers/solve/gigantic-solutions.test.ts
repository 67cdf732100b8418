/** Saved solutions that claim to be gigantic, with sound checksums: refused by name, before memory is given. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sealedJson } from "../../../engine/files/index.ts";
import { loadSolution, mlp, pde, solve } from "../../../solvers/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";

const { folder } = temporaryFolder(test);

type Stored = { layout: Record<string, unknown>; problem: Record<string, unknown>; "monge-sha256"?: string };

test("solutions of networks and problems beyond all memory are refused by what they claim", async () => {
  const zero = { type: "dirichlet", equation: "u = 0" } as const;
  const problem = pde({ name: "p", domain: { x: [0, 1] }, equations: "u_xx = 1", conditions: [zero] });
  const solution = await solve(problem, { network: mlp({ width: 6, depth: 1 }), points: 150, budget: { steps: 2 } });
  await solution.save(folder);
  await solution.dispose();
  const path = join(folder, "solution.json");
  const text = readFileSync(path, "utf8");
  const wide = { width: 2 ** 20, depth: 1000, activation: "tanh", scale: 1 };
  const before = process.resourceUsage().maxRSS;
  for (const [change, words] of [
    [(s: Stored) => Object.assign(s.layout, wide), /19 parameters, where the network has 1098413166821377/],
    [(s: Stored) => Object.assign(s.layout, { width: 1e9 }), /width is 1000000000, expected .* 1048576/],
    [(s: Stored) => Object.assign(s.layout, { depth: 1e9 }), /depth is 1000000000, expected .* 1000/],
    [(s: Stored) => Object.assign(s.layout, { fourier: Array(1e5).fill([1]) }), /where the network has 1200019/],
    [
      (s: Stored) => Object.assign(s.problem, { conditions: Array(2e5).fill(zero) }),
      /200000 entries; give at most 4096/,
    ],
  ] as const) {
    const { "monge-sha256": _, ...stored } = JSON.parse(text) as Stored;
    change(stored);
    writeFileSync(path, sealedJson(stored));
    await refuses(loadSolution(folder), words);
  }
  const deep = `{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`;
  writeFileSync(path, text.replace(/"report": \{/, `"report": ${deep}, "x": {`));
  await refuses(loadSolution(folder), /nested hundreds deep/);
  assert.ok((process.resourceUsage().maxRSS - before) / 1024 < 500);
  writeFileSync(path, text);
  assert.is((await loadSolution(folder)).coefficients.length, 19);
});

test.run();
