/** `monge info --check`: the rules of an archive that files break. */
import { checkCordex, type Finding } from "../../io/profiles/index.ts";
import { Unfinished } from "../shell/failure.ts";
import { emit, emitJson } from "../shell/terminal.ts";

export const findingText = ({ section, rule, found }: Finding): string => `${section}: ${found}; ${rule}`;

/** Prints what each file breaks. @throws Unfinished if one breaks a rule */
export async function checkFilesOf(paths: readonly string[], json: boolean | undefined): Promise<void> {
  const all = [];
  for (const path of paths) all.push({ path, findings: await checkCordex(path) });
  if (json) emitJson({ check: "cordex-cmip6", files: all });
  else
    for (const { path, findings } of all)
      emit(
        findings.length === 0
          ? `${path}: no rule is broken`
          : findings.map((one) => `${path}: ${findingText(one)}`).join("\n"),
      );
  if (all.some(({ findings }) => findings.length > 0)) throw new Unfinished();
}
