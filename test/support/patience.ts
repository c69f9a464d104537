// Before each test file: what a test waits for may take its time on a machine that has other work. Vitest gives a state one second.
import { vi } from "vitest";

const PATIENCE_MS = 20_000;

type Options = Parameters<typeof vi.waitFor>[1];

const patient = (options: Options): Options =>
  typeof options === "number" ? options : { timeout: PATIENCE_MS, ...options };

const known = Symbol.for("certfleet.patience");
const { waitFor, waitUntil } = vi;
// Files share a process.
if (!(known in vi)) {
  Object.assign(vi, {
    [known]: true,
    waitFor: (callback: never, options: Options) => waitFor(callback, patient(options)),
    waitUntil: (callback: never, options: Options) => waitUntil(callback, patient(options)),
  });
}
