/** Pieces of strings, which are bytes: how they are cut, stripped and joined. Mirrors core/kernels/string_split_op.cc and string_strip_op.cc. */

type Bytes = Uint8Array;

/** All parts, with a separator between them. */
export function joinBytes(parts: readonly Bytes[], separator: Bytes): Bytes {
  const length = parts.reduce((sum, part) => sum + part.length, 0) + separator.length * Math.max(parts.length - 1, 0);
  const out = new Uint8Array(length);
  let at = 0;
  for (const [i, part] of parts.entries()) {
    if (i > 0) {
      out.set(separator, at);
      at += separator.length;
    }
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Pieces between any of the bytes of a delimiter; without one, single bytes. */
export function splitAtBytes(bytes: Bytes, delimiter: Bytes, skipsEmpty: boolean): Bytes[] {
  if (delimiter.length === 0) return Array.from(bytes, (byte) => Uint8Array.of(byte));
  if (bytes.length === 0) return [];
  const isDelimiter = new Set(delimiter);
  const parts: Bytes[] = [];
  let start = 0;
  for (let i = 0; i <= bytes.length; i += 1) {
    if (i < bytes.length && !isDelimiter.has(bytes[i] as number)) continue;
    if (!skipsEmpty || i > start) parts.push(bytes.slice(start, i));
    start = i + 1;
  }
  return parts;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/** Pieces as Python's `split` gives them. */
export function splitAtText(bytes: Bytes, separator: Bytes, limit: number): Bytes[] {
  if (limit === 0) return [bytes];
  return separator.length === 0 ? splitAtSpace(bytes, limit) : splitAtSeparator(bytes, separator, limit);
}

function splitAtSpace(bytes: Bytes, limit: number): Bytes[] {
  const parts: Bytes[] = [];
  let at = 0;
  const skip = (): void => {
    while (isSpace(bytes[at])) at += 1;
  };
  for (skip(); at < bytes.length; skip()) {
    // What is left after the last cut is a piece, also when nothing is.
    const start = at;
    while (at < bytes.length && !isSpace(bytes[at])) at += 1;
    parts.push(bytes.slice(start, at));
    if (parts.length !== limit) continue;
    skip();
    return [...parts, bytes.slice(at)];
  }
  return parts;
}

function splitAtSeparator(bytes: Bytes, separator: Bytes, limit: number): Bytes[] {
  const parts: Bytes[] = [];
  let start = 0;
  for (let at = 0; at + separator.length <= bytes.length && (limit < 0 || parts.length < limit); ) {
    if (separator.every((byte, i) => bytes[at + i] === byte)) {
      parts.push(bytes.slice(start, at));
      at += separator.length;
      start = at;
    } else {
      at += 1;
    }
  }
  return [...parts, bytes.slice(start)];
}

/** Without the spaces at both ends. */
export function stripped(bytes: Bytes): Bytes {
  let [start, end] = [0, bytes.length];
  while (start < end && isSpace(bytes[start])) start += 1;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  return bytes.slice(start, end);
}
