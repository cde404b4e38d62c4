import { testFamily } from "../../test/math-golden.ts";
import { matmulDefs } from "./matmul.defs.ts";
import { matmulKernels } from "./matmul.kernels.ts";
import * as matmul from "./matmul.ts";
import * as tensordot from "./tensordot.ts";

testFamily({ name: "matmul", defs: matmulDefs, builders: { ...matmul, ...tensordot }, kernels: matmulKernels });
