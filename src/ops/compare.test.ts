import { testFamily } from "../../test/math-golden.ts";
import { compareDefs } from "./compare.defs.ts";
import { compareKernels } from "./compare.kernels.ts";
import * as compare from "./compare.ts";

testFamily({ name: "compare", defs: compareDefs, builders: { ...compare }, kernels: compareKernels });
