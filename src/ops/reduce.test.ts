import { testFamily } from "../../test/math-golden.ts";
import { reduceDefs } from "./reduce.defs.ts";
import { reduceKernels } from "./reduce.kernels.ts";
import * as reduce from "./reduce.ts";

testFamily({
  name: "reduce",
  defs: reduceDefs,
  builders: { ...reduce, reduceLogsumexp: reduce.reduceLogSumExp },
  kernels: reduceKernels,
});
