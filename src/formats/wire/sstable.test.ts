import { describe, expect, it } from "vitest";
import { FormatError, InternalError } from "../../base/errors.ts";
import { type ByteSource, memorySink, sourceOfBytes } from "../source/byte-source.ts";
import { finishSync } from "../source/stepwise.ts";
import { bytesOfText, byteText, keyOfName, nameOfKey } from "./byte-text.ts";
import { TableReader } from "./sstable-reader.ts";
import { separator, successor, TableWriter } from "./sstable-writer.ts";

type Pair = readonly [key: string, value: string];

function tableOf(pairs: Iterable<Pair>): Uint8Array {
  const sink = memorySink();
  const writer = new TableWriter(sink);
  for (const [key, value] of pairs) finishSync(writer.add(key, bytesOfText(value)));
  finishSync(writer.finish());
  return sink.bytes();
}

function openBytes(bytes: Uint8Array): TableReader {
  return finishSync(TableReader.open(sourceOfBytes("t", bytes)));
}

function valueOf(table: TableReader, key: string): string | undefined {
  const value = finishSync(table.find(key));
  return value && byteText(value);
}

function allPairs(table: TableReader): Pair[] {
  return Array.from({ length: table.blockCount }, (_, i) => {
    const block = finishSync(table.block(i));
    return block.keys.map((key, at): Pair => [key, byteText(block.valueAt(at))]);
  }).flat();
}

/** Many keys that begin alike: several blocks. */
const many: readonly Pair[] = Array.from(
  { length: 9000 },
  (_, i): Pair => [`tower/layer_${String(i).padStart(5, "0")}/kernel`, `value ${i} `.repeat(5)],
);

describe("a table", () => {
  it("gives back what was written", () => {
    const pairs: Pair[] = [
      ["", "header"],
      ["\0slice", ""],
      ["a", "1"],
      ["a\0", "2"],
      ["ab", "3"],
      ["\xff", "4"],
      ["\xff\xff", "5"],
    ];
    const table = openBytes(tableOf(pairs));
    expect(allPairs(table)).toEqual(pairs);
    for (const [key, value] of pairs) expect(valueOf(table, key)).toBe(value);
    for (const key of ["\0", "aa", "b", "\xff\xff\xff"]) expect(valueOf(table, key)).toBeUndefined();
  });

  it("may be empty", () => {
    const table = openBytes(tableOf([]));
    expect(table.blockCount).toBe(0);
    expect(valueOf(table, "a")).toBeUndefined();
  });

  it("of many keys has several blocks, and finds each", () => {
    const table = openBytes(tableOf(many));
    expect(table.blockCount).toBeGreaterThan(2);
    expect(allPairs(table)).toEqual(many);
    for (const [key, value] of many.filter((_, i) => i % 37 === 0)) {
      expect(valueOf(table, key)).toBe(value);
      expect(valueOf(table, `${key}x`)).toBeUndefined();
    }
  });

  it("is read only where it is asked", () => {
    const bytes = tableOf(many);
    let read = 0;
    const inner = sourceOfBytes("t", bytes);
    const source: ByteSource = {
      ...inner,
      read(offset, into) {
        read += into.length;
        return inner.read(offset, into);
      },
    };
    const table = finishSync(TableReader.open(source));
    expect(read).toBeLessThan(1000);
    valueOf(table, many[5000]?.[0] as string);
    expect(read).toBeLessThan(300_000);
    const once = read;
    valueOf(table, many[5001]?.[0] as string);
    expect(read).toBe(once);
  });

  it("does not take keys that do not ascend", () => {
    expect(() =>
      tableOf([
        ["b", ""],
        ["a", ""],
      ]),
    ).toThrow(InternalError);
    expect(() =>
      tableOf([
        ["a", ""],
        ["a", ""],
      ]),
    ).toThrow(InternalError);
  });

  it("notices every changed byte, or gives what was written", () => {
    const pairs: Pair[] = [
      ["", "h"],
      ["w/0", "x".repeat(40)],
      ["w/1", "y"],
    ];
    const bytes = tableOf(pairs);
    let noticed = 0;
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      (changed[at] as number) ^= 0x10;
      try {
        expect(allPairs(openBytes(changed))).toEqual(pairs);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        expect(error).toMatchObject({ file: "t" });
        noticed += 1;
      }
    }
    // What is not noticed: the metaindex, of which nothing is used, and zeros of the footer.
    expect(noticed).toBeGreaterThan(bytes.length - 60);
  });

  it("is refused when it is cut anywhere", () => {
    const bytes = tableOf([["a", "1"]]);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => openBytes(bytes.subarray(0, length))).toThrow(FormatError);
    }
  });
});

describe("keys of an index", () => {
  it.each([
    ["abc", "abf", "abd"],
    ["abc", "abd", "abc"],
    ["ab", "abc", "ab"],
    ["abc", "b", "abc"],
    ["abc", "c", "b"],
    ["a\xff", "b", "a\xff"],
  ])("between %j and %j is %j", (low, high, wanted) => {
    expect(separator(low, high)).toBe(wanted);
  });

  it.each([
    ["save", "t"],
    ["\xff\xffa", "\xff\xffb"],
    ["\xff\xff", "\xff\xff"],
    ["", ""],
  ])("after %j is %j", (text, wanted) => {
    expect(successor(text)).toBe(wanted);
  });
});

describe("byte texts", () => {
  it("are the UTF-8 of names, and ordered as its bytes", () => {
    const names = ["a", "é", "\uff5e", "\u{1f600}", "n".repeat(10_000), `é${"n".repeat(10_000)}`];
    for (const name of names) expect(nameOfKey(keyOfName(name))).toBe(name);
    expect(keyOfName("\uff5e") < keyOfName("\u{1f600}")).toBe(true);
    expect(nameOfKey("\xff")).toBe("\ufffd");
  });
});
