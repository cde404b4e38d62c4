/** What a training shows while it runs: a bar where there is a screen, a line now and then elsewhere. Not what it does: see `steps.ts`. */
import { Writable } from "node:stream";
import cliProgress from "cli-progress";
import type { Terminal } from "../commands/command.ts";

/** Shows how far a training is. */
export interface Progress {
  /** Tells that so many steps are done, and the loss of the last one. */
  update(done: number, loss: number): void;
  /** Shows a line that stays. */
  note(line: string): void;
  /** Ends what is shown. */
  close(): void;
}

/** How many lines tell of a whole training where there is no screen. */
const lineCount = 10;

/** Shows the progress of a training of so many steps. */
export function showProgress(total: number, terminal: Terminal): Progress {
  return terminal.columns === undefined ? lines(total, terminal) : bar(total, terminal, terminal.columns);
}

const lossText = (loss: number): string => loss.toPrecision(4);

/** A line for each tenth, with the mean of the losses since the line before. The first step has a line of its own: it tells that it goes. */
function lines(total: number, terminal: Terminal): Progress {
  const width = String(total).length;
  let [sum, count, begun] = [0, 0, performance.now()];
  return {
    update(done, loss) {
      [sum, count] = [sum + loss, count + 1];
      const isTenth = Math.floor((done * lineCount) / total) > Math.floor(((done - 1) * lineCount) / total);
      if (done !== 1 && !isTenth) return;
      const ms = (performance.now() - begun) / count;
      const head = `step ${String(done).padStart(width)} of ${total}`;
      terminal.write(`${head}   loss ${lossText(sum / count)}   ${ms.toFixed(1)} ms a step\n`);
      [sum, count, begun] = [0, 0, performance.now()];
    },
    note: (line) => terminal.write(`${line}\n`),
    close() {},
  };
}

/** What the bar writes to: a screen as cli-progress wants it, which goes on to the terminal. */
function screen(terminal: Terminal, columns: number): NodeJS.WriteStream {
  const stream = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      terminal.write(text);
      done();
    },
  });
  // Of what a terminal's stream has, the bar asks for these two.
  return Object.assign(stream, { isTTY: true, columns }) as unknown as NodeJS.WriteStream;
}

function bar(total: number, terminal: Terminal, columns: number): Progress {
  const format = "{bar} {value} of {total} steps   loss {loss}   {eta_formatted} left";
  const shown = new cliProgress.SingleBar({
    format,
    stream: screen(terminal, columns),
    barsize: Math.max(10, Math.min(40, columns - 60)),
    barCompleteChar: "█",
    barIncompleteChar: "░",
    hideCursor: true,
    clearOnComplete: true,
    stopOnComplete: true,
    // Ctrl-C is for `steps.ts`: the step that is under way ends, and what was learnt is kept.
    gracefulExit: false,
  });
  let [done, loss] = [0, "–"];
  shown.start(total, done, { loss });
  return {
    update(now, value) {
      [done, loss] = [now, lossText(value)];
      shown.update(done, { loss });
    },
    note(line) {
      // The bar goes back to the line that it began in: it ends there, and begins again below.
      shown.stop();
      terminal.write(`${line}\n`);
      if (done < total) shown.start(total, done, { loss });
    },
    close: () => shown.stop(),
  };
}
