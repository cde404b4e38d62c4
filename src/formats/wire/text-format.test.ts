/** What the text format does at its edges; what TensorFlow's parser and printer make of messages is in `tensorflow-files.test.ts`. */
import { describe, expect, it } from "vitest";
import { ArgumentError, ArgumentTypeError, FormatError } from "../../base/errors.ts";
import type { TensorRecord } from "../../base/graph-def.ts";
import { GraphDef, parseGraphDef, printGraphDef, TensorProto, VariantTensorDataProto } from "../graphdef.ts";
import {
  encodeMessage,
  implicit,
  type MessageOf,
  type MessageType,
  message,
  optional,
  parseMessage,
  printMessage,
  repeated,
} from "./protobuf.ts";

const Tree: MessageType<Tree> = message("test.Tree", {
  name: implicit(1, "string"),
  child: repeated(2, (): MessageType<Tree> => Tree),
});
interface Tree {
  name: string;
  child: Tree[];
}

const Numbers = message(
  "test.Numbers",
  {
    small: implicit(1, "float"),
    large: implicit(2, "double"),
    unsigned: implicit(3, "uint64"),
    safe: implicit(4, "safeInt64"),
    data: optional(5, "bytes"),
    isSet: optional(6, "bool"),
  },
  { unlisted: ["secret"] },
);
type Numbers = MessageOf<typeof Numbers>;

function parse(text: string): Partial<Numbers> {
  return parseMessage(Numbers, text);
}

function failure(body: () => unknown): FormatError {
  try {
    body();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

function nested(depth: number): string {
  return `${"child { ".repeat(depth)}name: "x"${" }".repeat(depth)}`;
}

describe("nesting", () => {
  it("goes as deep as in the binary format", () => {
    expect(() => parseMessage(Tree, nested(100))).not.toThrow();
    const { message: text } = failure(() => parseMessage(Tree, nested(101)));
    expect(text).toContain("Message too deep. Max recursion depth is 100");
  });

  it("of very many levels is refused, not a crash", () => {
    expect(failure(() => parseMessage(Tree, "child { ".repeat(1_000_000))).message).toContain("too deep");
    expect(failure(() => parseMessage(Numbers, "secret { a { ".repeat(1_000_000))).message).toContain("too deep");
  });

  it("of messages that others hold serialized is bounded, too", () => {
    let tensor = { dtype: 21, tensorShape: { dim: [], unknownRank: false } } as TensorRecord;
    for (let depth = 0; depth < 300; depth += 1) {
      const held = { typeName: "", metadata: new Uint8Array(), tensors: [tensor] };
      tensor = { ...tensor, variantVal: [encodeMessage(VariantTensorDataProto, held)] };
    }
    expect(() => printMessage(TensorProto, tensor)).toThrow(ArgumentError);
  });

  it("is printed by indentation, and parsed again", () => {
    const tree = { name: "a", child: [{ name: "", child: [{ name: "b", child: [] }] }] };
    const text = printMessage(Tree, tree);
    expect(text).toBe('name: "a"\nchild {\n  child {\n    name: "b"\n  }\n}\n');
    expect(parseMessage(Tree, text)).toEqual(tree);
  });
});

describe("long inputs", () => {
  it.each([
    ["white space", " ".repeat(5_000_000)],
    ["comments", "# a\n".repeat(500_000)],
    ["a comment", `# ${"a".repeat(5_000_000)}`],
    ["an unlisted field", `secret: "${"a".repeat(5_000_000)}"`],
  ])("%s: are parsed", (_what, text) => {
    expect(parse(text)).toEqual(parse(""));
  });

  it.each([
    ["a name", "a".repeat(5_000_000)],
    ["a number", `safe: ${"1".repeat(5_000_000)}`],
    ["a float", `large: ${"-".repeat(5_000_000)}`],
    ["a text", `data: '${"\\\\".repeat(2_500_000)}`],
    ["quotes", "'".repeat(5_000_001)],
  ])("%s: are refused in few words", (_what, text) => {
    expect(failure(() => parse(text)).message.length).toBeLessThan(600);
  });

  it("of more parts than `maxObjects` are refused", () => {
    expect(failure(() => parseMessage(Tree, "child {} child {}", { maxObjects: 1 })).message).toContain("maxObjects");
  });
});

describe("fields that the table does not list", () => {
  it.each([
    "secret: 3",
    'secret: "a" "b"',
    "secret { a: 1 b { c: -inf } }",
    "secret: [1, 2]",
    "secret: [{ a: 1 }, { }]",
    "secret <a: 1>;",
  ])("%s is passed over", (text) => {
    expect(parse(`${text} safe: 1`).safe).toBe(1);
  });

  it.each(["secret: }", "secret { a: 1", "secret: [1", "secret", "other: 3"])("%s is refused", (text) => {
    expect(failure(() => parse(text))).toBeInstanceOf(FormatError);
  });
});

describe("values", () => {
  it("are exact at their limits", () => {
    const numbers = parse("unsigned: 18446744073709551615 safe: -9007199254740991 small: 16777217 large: 0.1");
    expect(numbers).toMatchObject({
      unsigned: 2n ** 64n - 1n,
      safe: -Number.MAX_SAFE_INTEGER,
      small: 16777216,
      large: 0.1,
    });
    expect(printMessage(Numbers, numbers as Numbers)).toBe(
      "small: 16777216.0\nlarge: 0.1\nunsigned: 18446744073709551615\nsafe: -9007199254740991\n",
    );
  });

  it("out of range are refused with line and column", () => {
    const error = failure(() => parse("small: 1\n  safe: 9007199254740992"));
    expect(error.message).toBe("2:9 : '  safe: 9007199254740992': Value out of range: 9007199254740992");
    expect([error.fields["line"], error.fields["column"]]).toEqual([2, 9]);
  });

  it("that are absent and that are zero differ where the table says so", () => {
    expect(printMessage(Numbers, parse("is_set: false data: ''") as Numbers)).toBe('data: ""\nis_set: false\n');
    expect(parse("")).not.toHaveProperty("isSet");
  });

  it("that are no escapes are refused", () => {
    for (const text of ["\\q", "\\777", "\\x", "\\u12", "\\ud800", "\\U00110000"])
      expect(failure(() => parse(`data: "${text}"`)).message).toContain("Invalid escape");
  });

  it("of which bytes are no UTF-8 are refused as a whole", () => {
    expect(failure(() => parseGraphDef(new Uint8Array([0xff]), { file: "g.pbtxt" })).message).toContain("g.pbtxt");
  });
});

describe("records that cannot be printed", () => {
  it("are refused as by the encoder", () => {
    expect(() => printGraphDef({} as never)).not.toThrow();
    expect(() => printMessage(GraphDef, { node: 3 } as never)).toThrow(ArgumentTypeError);
    expect(() => printMessage(Tree, { name: "\ud800", child: [] })).toThrow(ArgumentError);
  });
});
