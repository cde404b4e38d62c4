import { testFamily } from "../../test/op-golden.ts";
import { ndarray } from "../tensor/ndarray.ts";
import { dynamicPartition, dynamicStitch } from "./data-flow.ts";

testFamily("data_flow", {
  partitioned: () => dynamicPartition([5, 6, 7], [0, 1, 0], 2, { name: "p" }),
  stitched: () => dynamicStitch([[0, 2], ndarray(1, "int32")], [[[5], [7]], [6]]),
});
