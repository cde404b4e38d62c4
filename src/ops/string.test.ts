import { testFamily } from "../../test/op-golden.ts";
import type { Tensor } from "../graph/tensor.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { constant, placeholder } from "./array.ts";
import type { SparseTensor } from "./sparse-tensor.ts";
import {
  asString,
  decodeBase64,
  decodeRaw,
  encodeBase64,
  reduceJoin,
  regexFullMatch,
  regexReplace,
  splitStrings,
  stringJoin,
  stringLength,
  stringLower,
  stringSplit,
  stringStrip,
  stringToHashBucket,
  stringToHashBucketFast,
  stringToNumber,
  stringUpper,
  substr,
} from "./string.ts";

const c = (...values: string[]): Tensor => constant(values);
const parts = (x: SparseTensor): Tensor[] => [x.indices, x.values, x.denseShape];
const int = (value: number | number[]) => ndarray(value, "int32");

testFamily("string_ops", {
  joined: () => [stringJoin(["a", c("b", "c")], { separator: "-" }), stringJoin([c("a"), c("b")], { name: "j" })],
  numbers: () => [
    asString([1.5, 2]),
    asString(constant([1, 2], { dtype: "int32" }), { fill: "0", width: 5, name: "n" }),
    stringToNumber(c("1", "2"), { outType: "int32" }),
    stringToNumber(c("1")),
  ],
  pieces: () => [
    ...parts(stringSplit(c("a b", "c"))),
    ...parts(stringSplit(c("a,b"), { sep: ",", skipEmpty: false })),
    ...parts(splitStrings(c("a b", "c"))),
    ...parts(splitStrings(c("a b"), { sep: "b", maxsplit: 2, name: "s" })),
  ],
  reduced: () => [
    reduceJoin([["a", "b"]], { axis: 1, separator: "-" }),
    reduceJoin([["a", "b"]]),
    reduceJoin([["a", "b"]], { axis: [0, 1], keepdims: true, name: "r" }),
    reduceJoin(placeholder("string")),
  ],
  letters: () => [
    stringLength("abc"),
    stringLength("abc", { unit: "UTF8_CHAR", name: "l" }),
    substr("abc", int(1), int(2)),
    substr("abc", int([1]), int([2]), { unit: "UTF8_CHAR" }),
    stringStrip("abc"),
    stringLower("abc"),
    stringUpper("abc", { encoding: "utf-8" }),
  ],
  patterns: () => [
    regexReplace("abc", "b", "x"),
    regexReplace("abc", constant("b"), "x", { replaceGlobal: false }),
    regexFullMatch("abc", "b"),
    regexFullMatch("abc", constant("b"), { name: "m" }),
  ],
  buckets: () => [stringToHashBucketFast(c("a"), 10), stringToHashBucket(c("a"), 10)],
  coded: () => [
    encodeBase64("a"),
    encodeBase64("a", { pad: true }),
    decodeBase64("YQ"),
    decodeRaw("abcd", "uint8"),
    decodeRaw("abcd", "int16", { littleEndian: false, name: "d" }),
  ],
});
