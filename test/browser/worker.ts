/** Worker of the page in which the tasks run. */
import { type Files, tasks } from "./tasks.ts";

const asBlob: Files = async (path) => (await fetch(`/data/${path}`)).blob();
const asAddress: Files = async (path) => new URL(`/data/${path}`, location.href);

self.onmessage = async ({ data: [name, by] }: MessageEvent<readonly [name: string, by: string]>) => {
  try {
    self.postMessage({ outcome: await tasks[name]!.run(by === "address" ? asAddress : asBlob) });
  } catch (error) {
    self.postMessage({ error: (error as Error).stack });
  }
};
