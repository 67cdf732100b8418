/** The answers for a file beside the page. */
import { answers } from "./answers.js";

globalThis.answers = async () => answers(await (await fetch("/rain.nc")).arrayBuffer());
