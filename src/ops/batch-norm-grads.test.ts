import { testFamily } from "../../test/op-golden.ts";

testFamily("batch_norm_grads", {});
