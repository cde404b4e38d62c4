import { testFamily } from "../../test/math-golden.ts";
import * as cast from "./cast.ts";
import * as division from "./division.ts";
import { linspace } from "./linspace.ts";
import { mathDefs } from "./math.defs.ts";
import { mathKernels } from "./math.kernels.ts";
import * as math from "./math.ts";
import { range } from "./range.ts";

testFamily({
  name: "math",
  defs: mathDefs,
  builders: { ...math, ...division, ...cast, range, linspace },
  kernels: mathKernels,
});
