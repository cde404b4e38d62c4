import { testGradients } from "./gradient-golden.ts";

testGradients("gradient_rules_more");
