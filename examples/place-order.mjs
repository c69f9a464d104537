// Places the order of order.json from a program of your own: nothing of Certfleet, only bullmq and ioredis.
import { readFileSync } from "node:fs";
import { Queue } from "bullmq";
import { Redis } from "ioredis";

const order = JSON.parse(readFileSync(new URL("order.json", import.meta.url), "utf8"));
const reference = process.argv[2] ?? order.reference;
const connection = new Redis(process.env.REDIS_URL ?? "redis://127.0.0.1:6379", { retryStrategy: null });
const open = new Queue("open", { connection, prefix: process.env.CERTFLEET_PREFIX ?? "{certfleet}" });
const removed = { removeOnComplete: { age: 7 * 86_400 }, removeOnFail: { age: 30 * 86_400 } };
const job = await open.add("open", { ...order, reference }, { deduplication: { id: reference }, ...removed });
console.log(`Order ${reference} is job ${job.id} of the queue open.`);
await open.close();
await connection.quit();
