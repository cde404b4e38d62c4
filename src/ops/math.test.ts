import { testFamily } from "../../test/math-golden.ts";
import { linspace } from "./linspace.ts";
import { mathDefs } from "./math.defs.ts";
import { mathKernels } from "./math.kernels.ts";
import * as math from "./math.ts";

testFamily({ name: "math", defs: mathDefs, builders: { ...math, linspace }, kernels: mathKernels });
