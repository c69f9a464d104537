// Registers `certfleet certificate`: what reads, and the order itself. A verb is loaded when it is called, so that the help is quick.

import { Argument, type Command, Option } from "commander";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Status } from "../../../shared/certificate/certificate.ts";
import type { FileName } from "../../../shared/delivery/files.ts";
import type { BulkFormat } from "../bulk/rows.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { Orders } from "../port/orders.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, resultVerb, time, watchable, wholeNumber } from "../verbs.ts";
import { registerChanges } from "./change-commands.ts";
import { registerDecisions } from "./decision-commands.ts";
import type { Noun } from "./noun.ts";

/** As in src/shared/delivery/files.ts, which loads too much for a help text; a test holds them together. */
export const FILES: FileName[] = ["fullchain.pem", "certificate.pem", "chain.pem", "certificate.p7b"];
/** As in src/shared/certificate/certificate.ts, likewise. */
export const STATUSES: Status[] = [
  ...(["ordered", "awaiting-validation", "issued", "reissuing"] as const),
  ...(["failed", "attention", "expired", "cancelled"] as const),
];

/** As in src/producers/cli/bulk/rows.ts, likewise. */
const FORMATS: BulkFormat[] = ["json", "ndjson", "csv"];

interface OpenOptions extends Json {
  file: string;
  format?: BulkFormat;
  results?: string;
  brand?: string;
  dryRun?: boolean;
  wait?: number | true;
}
interface ListOptions extends Json {
  status?: Status;
  domain?: string;
  expiresBefore?: Date;
  attention?: boolean;
  limit: number;
  cursor?: string;
  all?: boolean;
}

export function registerCertificateCommands(program: Command, context: ProgramContext, answer: PrintResult): Command {
  const certificate = program.command("certificate").description("order, show, reissue and resolve certificates");
  const withOrders: Noun["withOrders"] = async (work) =>
    (await import("../port/with-orders.ts")).withOrders(context, work);
  const readVerb = (
    made: Command,
    ask: (reference: string, orders: Orders, verbs: typeof import("./read.ts")) => Promise<Result>,
  ) =>
    fromAfar(made).action((reference: string, options: Json) =>
      answer(options, async () => {
        const verbs = await import("./read.ts");
        return withOrders((orders) => ask(reference, orders, verbs));
      }),
    );

  fromAfar(
    resultVerb(certificate, "open", {
      does: "place an order, or many from NDJSON or CSV",
      example:
        "certificate open --file order.json --wait 600\ncertificate open --file orders.csv --dry-run\ncertificate open --file orders.ndjson",
    }),
  )
    .requiredOption("--file <file>", 'an order (.json) or many (.ndjson, .csv), "-" for standard input')
    .addOption(new Option("--format <format>", "what the file holds, where its name does not say it").choices(FORMATS))
    .option("--results <file>", "of many orders: what became of each, and what the next run skips")
    .option("--brand <name>", "the name in its mails, instead of the one in the order")
    .option("--dry-run", "check everything and keep nothing: names, price and account that it would get")
    .option(
      "--wait [seconds]",
      "of one order: stay until it is issued, refused or needs attention; 300 by default",
      wholeNumber,
    )
    .action(({ file, format, results, json, ...given }: OpenOptions) =>
      answer({ ...(json && { json }) }, async () => {
        const { formatOf } = await import("../bulk/rows.ts");
        const holds = formatOf(file, format);
        if (holds !== "json") {
          const { openMany } = await import("../bulk/open-many.ts");
          const { stdin, stdout: out, stderr: err } = process;
          const { wait, ...many } = given;
          if (wait !== undefined) return failure("usage", "--wait goes with one order.");
          return openMany({ file, format: holds, results, json, ...many }, context, { stdin, out, err });
        }
        if (results !== undefined) return failure("usage", "--results goes with many orders: --format ndjson or csv.");
        const [{ readInput }, { openCertificate }] = await Promise.all([import("../input.ts"), import("./write.ts")]);
        const read = await readInput(file, process.stdin);
        return "ending" in read ? read : withOrders((orders) => openCertificate(read.input, orders, given));
      }),
    );

  fromAfar(
    listVerb(certificate, "approvers <domain>", {
      does: "list the addresses that can approve a domain by e-mail",
      example: "certificate approvers shop.example.com",
    }),
  )
    .option("--product <service>", "for this product; without it all methods count")
    .action((domain: string, options: Json & { product?: string }) =>
      answer(options, async () => {
        const [{ approversResult }, { findApprovers }] = await Promise.all([
          import("./before-ordering.ts"),
          import("../port/with-orders.ts"),
        ]);
        return approversResult(await findApprovers(context, domain, options.product));
      }),
    );

  readVerb(
    watchable(
      listVerb(certificate, "show <reference>", {
        does: "show everything known about a certificate",
        example: "certificate show bill-1001\ncertificate show bill-1001 --watch",
      }),
    ),
    (reference, orders, { showCertificate }) => showCertificate(reference, orders),
  );
  readVerb(
    resultVerb(certificate, "pem <reference>", {
      does: "print the certificate and its chain as PEM",
      example: "certificate pem bill-1001 > bundle.pem",
    }),
    (reference, orders, { pemOf }) => pemOf(reference, orders),
  );
  fromAfar(
    listVerb(certificate, "files <reference>", {
      does: "list the files of the certificate for web servers and panels, or print one",
      example: "certificate files bill-1001\ncertificate files bill-1001 chain.pem",
    }),
  )
    .addArgument(new Argument("[file]", "the file to print; without it they are listed").choices(FILES))
    .action((reference: string, file: FileName | undefined, options: Json) =>
      answer(options, async () => {
        const { filesOfCertificate } = await import("./read.ts");
        return withOrders((orders) => filesOfCertificate(reference, file, orders));
      }),
    );
  readVerb(
    listVerb(certificate, "explain <reference>", {
      does: "say in plain words where an order stands and who must act",
      example: "certificate explain bill-1001",
    }),
    (reference, orders, { explainCertificate }) => explainCertificate(reference, orders),
  );

  fromAfar(
    watchable(
      listVerb(certificate, "list", {
        does: "list certificates, a page at a time",
        example:
          "certificate list --attention --watch\ncertificate list --expires-before 2026-10-19\ncertificate list --all -o csv > certificates.csv",
      }),
    ),
  )
    .addOption(new Option("--status <status>", "only certificates with this status").choices(STATUSES))
    .option("--domain <name>", "only certificates for this domain")
    .option("--expires-before <date>", "only certificates that expire before this date", time)
    .option("--attention", "only certificates that need attention")
    .option("--limit <count>", "certificates per page", wholeNumber, 50)
    .option("--cursor <cursor>", "the cursor that the previous page printed")
    .addOption(new Option("--all", "every page, one after the other").conflicts(["cursor", "watch"]))
    .action(({ status, domain, expiresBefore, attention, limit, cursor, all, ...shape }: ListOptions) =>
      answer(shape, async (stream) => {
        const { listAllCertificates, listCertificates } = await import("./read.ts");
        const query = { status, domain, expiresBefore, attention };
        if (all) return withOrders((orders) => listAllCertificates(query, orders, stream));
        return withOrders((orders) => listCertificates(query, { limit, cursor }, orders));
      }),
    );

  registerChanges({ certificate, answer, withOrders, context });
  registerDecisions({ certificate, answer, withOrders, context });
  return certificate;
}
