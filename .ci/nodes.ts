/** Runs the tests, or those that the arguments name, on every release line of Node that is supported, each from the registry. */
import { spawnSync } from "node:child_process";
import { delimiter, dirname } from "node:path";

const versions = ["20", "22", "24"];
// The package puts its program in place by an install script; where scripts are off, npx would fall back to this Node.
const npx = ["--yes", "--ignore-scripts=false"];
const failed = versions.filter((version) => {
  const asked = ["-p", "process.execPath + ' ' + process.version"];
  const { stdout } = spawnSync("npx", [...npx, `node@${version}`, ...asked], { encoding: "utf8" });
  const [program = "", found = "none"] = (stdout ?? "").trim().split(" ");
  console.log(`\n== Node ${version}: ${found}`);
  if (!found.startsWith(`v${version}.`)) return true;
  const tests = ["--import", "tsx", "test/run.ts", ...process.argv.slice(2)];
  const env = { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env["PATH"]}` };
  return spawnSync(program, tests, { stdio: "inherit", env }).status !== 0;
});
console.log(failed.length === 0 ? `\npassed on Node ${versions.join(", ")}` : `\nfailed on Node ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
