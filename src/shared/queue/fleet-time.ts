// BullMQ goes by the clock of whichever machine runs it: when a delayed job is due, when the next run of a schedule is. Two
// machines whose clocks differ then disagree about the same job. Here its scripts are handed the fleet's time instead.
import { type BackendFactory, createRedisBackend, type RedisQueueBackend } from "bullmq";
import type { Clock } from "../base/clock.ts";

/** Where each script takes the time, as a place in its operands, keys included. A test holds it against BullMQ's texts. */
export const TIME_AT: Readonly<Record<string, number>> = {
  addJobScheduler: 17,
  changeDelay: 5,
  moveStalledJobsToWait: 11,
  moveToActive: 12,
  moveToDelayed: 12,
  moveToFinished: 15,
  retryJob: 12,
  updateJobScheduler: 16,
};

/** In what these answer: when the next delayed job is due, in milliseconds; 0: none waits. */
const NEXT_AT = 3;

/** For the constructor of a queue or worker, whose delays then go by this clock. */
export function byClock(clock: Clock): BackendFactory<RedisQueueBackend> {
  /** By how much the fleet is ahead of this machine. */
  const ahead = (): number => clock.now().getTime() - Date.now();
  return (name, opts, needs) => {
    const backend = createRedisBackend(name, opts, needs);
    const { execCommand, moveToActive, moveToDelayed, moveToFinished, waitForJob } = backend;
    backend.execCommand = (client, script, operands) => {
      const at = TIME_AT[script];
      if (at === undefined) return execCommand.call(backend, client, script, operands);
      return execCommand.call(backend, client, script, operands.with(at, Math.round(Number(operands[at]) + ahead())));
    };
    // What a worker compares with its own clock, to know how long it may sleep.
    const inOwnTime = (next: unknown[]): unknown[] =>
      Number(next[NEXT_AT]) > 0 ? next.with(NEXT_AT, Number(next[NEXT_AT]) - ahead()) : next;
    backend.moveToActive = async (...given) => inOwnTime(await moveToActive.apply(backend, given));
    backend.moveToFinished = async (...given) => {
      const next = (await moveToFinished.apply(backend, given)) as unknown[] | undefined;
      return (next && inOwnTime(next)) as unknown[];
    };
    backend.moveToDelayed = async (...given) => {
      const next = await moveToDelayed.apply(backend, given);
      return next && inOwnTime(next);
    };
    backend.waitForJob = async (...given) => {
      const marker = await waitForJob.apply(backend, given);
      return marker && marker.score > 0 ? { ...marker, score: marker.score - ahead() } : marker;
    };
    return backend;
  };
}
