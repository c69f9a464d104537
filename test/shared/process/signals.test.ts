// Signals of a group of processes: twice within a second is once.
import { expect, onTestFinished, test, vi } from "vitest";
import { onStopSignal } from "../../../src/shared/process/signals.ts";

test("A signal that comes again within a second of the first counts once, whichever it is; one that comes later ends the process at once.", () => {
  const before = new Map(["SIGTERM", "SIGINT", "SIGHUP"].map((name) => [name, process.listeners(name as "SIGTERM")]));
  const clock = vi.spyOn(performance, "now");
  onTestFinished(() => {
    clock.mockRestore();
    for (const [name, listeners] of before)
      for (const each of process.listeners(name as "SIGTERM")) if (!listeners.includes(each)) process.off(name, each);
  });
  const heard: string[] = [];
  onStopSignal({ stop: (signal) => heard.push(signal), atOnce: () => heard.push("at once") });
  const ours = process.listeners("SIGTERM").at(-1);
  const send = (signal: NodeJS.Signals, ms: number): void => {
    clock.mockReturnValue(ms);
    ours?.(signal);
  };

  send("SIGTERM", 5_000);
  send("SIGTERM", 5_001);
  send("SIGHUP", 5_020);
  send("SIGINT", 5_900);
  const within = [...heard];
  send("SIGTERM", 6_001);

  expect(process.listeners("SIGHUP").at(-1)).toBe(ours);
  expect(process.listeners("SIGINT").at(-1)).toBe(ours);
  expect(within).toEqual(["SIGTERM"]);
  expect(heard).toEqual(["SIGTERM", "at once"]);
});
