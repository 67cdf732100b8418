/** README's quick starts, run as they are printed, and its pictures, which they write. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { pixelsOf } from "../../examples/gallery.ts";
import { blocksOf } from "./blocks.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Files that the quick starts write. */
// biome-ignore format: a table
export const quickStartFiles = [
  "demo/radar.png", "fine.nc", "report.html", "figures", "membrane.png", "membrane.nc", "members.nc",
];

/**
 * Runs the quick starts of README.md in a folder where `npm init -y` was run and monge is installed: lines of shell by `sh`, files
 * saved under the names that the text gives, the module by the command that the text gives for this Node.
 *
 * @returns printed by the module
 */
export function runQuickStarts(folder: string, environment: NodeJS.ProcessEnv = process.env): string {
  const page = readFileSync(join(root, "README.md"), "utf8");
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

/** Pictures of README.md, by what the quick starts write; and the share of their width, from the left, that does not depend on the machine's speed. */
const pictures = [
  ["demo/radar.png", 1],
  // How far a residual comes in ten seconds is no matter of the picture.
  ["membrane.png", 0.5],
] as const;

/** Pictures of README.md of another size than those in a folder of the quick starts, or with more than 3 % of other pixels. */
export function pictureComplaints(folder: string): string[] {
  return pictures.flatMap(([file, share]) => {
    const shown = `docs/images/${basename(file)}`;
    const [a, b] = [join(folder, file), join(root, shown)].map((path) => pixelsOf(readFileSync(path)));
    if (a!.width !== b!.width || a!.height !== b!.height) return [`${shown} has another size than ${file}`];
    let [other, all] = [0, 0];
    for (let pixel = 0; pixel < a!.width * a!.height; pixel++) {
      if (pixel % a!.width >= share * a!.width) continue;
      all += 1;
      const differs = (k: number) =>
        Math.abs(a!.data[a!.channels * pixel + k]! - b!.data[b!.channels * pixel + k]!) > 8;
      if (differs(0) || differs(1) || differs(2)) other += 1;
    }
    return other > 0.03 * all
      ? [`${shown} differs from ${file} in ${((100 * other) / all).toFixed(1)} % of its pixels`]
      : [];
  });
}
