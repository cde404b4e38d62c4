import { testFamily } from "../../test/math-golden.ts";
import { elementaryDefs } from "./elementary.defs.ts";
import { elementaryKernels } from "./elementary.kernels.ts";
import * as elementary from "./elementary.ts";
import * as trigonometry from "./trigonometry.ts";

testFamily({
  name: "elementary",
  defs: elementaryDefs,
  builders: { ...elementary, ...trigonometry },
  kernels: elementaryKernels,
});
