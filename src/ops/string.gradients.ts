/** Gradient rules of the family `string`. */
import { gradientRules, noRule, notDifferentiable } from "../gradients/rule.ts";
import type { stringDefs } from "./string.defs.ts";

export const stringGradients = gradientRules<typeof stringDefs>()({
  StringJoin: notDifferentiable,
  AsString: notDifferentiable,
  StringToNumber: notDifferentiable,
  StringSplit: notDifferentiable,
  StringSplitV2: noRule,
  ReduceJoin: notDifferentiable,
  StringLength: noRule,
  Substr: noRule,
  StringStrip: noRule,
  StringLower: noRule,
  StringUpper: noRule,
  RegexReplace: notDifferentiable,
  StaticRegexReplace: noRule,
  RegexFullMatch: noRule,
  StaticRegexFullMatch: noRule,
  StringToHashBucketFast: notDifferentiable,
  StringToHashBucket: notDifferentiable,
  EncodeBase64: notDifferentiable,
  DecodeBase64: notDifferentiable,
  DecodeRaw: notDifferentiable,
  ShardedFilename: noRule,
  ShardedFilespec: noRule,
});
