/** Runs the tests, or those that the arguments name, on every release line of Node that is supported, each from the registry. */
import { spawnSync } from "node:child_process";

const versions = ["20", "22", "24"];
const failed = versions.filter((version) => {
  console.log(`\n== Node ${version}`);
  const arguments_ = ["--yes", `node@${version}`, "--import", "tsx", "test/run.ts", ...process.argv.slice(2)];
  return spawnSync("npx", arguments_, { stdio: "inherit" }).status !== 0;
});
console.log(failed.length === 0 ? `\npassed on Node ${versions.join(", ")}` : `\nfailed on Node ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
