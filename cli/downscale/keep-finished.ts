/** What `monge downscale` keeps where it does not come to its end. */
import { existsSync } from "node:fs";
import { join, parse } from "node:path";
import type { NetcdfWriter } from "../../io/formats/index.ts";
import { say } from "../shell/terminal.ts";

/** The times before an interrupt or a failure, in a file whose name says that it is not the whole. */
export async function keepFinished(
  writer: NetcdfWriter | undefined,
  output: string,
  { of, first }: { readonly of: number; readonly first: number },
): Promise<void> {
  if (writer === undefined) return say(`none of ${of} times was finished; nothing is written`);
  const { steps } = writer;
  const path = partialName(output);
  await writer.close(path);
  say(`the first ${steps} of ${of} times are kept in ${path}`);
  say(`for the others: the same command with --time '#${first + steps}:${first + of}' and another --output`);
}

/** `fine.partial.nc` for `fine.nc`, or with a number where that is there. */
function partialName(path: string): string {
  const { dir, name, ext } = parse(path);
  for (let n = 1; ; n++) {
    const free = join(dir, `${name}.partial${n === 1 ? "" : `-${n}`}${ext}`);
    if (!existsSync(free)) return free;
  }
}
