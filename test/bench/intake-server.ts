// One server of the intake bench, in a process of its own: the whole gateway, or a bare loop that asks the same of the CSR, read
// by the library alone or by Certfleet's own reader. Prints where it listens.
import { Queue } from "bullmq";
import fastify from "fastify";
import { startGateway } from "../../src/producers/main.ts";
import { checkCsr, judgeRequest } from "../../src/shared/certificate/csr.ts";
import { readAny } from "../../src/shared/intake/request.ts";
import { defaultRules } from "../../src/shared/intake/rules.ts";

type Check = (csr: string) => ReturnType<typeof checkCsr>;

const checks: Readonly<Record<string, Check>> = {
  library: async (csr) => judgeRequest(readAny(derOf(csr)), defaultRules),
  own: (csr) => checkCsr(csr, defaultRules),
};

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ""), "base64");
}

async function bare(check: Check, redisUrl: string, prefix: string): Promise<string> {
  const queue = new Queue("open", { connection: { url: redisUrl }, prefix });
  const app = fastify({ bodyLimit: 262_144 });
  app.post<{ Body: { reference: string; csr: string } }>("/v1/certificates", async ({ body }, reply) => {
    const found = await check(body.csr);
    if ("faults" in found) return reply.code(422).send(found);
    await queue.add("open", body, { jobId: body.reference });
    return reply.code(202).send({ reference: body.reference });
  });
  return app.listen({ host: "127.0.0.1", port: 0 });
}

const { BENCH_SERVER = "", REDIS_URL = "", CERTFLEET_PREFIX = "" } = process.env;
const check = checks[BENCH_SERVER];
const url = check ? await bare(check, REDIS_URL, CERTFLEET_PREFIX) : (await startGateway(process.env)).url;
console.log(url);
process.on("SIGTERM", () => process.exit()); // writes what `--cpu-prof` measured
