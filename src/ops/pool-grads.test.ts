import { testFamily } from "../../test/op-golden.ts";

testFamily("pool_grads", {});
