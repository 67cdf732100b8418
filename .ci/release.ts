/**
 * Publishes a version: `npm run release -- [--dry-run] [--repository URL] [--date 2026-12-01]`
 *
 * Checks version, changelog, citation, addresses and the work tree; then runs `.ci/run` and `npm publish`. With `--dry-run`
 * every check is made and nothing is published. `--repository` writes three fields of package.json and stops.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { addressesOf, releaseComplaints } from "./release-rules.ts";

const root = new URL("../", import.meta.url);
const { values } = parseArgs({
  options: {
    "dry-run": { type: "boolean", default: false },
    repository: { type: "string" },
    date: { type: "string", default: new Date().toISOString().slice(0, 10) },
  },
});
const text = (name: string) => readFileSync(new URL(name, root), "utf8");
const git = (...args: string[]) => execFileSync("git", args, { cwd: fileURLToPath(root), encoding: "utf8" }).trim();
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: fileURLToPath(root), stdio: "inherit" });
const manifest = JSON.parse(text("package.json")) as Record<string, unknown>;

if (values.repository !== undefined) {
  Object.assign(manifest, addressesOf(values.repository));
  writeFileSync(new URL("package.json", root), `${JSON.stringify(manifest, undefined, 2)}\n`);
  console.log("package.json has repository, homepage and bugs; look at them, commit, and run this again");
  process.exit(0);
}
const complaints = releaseComplaints({
  ...{ manifest, changelog: text("CHANGELOG.md"), citation: text("CITATION.cff"), date: values.date },
  ...{ tags: git("tag").split("\n"), status: git("status", "--porcelain") },
});
for (const complaint of complaints) console.error(`✗ ${complaint}`);
if (complaints.length > 0 && !values["dry-run"]) process.exit(1);
run(".ci/run");
run("npm", "publish", "--ignore-scripts", "--access", "public", ...(values["dry-run"] ? ["--dry-run"] : []));
if (complaints.length > 0) {
  console.error(`not ready: ${complaints.length} of the checks above fail`);
  process.exit(1);
}
if (values["dry-run"]) console.log("ready: the same command without --dry-run publishes");
else run("git", "tag", `v${manifest["version"]}`);
