/** Layout of help: options and commands in groups; `-h` leaves out training and advanced options, `--help` shows all. */
import { type Command, Help, type Option } from "commander";

const groups = {
  Data: `accumulated allowExternal calibrate assumeUnits bbox change clipNegative coarse coarsen columns context data dims epsg every factor fine format
    input interval list missing missingValue notRain pairTimes past rain regrid rename rows static step target time
    timeFromName times toUnits truth validate values variable with wetThreshold`,
  Model: `activation amplitude archive archives auto batch channels conditions correct depth evaluations featureScales features history
    members method network optimizer precision preset randomFeatures sampler scale steps term transport width window`,
  Training: `cap checkpointEvery crop dropout heldOut hours largestRate patience points residual resume start
    tile validateData validateEvery`,
  Output: `against by climate compression curves draws figure figures grid image incomplete memory name out output overwrite regions requeue score shard shards slurm thresholds zarrVersion`,
  General: "config device dryRun json port processorSeconds quiet runs seconds seed threads",
} as const;

const groupOf = new Map(
  Object.entries(groups).flatMap(([group, names]) => names.split(/\s+/).map((name) => [name, group] as const)),
);

/** An option that no group above names is an advanced one. */
const optionGroup = (option: Option): string => `${groupOf.get(option.attributeName()) ?? "Advanced"} options:`;

/** Groups of options from the first to the last; `-h` shows the first four. */
const optionGroups: readonly string[] = ["Data", "Model", "Output", "General", "Training", "Advanced"].map(
  (name) => `${name} options:`,
);

const commandGroups: Readonly<Record<string, readonly string[]>> = {
  "Start:": ["demo", "new", "doctor", "serve"],
  "Rain:": ["train", "downscale", "verify", "report"],
  "Clusters:": ["plan", "audit", "merge"],
  "Equations:": ["solve"],
  "Files:": ["info", "convert", "distance"],
  "Shell:": ["help"],
};

/** Puts commands and their options into groups. @param words - of the command line */
export function arrangeHelp(program: Command, words: readonly string[]): void {
  const isShort = words.includes("-h") && !words.includes("--help");
  const hidden = new Set(isShort ? optionGroups.slice(4) : []);
  program.commandsGroup("Shell:").helpCommand(true);
  for (const command of program.commands) {
    command.helpGroup(
      Object.keys(commandGroups).find((group) => commandGroups[group]!.includes(command.name())) ?? "Shell:",
    );
    command.helpOption("-h, --help", "print this help; -h leaves out training and advanced options");
    const isShown = ({ helpGroupHeading = "" }: Option): boolean => !hidden.has(helpGroupHeading);
    command.configureHelp({ ...arranged, visibleOptions: (one) => plainHelp.visibleOptions(one).filter(isShown) });
    for (const option of command.options) option.helpGroup(optionGroup(option));
    if (!command.options.every(isShown))
      command.addHelpText("after", `\nTraining and advanced options: monge ${command.name()} --help`);
  }
}

const plainHelp = new Help();
const rank = (heading: string): number => (optionGroups.includes(heading) ? optionGroups.indexOf(heading) : 99);

const arranged = {
  groupItems<T extends Command | Option>(unsorted: T[], visible: T[], group: (item: T) => string): Map<string, T[]> {
    // The option of help itself has no group.
    const named = (item: T): string => (group(item) === "Options:" ? "General options:" : group(item));
    const found = plainHelp.groupItems(unsorted, visible, named);
    return new Map([...found].sort(([a], [b]) => rank(a) - rank(b)));
  },
};
