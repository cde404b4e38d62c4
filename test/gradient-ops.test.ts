/** The ops that only gradients make. */
import { testFamily } from "./op-golden.ts";

testFamily("gradient_ops", {});
