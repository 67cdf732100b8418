/** Worker of a page that computes by itself: its files are held in memory, and nothing leaves it but answers. */
import { rmSync } from "../engine/platform/files.ts";
import { type FileSource, fileBytes, holdFile } from "../io/index.ts";
import { answerer, type Task, type Workplace } from "../serve/tasks/task.ts";

/** Answers what the page asks. */
export function work<Tasks extends { readonly [name in keyof Tasks]: Task }>(
  tasksOf: (place: Workplace) => Tasks,
): void {
  const paths = new Map<string, Promise<string>>();
  const answer = answerer(
    tasksOf({
      threads: 1,
      pathOf({ id, name, content }) {
        const path = paths.get(id) ?? holdFile(content as FileSource, name);
        paths.set(id, path);
        return path;
      },
      newPath: (name) => name,
      async keep(path, name) {
        const content = new Blob([await fileBytes(path)]);
        rmSync(path);
        return { id: crypto.getRandomValues(new Uint32Array(2)).join("-"), name, content };
      },
    }),
    (said) => self.postMessage(said),
  );
  self.onmessage = ({ data }) => answer(data);
}
