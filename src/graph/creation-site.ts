/**
 * Where in the user's program something was made: one site per public call, shared by all the ops that the call makes.
 * Not an error's own stack: sites are captured by the hundred thousand, so they are cheap to take and formatted only when asked.
 */

/** A line of a stack trace. */
export interface Frame {
  /** The function, or `<anonymous>`. */
  readonly name: string;
  /** A path or address. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** How many lines are kept. Each costs memory and keeps its function alive, so they are few; the library's own are dropped when the site is read. */
const STACK_LINES = 12;
/** Lines kept when a function near the library's entry is known, so that some of them are the user's. */
export const NEAR_LINES = 5;
/** Lines kept when the function that the user called is known. */
const USER_LINES = 2;

export type AnyFunction = (...args: never[]) => unknown;

const engine = Error as unknown as {
  stackTraceLimit?: number;
  captureStackTrace?: (target: object, above?: AnyFunction) => void;
};

/** The frames of sites that were asked for. Sites have no fields of their own: the engine would keep them, and the stack, in a larger form. */
const parsed = new WeakMap<CreationSite, readonly Frame[]>();

/** A place in a program. */
export class CreationSite {
  /** @internal Written by the engine, as text on the first read. */
  declare readonly stack?: string;

  private constructor() {}

  /** The place of the call that is running now. `entry` is the library's function on the stack that the user called. */
  static capture(entry?: AnyFunction, lines: number = entry === undefined ? STACK_LINES : USER_LINES): CreationSite {
    const site = Object.create(CreationSite.prototype) as CreationSite;
    const limit = engine.stackTraceLimit;
    engine.stackTraceLimit = lines;
    if (engine.captureStackTrace) engine.captureStackTrace(site, entry);
    else Object.assign(site, { stack: new Error().stack });
    if (limit === undefined) delete engine.stackTraceLimit;
    else engine.stackTraceLimit = limit;
    return site;
  }

  /** The user's frames, innermost first. */
  get frames(): readonly Frame[] {
    let frames = parsed.get(this);
    if (frames === undefined) {
      frames = parseStack(this.stack ?? "").filter((frame) => !isOwn(frame.file));
      parsed.set(this, frames);
    }
    return frames;
  }

  /** `file:line:column` of the innermost frame of the user; `<unknown>` when the engine gives none. */
  toString(): string {
    return placeText(this.frames[0]);
  }
}

/** `file:line:column`, which terminals and editors make a link of. */
export function placeText(frame: Frame | undefined): string {
  return frame ? `${frame.file}:${frame.line}:${frame.column}` : "<unknown>";
}

const framePattern = /^\s*at (?:async )?(?:(.*?) \()?(?:file:\/\/)?(.*?):(\d+):(\d+)\)?$/;
const geckoPattern = /^(.*?)@(?:file:\/\/)?(.*?):(\d+):(\d+)$/;

function parseStack(stack: string): Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split("\n")) {
    const match = framePattern.exec(line) ?? geckoPattern.exec(line);
    if (match) {
      const [, name, file = "", row, column] = match;
      frames.push({ name: name || "<anonymous>", file, line: Number(row), column: Number(column) });
    }
  }
  return frames;
}

/** The folder of the library: `src/` when run from sources, `dist/` when built. */
const home = /** @__PURE__ */ ownFolder();

function ownFolder(): string {
  const url = import.meta.url.replace(/^file:\/\//, "");
  const parts = url.split("/");
  const depth = url.endsWith("/graph/creation-site.ts") ? 2 : 1;
  return `${parts.slice(0, parts.length - depth).join("/")}/`;
}

/** Whether a file belongs to the library. Its tests count as the user's. */
function isOwn(file: string): boolean {
  return file.startsWith("node:") || (file.startsWith(home) && !file.includes(".test."));
}
