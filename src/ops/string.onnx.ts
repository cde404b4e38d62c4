/** Strings are the host's on every engine. */
import { onnxRules, unsupported } from "../onnx/rule.ts";
import type { stringDefs } from "./string.defs.ts";

const onHost = unsupported("the session works on strings, on the host");

/** The rules of this family. */
export const stringOnnx = onnxRules<typeof stringDefs>()({
  StringJoin: onHost,
  AsString: onHost,
  StringToNumber: onHost,
  StringSplit: onHost,
  StringSplitV2: onHost,
  ReduceJoin: onHost,
  StringLength: onHost,
  Substr: onHost,
  StringStrip: onHost,
  StringLower: onHost,
  StringUpper: onHost,
  RegexReplace: onHost,
  StaticRegexReplace: onHost,
  RegexFullMatch: onHost,
  StaticRegexFullMatch: onHost,
  StringToHashBucketFast: onHost,
  StringToHashBucket: onHost,
  EncodeBase64: onHost,
  DecodeBase64: onHost,
  DecodeRaw: onHost,
  ShardedFilename: onHost,
  ShardedFilespec: onHost,
});
