/**
 * Prints the table of real files as Markdown: format, verdict, agreement with netCDF-C and GDAL.
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/io/corpus.ts`; without `MONGE_DATA` those of `test/data`.
 */
import { judge, references, type Verdict } from "../../test/io/reference.ts";

function row({ file, format, agree, problems, declined, refused, readable }: Verdict): string {
  if (refused !== undefined)
    return `| ${file} | ${format} | refused: ${refused.replaceAll("|", "\\|")} | ${readable ? "readable" : "refused too"} |`;
  const match = `${agree} of ${agree + problems.length} variables agree`;
  const less = declined.map((message) => `; refused: ${message.replaceAll("|", "\\|")}`).join("");
  return `| ${file} | ${format} | read${less} | ${match} |`;
}

const { known } = references();
const verdicts: Verdict[] = [];
for (const one of known) verdicts.push(await judge(one));
const read = verdicts.filter((v) => v.refused === undefined);
const sum = (pick: (v: Verdict) => number) => verdicts.reduce((total, v) => total + pick(v), 0);
process.stdout.write(
  `${read.length} of ${verdicts.length} files are read, ${verdicts.length - read.length} refused; ` +
    `${sum((v) => v.agree)} variables agree with the reference, ${sum((v) => v.problems.length)} do not, ` +
    `${sum((v) => v.declined.length)} are refused by name.\n\n` +
    "| file | format | verdict | reference |\n| --- | --- | --- | --- |\n" +
    `${verdicts.map(row).join("\n")}\n`,
);
