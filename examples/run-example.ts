/** Runs an example by name; `main.ts` gives it the words of the command line. */

import { cifar10Command } from "./commands/cifar10.ts";
import { type Command, type Terminal, UsageError, usageOf } from "./commands/command.ts";
import { gpt2Command } from "./commands/gpt2.ts";
import { imageFilterCommand } from "./commands/image-filter.ts";
import { ptbCommand } from "./commands/ptb.ts";
import { randomInputCommands } from "./commands/random-input.ts";
import { resnet50Command } from "./commands/resnet50.ts";
import { siameseCommand } from "./commands/siamese.ts";
import { translateCommand } from "./commands/translate.ts";
import { PictureError } from "./image-filter/pictures.ts";

/** The examples: those that train, then those that show a model at work. */
const commands: Readonly<Record<string, Command>> = {
  siamese: siameseCommand,
  cifar10: cifar10Command,
  ptb: ptbCommand,
  translate: translateCommand,
  gpt2: gpt2Command,
  "image-filter": imageFilterCommand,
  ...randomInputCommands,
  resnet50: resnet50Command,
};

function list(): string {
  const rows = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(18)} ${about}\n`);
  return `npm run example NAME -- [options]; --help tells the options of each.\n\n${rows.join("")}\nnpm start is npm run example siamese.\n`;
}

/** Runs the example that the words name, or lists them all without words. Gives the exit code: 1 after a mistake, which is told in a line. */
export async function runExample([name, ...words]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined || name === "--help") {
    terminal.write(list());
    return 0;
  }
  try {
    const chosen = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (chosen === undefined)
      throw new UsageError(`There is no example '${name}': choose one of ${Object.keys(commands).join(", ")}.`);
    if (words.includes("--help")) terminal.write(usageOf(name, chosen));
    else await chosen.run(words, terminal);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof PictureError)) throw error;
    terminal.error(error.message);
    return 1;
  }
}
