/** Prints former words and docstrings that begin with a question: `npm run words -- io/field` for one folder. */
import { wordComplaints, writtenSources } from "../test/word-rules.ts";

const [under = ""] = process.argv.slice(2);
for (const { path, text } of writtenSources()) {
  if (path.startsWith(under)) for (const complaint of wordComplaints(path, text)) console.log(complaint);
}
