/**
 * Prints the size of each floor, the files and folders that are large, the public names, and the optional fields of all
 * types named `…Options` or `…Recipe`. Advice: a file is cut by meaning, not by length.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import ts from "typescript";
import { libraryFolders } from "../test/structure-rules.ts";

const [longFile, fullFolder, manyOptions] = [350, 30, 10];
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

const snapshot: Record<string, string[]> = JSON.parse(readFileSync(new URL("test/api.snapshot.json", root), "utf8"));
const names = Object.values(snapshot).flat();
const publicNames = new Set(names.map((name) => name.replace(/^type /, "")));
console.log(
  `public names of ${Object.keys(snapshot).length} entry points: ${names.length}, ${publicNames.size} of them different`,
);

/** Optional fields written in the type, those of types within it included; fields that it takes from others count there. */
const optionalFields = (node: ts.Node): number => {
  let count = (ts.isPropertySignature(node) || ts.isMethodSignature(node)) && node.questionToken ? 1 : 0;
  ts.forEachChild(node, (child) => {
    count += optionalFields(child);
  });
  return count;
};

const optionTypes = library.flatMap(({ path }) =>
  ts
    .createSourceFile(path, readFileSync(new URL(path, root), "utf8"), ts.ScriptTarget.Latest)
    .statements.filter((one) => ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one))
    .filter(({ name }) => /(Options|Recipe)$/.test(name.text))
    .map((type) => ({ path, name: type.name.text, count: optionalFields(type) })),
);
const fieldsOf = (types: typeof optionTypes): number => types.reduce((sum, { count }) => sum + count, 0);
const ofPublic = fieldsOf(optionTypes.filter(({ path, name }) => publicNames.has(name) && !path.startsWith("cli/")));
console.log(
  `optional fields of ${optionTypes.length} types of options: ${fieldsOf(optionTypes)}, ${ofPublic} of public types`,
);
for (const { path, name, count } of optionTypes.sort((a, b) => b.count - a.count))
  if (count >= manyOptions) console.log(`  ${path}  ${name}  ${count}`);
