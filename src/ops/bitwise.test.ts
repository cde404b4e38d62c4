import { testFamily } from "../../test/math-golden.ts";
import { bitwiseDefs } from "./bitwise.defs.ts";
import { bitwiseKernels } from "./bitwise.kernels.ts";
import * as bitwise from "./bitwise.ts";

testFamily({ name: "bitwise", defs: bitwiseDefs, builders: { ...bitwise }, kernels: bitwiseKernels });
