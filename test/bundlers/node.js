/** Prints the answers for a file. */
import { answers } from "./answers.js";

console.log(JSON.stringify(await answers(process.argv[2])));
