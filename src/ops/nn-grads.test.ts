import { testFamily } from "../../test/op-golden.ts";

testFamily("nn_grads", {});
