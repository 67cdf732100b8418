/** Page whose worker, or whose own thread, does the tasks. */
import { type Files, type Outcome, tasks } from "./tasks.ts";

const worker = new Worker("/worker.js", { type: "module" });

const inWorker = (name: string, by: string): Promise<Outcome> =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error === undefined ? resolve(data.outcome) : reject(new Error(data.error)));
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage([name, by]);
  });

const files: Files = async (path) => (await fetch(`/data/${path}`)).arrayBuffer();
const inPage = (name: string): Promise<Outcome> => tasks[name]!.run(files);

Object.assign(globalThis, { inPage, inWorker });
