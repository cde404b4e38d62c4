// How the tests run: imports of `namesake` and `#default-engine` hit the sources, so no build is needed first.
import { defineConfig } from "vitest/config";

import { WatchdogReporter } from "./test/watchdog-reporter.ts";

const conditions = ["namesake-source", "node", "import", "module", "default"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    reporters: ["default", new WatchdogReporter()],
    setupFiles: ["test/console-guard.ts"],
    testTimeout: 20_000,
    coverage: { include: ["src/**/*.ts"], exclude: ["src/**/*.test.ts"] },
  },
});
