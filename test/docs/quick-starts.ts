/** README's quick starts, run as they are printed. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { blocksOf } from "./blocks.ts";

/** Files that the quick starts write. */
export const quickStartFiles = [
  "demo/radar.png",
  "fine.nc",
  "report.html",
  "figures",
  "membrane.png",
  "membrane.nc",
  "members.nc",
];

/**
 * Runs the quick starts of README.md in a folder where `npm init -y` was run and monge is installed: lines of shell by `sh`, files
 * saved under the names that the text gives, the module by the command that the text gives for this Node.
 *
 * @returns printed by the module
 */
export function runQuickStarts(folder: string, environment: NodeJS.ProcessEnv = process.env): string {
  const page = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
  const section = page.slice(page.indexOf("## Three quick starts"), page.indexOf("## What to expect"));
  const names = [...section.matchAll(/into\s+`([\w.-]+)`/g)].map(([, name]) => name!);
  const run = (line: string): string =>
    execFileSync("sh", ["-ec", line], {
      cwd: folder,
      encoding: "utf8",
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
  let printed = "";
  for (const { language, code } of blocksOf("README.md", section)) {
    if (language === "sh") run(code);
    else {
      const name = names.shift()!;
      writeFileSync(join(folder, name), code);
      const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
      const command = major > 22 || (major === 22 && minor >= 18) ? `node ${name}` : `npx tsx ${name}`;
      if (language === "ts" && !section.includes(`\`${command}\``))
        throw new Error(`README.md does not say how to run ${name}: ${command}`);
      if (language === "ts") printed += run(command);
    }
  }
  return printed;
}
