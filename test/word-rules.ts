/**
 * Vocabulary of the project as functions from texts to complaints: former words beside the standard terms of
 * `docs/glossary.md`, and the first word of docstrings.
 */
import { filesIn, libraryFolders, type Source, sourceAt } from "./structure-rules.ts";

/** A former word: `found` matches it in prose, identifiers, messages and paths, `say` is the standard term. */
interface Former {
  readonly found: RegExp;
  readonly say: string;
  /** Texts that must not be found. */
  readonly fine?: readonly string[];
  /** A text that must be found. */
  readonly planted: string;
}

/** Matches `word` as a whole word and as a part of a camelCase or kebab-case identifier. */
function part(word: string): RegExp {
  const capital = word[0]!.toUpperCase() + word.slice(1);
  return new RegExp(`\\b${word}(?![a-z])|${capital}(?![a-z])`);
}

/** The table that the check reads; a word that returns gets a row here. */
export const formerWords: readonly Former[] = [
  { found: part("told"), say: "given, conditioned on, reported", planted: "told the height", fine: ["untoldness"] },
  { found: /\btell(?:s|ing)?\b/, say: "say, report, print, distinguish", planted: "doctor tells what" },
  {
    found:
      /(?<!(?:conservation|power|scaling|scalar|Hooke's|Fick's|Fourier's|Darcy's|Ohm's|balance) )\blaws?\b(?! of (?:large numbers|total))|[a-z]Laws?(?![a-z])|\blaws?Of|\bLaws?(?=[A-Z])|\b[A-Z]\w*Laws?\b|-laws?\.ts/,
    say: "distribution",
    planted: "the exact law",
    fine: ["a conservation law", "scalar law", "the law of large numbers", "lawn", "flaws"],
  },
  { found: part("lesson"), say: "objective", planted: "pairLessonOf" },
  {
    found: /\bsettle(?:s|Residual|Graph)?\b|\b[uU]nsettled/,
    say: "apply a constraint; open",
    planted: "settleGraph(x)",
    fine: ["Promise.allSettled(all)"],
  },
  { found: /\bbendResidual\b/, say: "applyConservation", planted: "bendResidual(x)" },
  {
    found: /\bverbs?\b/,
    say: "function, command",
    planted: "generative/verbs/train.ts",
    fine: ["verbose", "verbatim"],
  },
  { found: /\bcarried[ -]on\b/, say: "error equation, defect correction", planted: "carried on from a coarse grid" },
  { found: /\bits own course\b/, say: "convergence extrapolation", planted: "its own course" },
  {
    found: /\b[dD]oubt(?:s|ed)?\b|[dD]oubts?(?=[A-Z])|[a-z]Doubts?(?![a-z])/,
    say: "warning; flagged (the status stays `doubtful`)",
    planted: "doubtsOfShocks()",
    fine: ['"doubtful"'],
  },
  { found: /\b[hH]ardness/, say: "constraints: exact or penalty", planted: "hardnessFor" },
  {
    found: /\bu = 0 leaves|\bwhat (?:it|zero|nothing) leaves|(?:left|size|residual|share|[bB]eside)(?:Of|By)?Nothing/,
    say: "residual of the zero function, relative residual",
    planted: "what u = 0 leaves",
  },
  {
    found: /\b[rR]ivals?\b|[rR]ival(?=[A-Z])|[a-z]Rivals?\b/,
    say: "alternative",
    planted: "rivalOf(x)",
    fine: ["arrival"],
  },
  { found: /\bsurvey(?:s|ed)?\b/, say: "multi-start", planted: "a survey ends", fine: ["Geological Survey"] },
  {
    found: /\bopen[- ]directions?\b|openDirection|\b(?:rows?|noise|observations) leaves? open\b/,
    say: "null-space direction, unidentifiable",
    planted: "what rows leave open",
  },
  { found: /\bunseen-start|unseenStart/, say: "missing initial condition", planted: "unseen-start.ts" },
  { found: /\bunhurried|\bPace\b/, say: "no deadline, deadline", planted: "unhurried()" },
  { found: /\bShop\b/, say: "compile context", planted: "readonly shop: Shop" },
  { found: /\bdoors?\b/, say: "entry point, only importer", planted: "the one door to zarrita", fine: ["outdoor"] },
  {
    found: /\b(?:this|the|of the) house\b|\brooms\b|\bRoom\b/,
    say: "project, folder, module",
    planted: "the rooms of a floor",
    fine: ["no room for it"],
  },
  { found: part("spoken"), say: "flag names", planted: "spoken.ts" },
  { found: /\b(?:has|have) the say\b/, say: "takes precedence", planted: "the last one has the say" },
  { found: /\b(?:hangs?|hung) on\b/, say: "depends on", planted: "hangs on u" },
  { found: /\bspeaks? of\b/, say: "mentions, has", planted: 'speaks of "w"' },
  { found: /\bthat (?:is|are) none\b/, say: "invalid", planted: "for domains that are none" },
  {
    found: /\bdrawn by chance\b/,
    say: "randomly generated",
    planted: "problems drawn by chance",
    fine: ["hits by chance"],
  },
  { found: /\b[nN]oise cascade/, say: "random cascade", planted: "| noise cascade |" },
  { found: /\bunit of the logarithm\b/i, say: "scale of the logarithm", planted: "the unit of the logarithm" },
  {
    found: /\beven points\b/i,
    say: "quasi-uniform points",
    planted: "even points are worse",
    fine: ["even pointwise"],
  },
  {
    found: /\btext alone\b|\bchosen by itself\b/,
    say: "default settings, automatic method selection",
    planted: "of the text alone",
  },
  { found: /\bwindows? of time\b/, say: "time window", planted: "windows of time" },
  {
    found: /(?<!second )\bopinions?\b/,
    say: "estimate",
    planted: "the grid's opinion",
    fine: ["the second opinion in tests"],
  },
  { found: /\bunits? of work\b/, say: "task", planted: "by units of work" },
  { found: /\bprocessor seconds?\b/, say: "CPU seconds", planted: "6 processor seconds", fine: ["processorSeconds"] },
  { found: /\bcrowded machine\b/, say: "loaded machine", planted: "on a crowded machine" },
  { found: /\bsame bits\b/, say: "bitwise identical", planted: "to the same bits" },
  { found: /\bturned[ -]pole|turnedPole/, say: "rotated pole", planted: "a turned pole" },
  {
    found: /\bjudg(?:e|es|ed|ing)\b|\bjudged?(?=[A-Z])|[a-z]Judged?(?![a-z])/,
    say: "evaluate, verify, score",
    planted: "judged by",
    fine: ["judgement"],
  },
  {
    found: /\b(?:wrong|fails?|replaced|skips?) in silence\b|\bin silence\b/,
    say: "silently, without notice",
    planted: "never in silence",
  },
  {
    found: /\bmend(?:s|ed|ing)?\b/,
    say: "repair, fix, correct",
    planted: "mend the file",
    fine: ["recommend", "amend"],
  },
  { found: /\bto and fro\b/, say: "both ways, transfers", planted: "what goes to and fro" },
  {
    found:
      /\b(?:interface|type|class) (?:Begun|Tried|Found|Ended|Placed|Drawn|Held|Kept|Known|Asked|Told|Carried|Joined|Following|LaidVariable)\b/,
    say: "a noun",
    planted: "interface Begun {",
  },
  { found: /\bmeetingFactor\b/, say: "effectiveResolutionFactor", planted: "meetingFactor(x)" },
];

const question = /\/\*\*\s*(?:\*\s*)?((?:What|How|Whether|Which|Where)\b[^\n*]{0,40})/g;

/**
 * @param path - of the file from the repository's root; it is searched, too
 * @param text - of the file
 * @returns one complaint for each former word and each docstring that begins with a question
 */
export function wordComplaints(path: string, text: string): string[] {
  const lines = text.split("\n");
  const found = formerWords.flatMap(({ found, say }) => {
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

/** The part of the tree that a file's owner cleans in one step: `"io/field"`, `"engine"` for its loose files, a page. */
export function roomOf(path: string): string {
  const parts = path.split("/");
  return path.endsWith(".md") ? path : parts.slice(0, Math.min(2, parts.length - 1)).join("/") || path;
}

/** The library's sources, the examples and the pages, without the reference that is made of the sources; the glossary alone names former words. */
export function writtenSources(): Source[] {
  const pages = filesIn("docs", ".md").filter((path) => path !== "docs/glossary.md" && !path.startsWith("docs/api/"));
  const paths = ["index.ts", ...[...libraryFolders, "examples"].flatMap((folder) => filesIn(folder))];
  return [...paths, "README.md", "CONTRIBUTING.md", ...pages].sort().map(sourceAt);
}
