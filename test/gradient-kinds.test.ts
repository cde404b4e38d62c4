/** Every op has the kind of gradient that TensorFlow's registry says it has: a rule, the word that there is none, or nothing. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { NoRule, NotDifferentiable } from "../src/gradients/rule.ts";
import { gradientRuleOf } from "../src/gradients/rules.ts";
import { opDefs } from "../src/ops/index.ts";

const { kinds } = JSON.parse(readFileSync(new URL("goldens/gradient_kinds.json", import.meta.url), "utf8")) as {
  readonly kinds: Readonly<Record<string, "rule" | "notDifferentiable">>;
};

function kindOf(type: string): string {
  const entry = gradientRuleOf(type);
  if (entry instanceof NotDifferentiable) return "notDifferentiable";
  return entry === undefined || entry instanceof NoRule ? "noRule" : "rule";
}

it("every op has TensorFlow's kind of gradient", () => {
  const types = Object.keys(opDefs);
  const ours = Object.fromEntries(types.map((type) => [type, kindOf(type)]));
  expect(ours).toEqual(Object.fromEntries(types.map((type) => [type, kinds[type] ?? "noRule"])));
});
