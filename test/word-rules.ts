/**
 * Vocabulary of the project as functions from texts to complaints: former words beside the standard terms of
 * `docs/glossary.md`, and the first word of docstrings.
 */
import { filesIn, libraryFolders, type Source, sourceAt } from "./structure-rules.ts";

/** A former word: what matches it in prose, identifiers, messages and paths, the standard term, a text with it, and texts without. */
type Former = readonly [found: RegExp, say: string, planted: string, ...fine: string[]];

/** Matches `word` as a whole word and as a part of a camelCase or kebab-case identifier. */
function part(word: string): RegExp {
  const capital = word[0]!.toUpperCase() + word.slice(1);
  return new RegExp(`\\b${word}(?![a-z])|${capital}(?![a-z])`);
}

/** The table that the check reads; a word that returns gets a row here. */
// biome-ignore format: a table
export const formerWords: readonly Former[] = [
  [part("told"), "given, conditioned on, reported", "told the height", "untoldness"],
  [/\btell(?:s|ing)?\b/, "say, report, print, distinguish", "doctor tells what"],
  [
    /(?<!(?:conservation|power|scaling|scalar|Hooke's|Fick's|Fourier's|Darcy's|Ohm's|balance) )\blaws?\b(?! of (?:large numbers|total))|[a-z]Laws?(?![a-z])|\blaws?Of|\bLaws?(?=[A-Z])|\b[A-Z]\w*Laws?\b|-laws?\.ts/,
    "distribution",
    "the exact law",
    "a conservation law",
    "scalar law",
    "the law of large numbers",
    "lawn",
    "flaws",
  ],
  [/\bverbs?\b/, "function, command", "generative/verbs/train.ts", "verbose", "verbatim"],
  [/\b[dD]oubt(?:s|ed)?\b|[dD]oubts?(?=[A-Z])|[a-z]Doubts?(?![a-z])/, "warning; flagged (the status stays `doubtful`)",
    "doubtsOfShocks()", '"doubtful"'],
  [/\b[rR]ivals?\b|[rR]ival(?=[A-Z])|[a-z]Rivals?\b/, "alternative", "rivalOf(x)", "arrival"],
  [/\bopen[-]directions?\b|openDirection|\b(?:rows?|noise|observations) leaves? open\b/,
    "null-space direction, unidentifiable", "what rows leave open"],
  [/\bdoors?\b/, "entry point, only importer", "the one door to zarrita", "outdoor"],
  [/\b(?:this|the|of the) house\b|\brooms\b|\bRoom\b/, "project, folder, module", "the rooms of a floor",
    "no room for it"],
  [part("spoken"), "flag names", "spoken.ts"],
  [/\b(?:has|have) the say\b/, "takes precedence", "the last one has the say"],
  [/\bdrawn by chance\b/, "randomly generated", "problems drawn by chance", "hits by chance"],
  [/\beven points\b/i, "quasi-uniform points", "even points are worse", "even pointwise"],
  [/(?<!second )\bopinions?\b/, "estimate", "the grid's opinion", "the second opinion in tests"],
  [/\bunits? of work\b/, "task", "by units of work"],
  [/\bprocessor seconds?\b/, "CPU seconds", "6 processor seconds", "processorSeconds"],
  [/\bsame bits\b/, "bitwise identical", "to the same bits"],
  [/\bjudg(?:e|es|ed|ing)\b|\bjudged?(?=[A-Z])|[a-z]Judged?(?![a-z])/, "evaluate, verify, score", "judged by",
    "judgement"],
  [/\b(?:wrong|fails?|replaced|skips?) in silence\b|\bin silence\b/, "silently, without notice", "never in silence"],
  [/\bmend(?:s|ed|ing)?\b/, "repair, fix, correct", "mend the file", "recommend", "amend"],
  [
    /\b(?:interface|type|class) (?:Begun|Tried|Found|Ended|Placed|Drawn|Held|Kept|Known|Asked|Told|Carried|Joined|Following|LaidVariable)\b/,
    "a noun",
    "interface Begun {",
  ],
];

const question = /\/\*\*\s*(?:\*\s*)?((?:What|How|Whether|Which|Where)\b[^\n*]{0,40})/g;

/**
 * @param path - of the file from the repository's root; it is searched, too
 * @param text - of the file
 * @returns one complaint for each former word and each docstring that begins with a question
 */
export function wordComplaints(path: string, text: string): string[] {
  const lines = text.split("\n");
  const found = formerWords.flatMap(([found, say]) => {
    const at = found.test(text) ? lines.findIndex((line) => found.test(line)) : -1;
    const inPath = found.test(path);
    if (at < 0 && !inPath) return [];
    const word = found.exec(inPath ? path : lines[at]!)![0];
    return [`${path}${inPath ? "" : `:${at + 1}`}: "${word}"; say: ${say}`];
  });
  if (!path.endsWith(".ts")) return found;
  const questions = [...text.matchAll(question)].map(
    (match) =>
      `${path}:${text.slice(0, match.index).split("\n").length}: a docstring begins "${match[1]}"; name the thing`,
  );
  return [...found, ...questions];
}

/** The library's sources, the examples and the pages, without the reference that is made of the sources; the glossary alone names former words. */
export function writtenSources(): Source[] {
  const pages = filesIn("docs", ".md").filter((path) => path !== "docs/glossary.md" && !path.startsWith("docs/api/"));
  const paths = ["index.ts", ...[...libraryFolders, "examples"].flatMap((folder) => filesIn(folder))];
  return [...paths, "README.md", "CONTRIBUTING.md", ...pages].sort().map(sourceAt);
}
