/** What the package may hold, as functions from listings and manifests to complaints. */
import { execFileSync } from "node:child_process";

/** One file that `npm pack` would ship. */
export interface PackedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** Unpacked bytes that the package may have: code, guides, reference, sources, typings, one model, the hour of rain that the demo refines, fonts, HDF5 and its filters; and all for pages, with HDF5 once more. */
export const sizeBudget = 35e6;

/** Bytes that the model of the package may have. */
const modelBudget = 4e6;

const shipped =
  /^(?:package\.json|README\.md|LICENSE|CHANGELOG\.md|CITATION\.cff|docs\/(?:[\w-]+\/){0,4}[\w-]+\.md|docs\/images\/[\w-]+\.png|models\/(?:README\.md|pretrained\.safetensors|rain\.nc|scores\.json)|index\.ts|dist\/THIRD-PARTY\.txt|dist\/web\/(?:style\.css|(?:solve|refine)\/page\.html)|dist\/.+\.(?:js|d\.ts)|dist\/report\/fonts\/[\w-]+\.ttf|dist\/io\/formats\/netcdf\/hdf5\/plugins\/\w+\.so|(?:engine|wasserstein|verification|generative|equations|solvers|io|report|pages|serve|cli)\/.+\.ts)$/;

/** Built files that hold parts of other packages and have no source (`.ci/bundle.ts`), in `dist`. */
export const gathered = ["engine/tensors/tfjs.js", "io/formats/netcdf/hdf5/h5wasm.js", "report/charts.js"];

/** True for a built file that has no source of its own. */
const isJoined = (path: string): boolean =>
  /^dist\/(?:chunks|browser|web)\//.test(path) ||
  gathered.some((name) => path.replace(/\.d\.ts$/, ".js") === `dist/${name}`);

/** The files that `npm pack` would ship from a folder. */
export function listPacked(root: string): PackedFile[] {
  const text = execFileSync("npm", ["pack", "--dry-run", "--json", "--silent", "--ignore-scripts"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 << 20,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [report] = JSON.parse(text) as { files: PackedFile[] }[];
  return report?.files ?? [];
}

/** What is wrong with the list of files; `built` says that `dist` must be there, whole. */
export function packComplaints(files: readonly PackedFile[], built: boolean): string[] {
  const paths = new Set(files.map((file) => file.path));
  const strangers = [...paths].filter(
    (path) => !shipped.test(path) || /^data\/|(?:^|\/)(?:test|bench|examples)\//.test(path),
  );
  // Forms of a browser are built into the files of `dist/browser`.
  const sources = [...paths].filter((path) => /(?<!\.browser)\.ts$/.test(path) && !path.startsWith("dist/"));
  const typed = (path: string) => `dist/${path.replace(/\.ts$/, ".d.ts")}`;
  const unbuilt = built ? sources.filter((path) => !paths.has(typed(path))) : [];
  // Modules are joined: typings tell which sources they were built from.
  const twins = new Set(sources.map(typed));
  const orphans = [...paths].filter(
    (path) =>
      /^dist\/.*\.(d\.ts|js)$/.test(path) && !isJoined(path) && !twins.has(path.replace(/(\.d\.ts|\.js)$/, ".d.ts")),
  );
  const bytes = files.reduce((sum, file) => sum + file.size, 0);
  const model = files.find(({ path }) => path.endsWith(".safetensors"));
  return [
    ...strangers.map((path) => `${path} must not be in the package`),
    ...unbuilt.map((path) => `${path} has no built twin in dist`),
    ...orphans.map((path) => `${path} was built from a source that is gone`),
    ...[
      "package.json",
      "README.md",
      "LICENSE",
      "index.ts",
      "models/README.md",
      "models/pretrained.safetensors",
      "models/rain.nc",
    ]
      .filter((path) => !paths.has(path))
      .map((path) => `${path} is missing`),
    ...(model && model.size > modelBudget
      ? [`${model.path} has ${model.size} bytes, its budget is ${modelBudget}`]
      : []),
    ...(bytes > sizeBudget ? [`${bytes} bytes are more than the budget of ${sizeBudget}`] : []),
  ];
}

/** One entry of `exports`. */
export type Entry = Readonly<Record<string, string>>;

/** What is wrong with `exports`: order of conditions, and twins that do not belong together. */
export function exportComplaints(exports: Readonly<Record<string, Entry | string>>): string[] {
  return Object.entries(exports).flatMap(([name, entry]) => {
    if (typeof entry === "string") return name === "./package.json" ? [] : [`${name} has no types`];
    const keys = Object.keys(entry);
    const source = name === "." ? "./index.ts" : `${name}/index.ts`;
    const stem = source.replace("./", "./dist/").replace(/\.ts$/, "");
    return [
      ...(keys[0] === "types" ? [] : [`${name}: types must come first`]),
      ...(keys.at(-1) === "default" ? [] : [`${name}: default must come last`]),
      ...(entry.source === source ? [] : [`${name}: source should be ${source}`]),
      ...(entry.browser === undefined || entry.browser === `./dist/browser/${name.slice(2)}.js`
        ? []
        : [`${name}: browser should be ./dist/browser/${name.slice(2)}.js`]),
      ...(entry.types === `${stem}.d.ts` ? [] : [`${name}: types should be ${stem}.d.ts`]),
      ...(entry.default === `${stem}.js` ? [] : [`${name}: default should be ${stem}.js`]),
    ];
  });
}
