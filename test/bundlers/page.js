/** The answers for a file beside the page, in the page and in a worker. */
import { answers } from "./answers.js";

const rain = async () => (await fetch("/rain.nc")).arrayBuffer();
globalThis.answers = async () => answers(await rain());
globalThis.answersOfWorker = async () => {
  const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
  const bytes = await rain();
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(bytes);
  });
};
