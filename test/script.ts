/** Runs a script of the repository in this process, as `node SCRIPT ARGS` would: the libraries that it imports are loaded already. */
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";

/** Output of a script and the status that its process would have had. */
export interface ScriptResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

let count = 0;

/**
 * @param path - of the script from the repository's root
 * @param args - its arguments
 * @param environment - variables for the time that it runs; undefined removes one
 */
export async function runScript(
  path: string,
  args: readonly string[] = [],
  environment: Readonly<Record<string, string | undefined>> = {},
): Promise<ScriptResult> {
  const url = new URL(`../${path}`, import.meta.url);
  const printed = { stdout: "", stderr: "" };
  const { argv, env, exitCode, stdout, stderr } = process;
  const writes = [stdout.write, stderr.write] as const;
  const capture = (name: "stdout" | "stderr") => (text: string | Uint8Array) => {
    printed[name] += String(text);
    return true;
  };
  process.argv = [argv[0]!, fileURLToPath(url), ...args];
  process.env = { ...env, ...environment };
  for (const [name, value] of Object.entries(environment)) if (value === undefined) delete process.env[name];
  process.exitCode = undefined;
  [stdout.write, stderr.write] = [capture("stdout"), capture("stderr")];
  try {
    // Each run evaluates the module anew.
    await import(`${url.href}?${count++}`);
    return { status: Number(process.exitCode ?? 0), ...printed };
  } catch (error) {
    return { status: 1, ...printed, stderr: printed.stderr + inspect(error) };
  } finally {
    [stdout.write, stderr.write] = writes;
    process.argv = argv;
    process.env = env;
    process.exitCode = exitCode;
  }
}
