/** RE2's regular expressions as JavaScript's, as far as both mean the same. What JavaScript alone knows is refused, as in RE2. */
import { InvalidArgumentError } from "../base/errors.ts";

const compiled = new Map<string, RegExp>();
/** Patterns that are kept. */
const KEPT = 64;

/** Syntax that RE2 does not have. */
const foreign: ReadonlyArray<readonly [RegExp, string]> = [
  [/\(\?(=|!|<=|<!)/, "invalid perl operator: (?"],
  [/\\[1-9]/, "invalid escape sequence: \\1"],
  [/\\k</, "invalid escape sequence: \\k"],
];

/**
 * The pattern as a regular expression.
 * @throws {InvalidArgumentError} for a pattern that RE2 or JavaScript does not take.
 */
export function compiledRe2(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  for (const [syntax, reason] of foreign) if (syntax.test(pattern)) throw invalid(pattern, reason);
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const source = pattern
    .slice(flags?.[0].length ?? 0)
    .replaceAll("(?P<", "(?<")
    .replaceAll("\\A", "^")
    .replaceAll("\\z", "$")
    .replaceAll("[[:alpha:]]", "[A-Za-z]")
    .replaceAll("[[:digit:]]", "[0-9]")
    .replaceAll("[[:alnum:]]", "[A-Za-z0-9]")
    .replaceAll("[[:space:]]", "[\\t\\n\\v\\f\\r ]")
    .replaceAll("[[:upper:]]", "[A-Z]")
    .replaceAll("[[:lower:]]", "[a-z]");
  const expression = make(source, flags?.[1] ?? "", pattern);
  if (compiled.size >= KEPT) compiled.clear();
  compiled.set(pattern, expression);
  return expression;
}

function make(source: string, flags: string, pattern: string): RegExp {
  try {
    return new RegExp(source, `${flags}gu`);
  } catch {
    // Escapes that mean nothing are RE2's, too, and not those of the stricter mode.
  }
  try {
    return new RegExp(source, `${flags}g`);
  } catch (error) {
    throw invalid(pattern, error instanceof Error ? error.message : String(error));
  }
}

function invalid(pattern: string, reason: string): InvalidArgumentError {
  return new InvalidArgumentError(`Invalid pattern: ${pattern}, error: ${reason}`, { pattern });
}

/** Whether all of a text matches. */
export function fullyMatches(pattern: string, text: string): boolean {
  const { source, flags } = compiledRe2(pattern);
  return new RegExp(`^(?:${source})$`, flags.replace("g", "").replace("m", "")).test(text);
}

/** The text with matches rewritten: `\0` stands for the match, `\1` to `\9` for its groups. */
export function rewritten(pattern: string, text: string, rewrite: string, replacesAll: boolean): string {
  const expression = compiledRe2(pattern);
  const groups = new RegExp(`${expression.source}|`).exec("")?.length ?? 1;
  checkRewrite(rewrite, groups - 1);
  let done = false;
  expression.lastIndex = 0;
  return text.replace(expression, (...match: unknown[]) => {
    if (done && !replacesAll) return match[0] as string;
    done = true;
    return rewrite.replace(/\\(\d|\\)/g, (_, which: string) =>
      which === "\\" ? "\\" : ((match[Number(which)] as string | undefined) ?? ""),
    );
  });
}

function checkRewrite(rewrite: string, groups: number): void {
  for (const [, which = ""] of rewrite.matchAll(/\\([\s\S]?)/g)) {
    if (which === "\\" || (/\d/.test(which) && Number(which) <= groups)) continue;
    const reason = /\d/.test(which)
      ? `invalid substitution in rewrite: rewrite schema '${rewrite}' references ${which} but pattern has only ${groups} parenthesized subexpressions`
      : "invalid rewrite pattern";
    throw new InvalidArgumentError(`Invalid rewrite pattern: ${rewrite}, error: ${reason}`, { rewrite });
  }
}
