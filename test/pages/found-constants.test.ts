/** What people and machines are told of constants that were found. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { solutionPage } from "../../pages/index.ts";
import { foundConstant } from "../../solvers/solution/index.ts";
import { mongeHere } from "../cli/run.ts";
import { assert, temporaryFolder, test } from "../harness.ts";

const { folder } = temporaryFolder(test);

const small = ["--width", "5", "--depth", "1", "--points", "40", "--steps", "2"];
const texts = {
  alone: {
    ...{ name: "alone", domain: { x: [0, 1] }, trainable: { lam: 8 }, equations: "u_xx + lam*u = 0" },
    ...{ conditions: "u = 0", integrals: ["u^2 = 0.5"] },
  },
  seen: {
    ...{ name: "seen", domain: { x: [0, 1] }, trainable: { lam: 8 }, equations: "u_xx + lam*u = 0" },
    ...{ conditions: "u = 0", observations: [{ points: [[0.5]], values: [1], sigma: 0.1 }] },
  },
};

async function told(name: keyof typeof texts) {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify(texts[name]));
  const [table, json] = [
    await mongeHere("solve", path, ...small),
    await mongeHere("solve", path, ...small, "--out", folder, "--json"),
  ];
  for (const { status, stderr } of [table, json]) assert.is(status, 0, stderr);
  const { constants, run } = JSON.parse(json.stdout);
  return { table: table.stdout, lam: constants.lam, page: await solutionPage(run) };
}

test("a constant that no observation tells of has no ± in the table nor on the page, and null in JSON", async () => {
  const { table, lam, page } = await told("alone");
  assert.match(table, /\nlam +-?\d\.\d+\n$/);
  assert.equal(Object.keys(lam), ["value", "standardDeviation", "true"]);
  assert.is(lam.standardDeviation, null);
  assert.match(page, /<dt>lam<\/dt><dd>-?\d\.\d+<\/dd>/);
});

test("a constant found from observations has its standard deviation everywhere", async () => {
  const { table, lam, page } = await told("seen");
  assert.match(table, /\nlam +\S+ ± \d\.\d\de[+-]\d+\n$/);
  assert.ok(lam.standardDeviation > 0);
  assert.match(page, /<dt>lam<\/dt><dd>\S+ ± \S+<\/dd>/);
});

test("a constant is told in six digits, and in more where its standard deviation tells more", () => {
  assert.is(foundConstant(0.30000000012, 2.06e-9), "0.3000000001");
  assert.is(foundConstant(1.31393801722, 0.0289), "1.31394");
  assert.is(foundConstant(-2.5, Number.POSITIVE_INFINITY), "-2.5");
  assert.is(foundConstant(Math.PI, undefined), "3.14159");
  assert.is(foundConstant(0, 1e-3), "0");
});

test.run();
