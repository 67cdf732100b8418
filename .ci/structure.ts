/** Prints the size of each floor, and the files and folders that are large. Advice: a file is cut by meaning, not by length. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { libraryFolders } from "../test/structure-rules.ts";

const [longFile, fullFolder] = [350, 30];
const root = new URL("../", import.meta.url);

interface Sized {
  readonly path: string;
  readonly lines: number;
}

const sourcesOf = (floor: string): Sized[] =>
  readdirSync(new URL(`${floor}/`, root), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${floor}/${name.replaceAll("\\", "/")}`)
    .map((path) => ({ path, lines: readFileSync(new URL(path, root), "utf8").split("\n").length - 1 }));

const total = (sources: readonly Sized[]): number => sources.reduce((sum, { lines }) => sum + lines, 0);
const row = (name: string, sources: readonly Sized[]): void =>
  console.log(
    `${name.padEnd(14)}${String(sources.length).padStart(5)} files ${String(total(sources)).padStart(7)} lines`,
  );

const floors = libraryFolders.map((floor) => [floor, sourcesOf(floor)] as const);
for (const [floor, sources] of floors) row(floor, sources);
const library = floors.flatMap(([, sources]) => sources);
row("library", library);
row("test", sourcesOf("test"));

console.log(`\nfiles of more than ${longFile} lines:`);
for (const { path, lines } of library) if (lines > longFile) console.log(`  ${path}  ${lines}`);
console.log(`folders of more than ${fullFolder} files:`);
const counts = new Map<string, number>();
for (const { path } of library) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
for (const [folder, count] of counts) if (count > fullFolder) console.log(`  ${folder}  ${count}`);
