/**
 * `node --import tsx --conditions=source bench/attack/kills.ts [SEED] [TIMES]`: every command that writes is killed (SIGKILL) so many
 * times at random moments and gone on with. Prints a table, and ends with 1 where a partial file stands under a final name, a unit is
 * damaged, or an end has other bits than that of a run that was left in peace.
 */
import { kill } from "../../test/cli/kill/kill.ts";

const seed = Number(process.argv[2] ?? Date.now() % 1e6);
const times = Number(process.argv[3] ?? 8);
try {
  const told = await kill(times, seed, "all");
  console.log(`seed ${seed}\n| command | killed | ended first | left unfinished beside | old store put back |`);
  for (const { command, killed, finished, leftovers, restored } of told) {
    console.log(`| ${command} | ${killed} | ${finished} | ${leftovers} | ${restored} |`);
  }
  console.log(`${told.reduce((sum, { killed }) => sum + killed, 0)} kills, all clean`);
} catch (error) {
  console.log(String(error));
  process.exitCode = 1;
}
