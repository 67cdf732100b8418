/**
 * Runs every example without arguments, or those that the arguments name, each in a folder of its own, and says how it
 * went: for the night, since some take minutes. What needs files that the repository lacks is skipped in words.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Minutes after which an example is ended. */
const most = 20;
const folder = join(import.meta.dirname, "..", "examples");
const pairs = join(process.env["MONGE_DATA"] ?? folder, "pairs", "eobs_iberia_pr.nc");
const needs: Readonly<Record<string, string | false>> = {
  "iberia.ts": !existsSync(pairs) && "it needs E-OBS in MONGE_DATA",
  "gallery.ts": "it is `npm run pictures`, which writes into the docs",
};

const wanted = process.argv.slice(2);
const names = readdirSync(folder).filter(
  (name) => name.endsWith(".ts") && (wanted.length === 0 || wanted.includes(name.slice(0, -3))),
);
const node = ["--import", import.meta.resolve("tsx"), "--conditions=source"];
let failed = 0;
for (const name of names) {
  const missing = needs[name];
  if (missing) {
    console.log(`skip  ${name}  (${missing})`);
    continue;
  }
  const cwd = mkdtempSync(join(tmpdir(), "monge-example-"));
  const begin = performance.now();
  const own = { cwd, encoding: "utf8", timeout: most * 60_000 } as const;
  const { status, stderr, error } = spawnSync(process.execPath, [...node, join(folder, name)], own);
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  console.log(`${status === 0 ? "ok   " : "FAIL "} ${name}  ${seconds} s`);
  if (status !== 0) {
    failed++;
    console.log(error?.message ?? stderr.trim().split("\n").slice(-12).join("\n"));
  }
  rmSync(cwd, { recursive: true, force: true });
}
console.log(`\n${names.length} examples, ${failed} failed`);
process.exitCode = failed === 0 && names.length > 0 ? 0 : 1;
