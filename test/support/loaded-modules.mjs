// Notes every module that a process loads, by its address, and writes them to the file that LOADED_MODULES names when it ends.
import { writeFileSync } from "node:fs";
import { registerHooks } from "node:module";

const loaded = new Set();
registerHooks({
  load(url, context, next) {
    if (!url.startsWith("node:")) loaded.add(url);
    return next(url, context);
  },
});
process.on("exit", () => writeFileSync(process.env.LOADED_MODULES ?? "/dev/null", [...loaded].join("\n")));
