/** The answers for a file beside the page, in a worker. */
import { answers } from "./answers.js";

self.onmessage = async ({ data }) => self.postMessage(await answers(data));
