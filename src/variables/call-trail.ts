/**
 * The calls that led to a variable, as far as the program's author is concerned: a site alone holds few frames, and two calls of a model's
 * function differ further out. The variable scopes around, which know where they were opened, tell the rest.
 */
import { type CreationSite, type Frame, placeText } from "../graph/creation-site.ts";
import type { VariableUse } from "./journal.ts";
import type { VariableScope } from "./scope-value.ts";

/** How many calls are shown: as many as TensorFlow shows. */
const SHOWN_CALLS = 5;

/** The frames from the innermost call outwards. */
export function callTrail({ site, scope }: VariableUse): readonly Frame[] {
  let frames = site.frames;
  for (let around: VariableScope | null = scope; around !== null; around = around.around) {
    // The root scope was opened by nobody.
    if (around.around !== null) frames = joinTrails(frames, around.site);
  }
  return withoutInstalled(frames);
}

/** A trail, and the trail of a call inside of which it lies. They share their outer frames, unless the first was cut off before. */
function joinTrails(inner: readonly Frame[], outer: CreationSite): readonly Frame[] {
  for (const [i, frame] of outer.frames.entries()) {
    const at = inner.findIndex((other) => isSame(frame, other));
    if (at === -1) continue;
    const rest = outer.frames.slice(i + 1);
    return rest.length > inner.length - at - 1 ? [...inner.slice(0, at + 1), ...rest] : inner;
  }
  const [opening] = outer.frames;
  const last = inner.at(-1);
  // A scope that was opened with `using` in the function where the trail ends.
  const isOneFunction =
    opening !== undefined &&
    last !== undefined &&
    opening.file === last.file &&
    opening.name === last.name &&
    last.name !== "<anonymous>";
  return [...inner, ...outer.frames.slice(isOneFunction ? 1 : 0)];
}

function isSame(a: Frame, b: Frame): boolean {
  return a.line === b.line && a.column === b.column && a.file === b.file;
}

/** Frames of installed packages, such as a test runner's, say little; the innermost stays in any case. */
function withoutInstalled(frames: readonly Frame[]): readonly Frame[] {
  return frames.filter((frame, i) => i === 0 || !frame.file.includes("/node_modules/"));
}

/** The trail as lines: where, and in which function. */
export function trailLines(use: VariableUse): string[] {
  const lines = callTrail(use)
    .slice(0, SHOWN_CALLS)
    .map((frame) => `${placeText(frame)}${inFunction(frame)}`);
  return lines.length === 0 ? ["<unknown>"] : lines;
}

/** The trail on one line; a file is named once. */
export function trailText(use: VariableUse): string {
  const frames = callTrail(use).slice(0, SHOWN_CALLS);
  const parts = frames.map((frame, i) => {
    const place = frames[i - 1]?.file === frame.file ? `${frame.line}:${frame.column}` : placeText(frame);
    return `${place}${inFunction(frame)}`;
  });
  return parts.length === 0 ? "<unknown>" : parts.join(" < ");
}

/** Engines put what a function belongs to before its name. */
function inFunction(frame: Frame): string {
  const name = frame.name.replace(/^(?:async |Module\.|Object\.)+/, "");
  return name === "<anonymous>" ? "" : ` in ${name}`;
}
