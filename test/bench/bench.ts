// npm run bench: what safety costs, as ratios within one run: calls to eNom and scripts in Redis an order, and orders a second, with a precaution taken away.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { table } from "../../src/producers/cli/table.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { connectRedis } from "../../src/shared/redis/client.ts";
import { makeOrders } from "../storm/orders.ts";
import { batchWords, isBatchTooSlow, measureBatch } from "./batch.ts";
import { fairWords, measureFair } from "./fair.ts";
import { FORECAST_SECONDS, forecastWords, measureForecast } from "./forecast.ts";
import { importWords, isImportWrong, measureImport } from "./import.ts";
import { INTAKE_RATIO, intakeWords, measureIntake } from "./intake.ts";
import { isTooSlow, listWords, measureLists } from "./lists.ts";
import { isProcessorOver, measureProcessor, processorWords } from "./processor/processor.ts";
import { type Measured, measure } from "./round.ts";
import { growth, measureSweep, sweepWords } from "./sweep.ts";
import { variants } from "./variants.ts";

const ROUNDS = 3;
const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");

interface Result {
  name: string;
  /** Median of the rounds. */
  ordersPerSecond: number;
  /** Of the first variant's. */
  ratio: number;
  callsPerOrder: number;
  calls: Measured["calls"];
  scriptsPerOrder: number;
}

/** Rounds are interleaved, so that a machine that gets slower meanwhile slows all variants. */
async function measureAll(count: number): Promise<Result[]> {
  const orders = (await makeOrders(count)).map(({ order }) => order);
  const server = await startRedis({ ephemeral: true, binaryDir, say: console.error });
  const redis = connectRedis(server.url, "never-give-up", () => undefined);
  const measured = variants.map((): Measured[] => []);
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, variant] of variants.entries()) measured[i]?.push(await measure(redis, orders, variant));
    }
  } finally {
    redis.disconnect();
    await server.stop();
  }
  const medians = measured.map((rounds) => median(rounds.map(({ ordersPerSecond }) => ordersPerSecond)));
  return variants.map(({ name }, i) => {
    const ordersPerSecond = medians[i] ?? 0;
    const calls = measured[i]?.[0]?.calls ?? {};
    const callsPerOrder = Object.values(calls).reduce((sum, each) => sum + each, 0);
    const ratio = ordersPerSecond / (medians[0] ?? 1);
    return { name, ordersPerSecond, ratio, callsPerOrder, calls, scriptsPerOrder: measured[i]?.[0]?.scripts ?? 0 };
  });
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function words(results: readonly Result[]): string {
  const commands = [...new Set(results.flatMap(({ calls }) => Object.keys(calls)))];
  const row = (name: string, cell: (result: Result) => string): string[] => [name, ...results.map(cell)];
  return table(
    ["", ...results.map(({ name }) => name)],
    [
      row("orders a second", ({ ordersPerSecond }) => ordersPerSecond.toFixed(1)),
      row("ratio", ({ ratio }) => `× ${ratio.toFixed(2)}`),
      row("calls an order", ({ callsPerOrder }) => callsPerOrder.toFixed(2)),
      ...commands.map((command) => row(`  ${command}`, ({ calls }) => (calls[command] ?? 0).toFixed(2))),
      row("scripts in Redis an order", ({ scriptsPerOrder }) => scriptsPerOrder.toFixed(2)),
    ],
  );
}

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    orders: { type: "string", default: "88" },
    sweep: { type: "boolean", default: false },
    forecast: { type: "boolean", default: false },
    lists: { type: "boolean", default: false },
    certificates: { type: "string", default: "200000" },
    fair: { type: "boolean", default: false },
    batch: { type: "boolean", default: false },
    rows: { type: "string", default: "10000" },
    intake: { type: "boolean", default: false },
    import: { type: "boolean", default: false },
    processor: { type: "boolean", default: false },
  },
});
if (values.sweep) {
  const measured = await measureSweep();
  console.log(values.json ? JSON.stringify(measured, null, 2) : sweepWords(measured));
  if (growth(measured).isTooMuch) process.exitCode = 1;
} else if (values.forecast) {
  const measured = await measureForecast();
  console.log(values.json ? JSON.stringify(measured, null, 2) : forecastWords(measured));
  if (measured.seconds > FORECAST_SECONDS) process.exitCode = 1;
} else if (values.lists) {
  const measured = await measureLists(Number(values.certificates));
  console.log(values.json ? JSON.stringify(measured, null, 2) : listWords(measured));
  if (isTooSlow(measured)) process.exitCode = 1;
} else if (values.batch) {
  const measured = await measureBatch(Number(values.rows));
  console.log(values.json ? JSON.stringify(measured, null, 2) : batchWords(measured));
  if (isBatchTooSlow(measured)) process.exitCode = 1;
} else if (values.fair) {
  const measured = await measureFair();
  console.log(values.json ? JSON.stringify(measured, null, 2) : fairWords(measured));
  if (measured.some(({ seconds, most }) => seconds > most)) process.exitCode = 1;
} else if (values.import) {
  const measured = await measureImport();
  console.log(values.json ? JSON.stringify(measured, null, 2) : importWords(measured));
  if (isImportWrong(measured)) process.exitCode = 1;
} else if (values.processor) {
  const measured = await measureProcessor(values.orders === "88" ? undefined : Number(values.orders));
  console.log(values.json ? JSON.stringify(measured, null, 2) : processorWords(measured));
  if (isProcessorOver(measured)) process.exitCode = 1;
} else if (values.intake) {
  const measured = await measureIntake();
  console.log(values.json ? JSON.stringify(measured, null, 2) : intakeWords(measured));
  if (measured.ratio.library < INTAKE_RATIO) process.exitCode = 1;
} else {
  const results = await measureAll(Number(values.orders));
  console.log(values.json ? JSON.stringify(results, null, 2) : words(results));
}
