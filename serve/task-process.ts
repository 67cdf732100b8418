/** A process of the server that does tasks of its pages, with files of the server's folder. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { defined } from "../engine/defined.ts";
import { isMongeError, OptionsError } from "../engine/errors.ts";
import type { StoredFile } from "./file-store.ts";
import type { FromProcess, ProcessOptions, ToProcess } from "./processes.ts";
import { refineTasks } from "./tasks/refine-tasks.ts";
import { solveTasks } from "./tasks/solve-tasks.ts";
import { answerer } from "./tasks/task.ts";

const { folder, threads, limit, runs } = JSON.parse(process.argv[2]!) as ProcessOptions;
const say = (message: FromProcess) => process.send!(message);
let files: readonly StoredFile[] = [];

const place = {
  ...{ threads, limit, ...defined({ runs }) },
  async pathOf({ id, name }: { readonly id: string; readonly name: string }) {
    const found = files.find((one) => one.id === id);
    if (found) return found.path;
    throw new OptionsError(`${name} is not here any more; drop it again`, "file", id);
  },
  newPath: (name: string) => join(folder, `${randomBytes(8).toString("hex")}-${name}`),
  async keep(path: string, name: string) {
    const file = { id: randomBytes(8).toString("hex"), name, path };
    say({ kept: file });
    return { id: file.id, name };
  },
};

/** Names of files are those of the user, not of our copies. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (!isMongeError(error)) return `unexpected error: ${text}`;
  return files.reduce((said, { path, name }) => said.replaceAll(path, name), text);
}

const answer = answerer({ ...refineTasks(place), ...solveTasks(place) }, say, messageOf);
process.on("disconnect", () => process.exit());
process.on("message", (message: ToProcess) => {
  files = message.files;
  answer(message.wanted);
});
