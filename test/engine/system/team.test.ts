/** Threads that divide the parts of a computation. */
import { computed, type Team, teamOfTwo } from "../../../engine/system/index.ts";
import { assert, test } from "../../harness.ts";
import { type Round, sums } from "./team-program.ts";

/** Sums again and again, each round from the last one. */
function again(rounds: number, team: Team | undefined, fails = -1, met?: Int32Array): number {
  let last = 3;
  for (let k = 0; k < rounds; k++) {
    const round: Round = { last, met: k === 0 ? met : undefined, fails: k === fails };
    const parts = sums(round, 0, (sum) => {
      last = sum;
    });
    if (team) team.share(round, parts);
    else computed(parts);
  }
  return last;
}

async function withTeam(check: (team: Team) => void): Promise<void> {
  const team = teamOfTwo(import.meta.url, "team-thread");
  try {
    check(team);
  } finally {
    await team.end();
  }
}

test("two threads that both compute parts have the bits of one", () =>
  withTeam((team) => {
    const met = new Int32Array(new SharedArrayBuffer(8));
    // More parts than there are slots.
    assert.is(again(6000, team, -1, met), again(6000, undefined));
    assert.ok(met[0]! > 0 && met[1]! > 0);
  }));

test("where the second thread fails, the first one ends alone with the same bits", () =>
  withTeam((team) => {
    const met = new Int32Array(new SharedArrayBuffer(8));
    assert.is(again(300, team, 40, met), again(300, undefined));
  }));

test.run();
