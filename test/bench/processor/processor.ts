// npm run bench -- --processor [--orders 5000]: processor time an order against a bare loop in the same run, memory of each kind
// of process, an accept, and how long starts take.
import { table } from "../../../src/producers/cli/table.ts";
import { measureStarts } from "./starts.ts";
import { measureWork } from "./work.ts";

const ORDERS = 5_000;
/** What is promised (MiB, milliseconds, seconds; of the worker what the bare loop needs, so many times). */
const MOST = { timesBare: 2, idle: 110, peak: 220, acceptMs: 1, verb: 0.3, sandbox: 5 };

export interface Processor {
  orders: number;
  work: Awaited<ReturnType<typeof measureWork>>;
  starts: Awaited<ReturnType<typeof measureStarts>>;
}

/** Some minutes with all orders. Starts come first, as long as the machine is quiet. */
export async function measureProcessor(orders = ORDERS): Promise<Processor> {
  const starts = await measureStarts();
  return { orders, starts, work: await measureWork(orders) };
}

export function isProcessorOver({ work, starts }: Processor): boolean {
  const { kinds, workerMs, bareMs } = work;
  const accept = kinds.find(({ kind }) => kind === "gateway")?.cpuMs ?? 0;
  return (
    workerMs > MOST.timesBare * bareMs ||
    accept > MOST.acceptMs ||
    kinds.some(({ idle, worked }) => idle.now > MOST.idle || worked.peak > MOST.peak) ||
    starts.verbs.some(({ seconds }) => seconds > MOST.verb) ||
    starts.sandboxSeconds > MOST.sandbox
  );
}

export function processorWords({ orders, work, starts }: Processor): string {
  const { kinds, workerMs, bareMs, callsPerOrder } = work;
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  return [
    table(
      ["an order with three mails", "processor time", "by the bare loop"],
      [
        ["open and notify", ms(workerMs), `× ${(workerMs / bareMs).toFixed(2)} (at most ${MOST.timesBare})`],
        [`bare loop, ${Math.round(callsPerOrder)} calls each`, ms(bareMs), ""],
      ],
    ),
    table(
      ["process", `idle (at most ${MOST.idle})`, `after ${orders} orders`, `peak (at most ${MOST.peak})`, "an order"],
      kinds.map(({ kind, idle, worked, cpuMs }) => [
        ...[kind, `${idle.now} MiB`, `${worked.now} MiB`, `${worked.peak} MiB`],
        kind === "gateway" ? `${ms(cpuMs)} an accept (at most ${MOST.acceptMs})` : ms(cpuMs),
      ]),
    ),
    table(
      ["start", "median"],
      [
        ...starts.verbs.map(({ name, seconds }) => [name, `${seconds.toFixed(2)} s (at most ${MOST.verb})`]),
        ["npm start -- --once", `${starts.sandboxSeconds.toFixed(1)} s (at most ${MOST.sandbox})`],
      ],
    ),
  ].join("\n\n");
}
