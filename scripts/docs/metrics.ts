// docs/reference/metrics.md, from the table of metrics.
import { type Definition, definitions } from "../../src/shared/metrics/definitions.ts";
import { code, page, table } from "./page.ts";

const GROUPS: readonly [Definition["about"], string][] = [
  ["people", "Certificates and people"],
  ["money", "Money"],
  ["flow", "Flow of work"],
  ["outside", "eNom, mail server, Redis, journal"],
  ["machines", "Machines"],
];

const FROM: Readonly<Record<Definition["of"], string>> = {
  fleet: "gateway, of the fleet",
  gateway: "gateway, of itself",
  worker: "workers, each of itself",
  process: "each process",
};

const INTRO = `What Certfleet tells Prometheus. [Monitor it](../howto/monitoring.md) says where to scrape. It has alerts and a
dashboard.

* **Fleet** metrics are read from Redis at each scrape of a gateway. Every gateway says the same, so take the \`max\` of
  them, not the sum.
* **Counters and histograms** come from the process that did the work, since its start. Add them up with
  \`sum(rate(…))\` or \`sum(increase(…))\`. A crash right behind a record leaves that one uncounted: they may say too
  little, never too much. What was really bought and spent is in the ledger: \`certfleet ledger prove\`.
* Rows that are known in advance are there with zero: each attention code, status and queue, each account, each
  template. \`NaN\` means that nobody knows yet.
* No label is a reference, a domain or a customer. \`account\` is the name of an eNom account in \`certfleet.yaml\`.
* The gateway shows BullMQ's own besides (\`bullmq_job_count{queue,state}\`, \`bullmq_job_completed_total\`,
  \`bullmq_job_failed_total\`), and each process Node's (\`nodejs_…\`, \`process_…\`).
* \`certfleet_queue_oldest_due_seconds\` is the number to start more workers by (KEDA).`;

export function metricsPage(): string {
  const groups = GROUPS.flatMap(([group, title]) => {
    const rows = (Object.entries(definitions) as [string, Definition][])
      .filter(([, { about }]) => about === group)
      .map(([name, { type, labels, of, help }]) => [
        code(name),
        type,
        labels.map(code).join(", ") || "–",
        FROM[of],
        help,
      ]);
    return [`## ${title}`, table(["metric", "type", "labels", "from", "what it says"], rows)];
  });
  return page("Metrics", INTRO.split("\n"), ...groups);
}
