// Two releases on one fleet's data: side by side where they can read each other, and the older one out where it cannot.
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { lifecycle } from "../../../src/shared/base/lifecycle.ts";
import { DATA_FORMAT, refuseNewer } from "../../../src/shared/process/data-format.ts";
import { ownProcess } from "../../../src/shared/process/own-process.ts";
import { readProcesses } from "../../../src/shared/process/processes.ts";
import { startReports } from "../../../src/shared/process/report.ts";
import { version } from "../../../src/shared/process/version.ts";
import { world } from "../../support/world.ts";

test("A release that this one can work with runs beside it; when one comes that it cannot read, running processes end with a failure, and none starts.", async () => {
  const w = await world();
  await refuseNewer(w);
  await w.redis.hset(w.keys.format, { written: DATA_FORMAT + 1, by: "9.0.0" });
  await refuseNewer(w);
  expect(await w.redis.hgetall(w.keys.format)).toEqual({
    written: `${DATA_FORMAT + 1}`,
    by: "9.0.0",
    readableFrom: "1",
    jobsFrom: "1",
    jobsTo: "1",
  });
  const log = pino({ level: "silent" });
  const end = vi.fn();
  const own = ownProcess(["open"], lifecycle(log), end);
  own.add({ name: "open", whyNotReady: async () => null });
  const reports = startReports(own, { ...w, log }, 20);
  onTestFinished(reports.stop);
  await vi.waitFor(async () =>
    expect(await readProcesses(w)).toMatchObject([{ id: own.id, version, parts: ["open"] }]),
  );
  expect(end).not.toHaveBeenCalled();

  await w.redis.hset(w.keys.format, { readableFrom: DATA_FORMAT + 1 });

  await vi.waitFor(() => expect(end).toHaveBeenCalledOnce());
  const refusal = `Certfleet 9.0.0 has written data here that this version (${version}) cannot read`;
  await expect(refuseNewer(w)).rejects.toThrow(refusal);
  await expect(w.work(["notify"])).rejects.toThrow(refusal);
  await reports.stop();
  expect(await readProcesses(w)).toEqual([]);
});
