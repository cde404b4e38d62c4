import { testFamily } from "../../test/op-golden.ts";

testFamily("morphology_grads", {});
