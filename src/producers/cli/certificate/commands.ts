// Registers `certfleet certificate`. A verb is loaded when it is called, so that the help is quick.

import { type Command, Option } from "commander";
import { failure, type Result } from "../../../shared/base/result.ts";
import { type Status, statuses } from "../../../shared/certificate/certificate.ts";
import type { Fleet } from "../fleet.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { Answer } from "../terminal.ts";
import { type Json, resultVerb, sentence, time, wholeNumber } from "../verbs.ts";
import type { Decision } from "./write.ts";

interface ListOptions extends Json {
  status?: Status;
  domain?: string;
  expiresBefore?: Date;
  attention?: boolean;
  limit: number;
  cursor?: string;
}
interface ResolveOptions extends Json {
  adopt?: number;
  notBought?: boolean;
  refunded?: boolean;
  retry?: boolean;
  cancel?: boolean;
  reason: string;
}

export function registerCertificateCommands(program: Command, place: ProgramContext, answer: Answer): void {
  const certificate = program.command("certificate").description("order, look at, reissue and resolve certificates");
  const inFleet = async (work: (fleet: Fleet) => Promise<Result>): Promise<Result> => {
    const { withFleet } = await import("../fleet.ts");
    return withFleet(place, work);
  };
  const look = (
    name: string,
    about: Parameters<typeof resultVerb>[2],
    ask: (reference: string, fleet: Fleet) => Promise<Result>,
  ) =>
    resultVerb(certificate, `${name} <reference>`, about).action((reference: string, options: Json) =>
      answer(options, () => inFleet((fleet) => ask(reference, fleet))),
    );

  resultVerb(certificate, "open", {
    does: "accept an order: the body of POST /v1/certificates",
    example: 'certificate open --file order.json\ncertificate open --file order.json --brand "Example Hosting"',
  })
    .requiredOption("--file <order.json>", 'the order, "-" for standard input')
    .option("--brand <name>", "the name that mails about it speak for, whatever the order says")
    .action(({ file, brand, json }: Json & { file: string; brand?: string }) =>
      answer({ ...(json && { json }) }, () => open(file, brand)),
    );

  look(
    "show",
    { does: "all there is to know of a certificate", example: "certificate show bill-1001" },
    async (...asked) => (await import("./read.ts")).showCertificate(...asked),
  );
  look(
    "pem",
    { does: "the certificate and its chain, PEM", example: "certificate pem bill-1001 > bundle.pem" },
    async (...asked) => (await import("./read.ts")).pemOf(...asked),
  );
  look(
    "explain",
    { does: "where an order stands, in plain words", example: "certificate explain bill-1001" },
    async (...asked) => (await import("./read.ts")).explainCertificate(...asked),
  );

  resultVerb(certificate, "list", {
    does: "certificates, a page at a time",
    example: "certificate list --attention\ncertificate list --expires-before 2026-10-19",
  })
    .addOption(new Option("--status <status>", "only those of this status").choices(statuses))
    .option("--domain <name>", "only those of this domain")
    .option("--expires-before <date>", "only those that expire before", time)
    .option("--attention", "only those for which a person must act")
    .option("--limit <count>", "certificates a page", wholeNumber, 50)
    .option("--cursor <cursor>", "where the page before this one ended")
    .action((options: ListOptions) =>
      answer(options, async () => {
        const { listCertificates } = await import("./read.ts");
        return inFleet((fleet) => listCertificates(options, options, fleet));
      }),
    );

  resultVerb(certificate, "reissue <reference>", {
    does: "ask for a reissue",
    example: 'certificate reissue bill-1001 --csr new.csr --reason "new key"',
  })
    .option("--csr <file>", 'a new CSR in PEM, "-" for standard input; else the one of today')
    .option("--reason <text>", "for the timeline", sentence(200))
    .action((reference: string, options: Json & { csr?: string; reason?: string }) =>
      answer(options, () => reissue(reference, options)),
    );

  resultVerb(certificate, "resolve <reference>", {
    does: "decide what the fleet must not decide: exactly one decision",
    example: 'certificate resolve bill-1001 --adopt 900123 --reason "found in the list, unused"',
  })
    .option("--adopt <CertID>", "the slot that was bought for this order", wholeNumber)
    .option("--not-bought", "nothing was bought, surely: buy again")
    .option("--refunded", "eNom returned the money: buy again")
    .option("--retry", "the cause is mended: go on")
    .option("--cancel", "give the order up")
    .requiredOption("--reason <text>", "why; kept in the timeline", sentence(500))
    .action((reference: string, options: ResolveOptions) => answer(options, () => resolve(reference, options)));

  async function open(file: string, brand: string | undefined): Promise<Result> {
    const [{ readInput }, { openCertificate }] = await Promise.all([import("../input.ts"), import("./write.ts")]);
    const read = await readInput(file, process.stdin);
    return "ending" in read
      ? read
      : inFleet((fleet) => openCertificate(read.input, fleet, { ...(brand !== undefined && { brand }) }));
  }

  async function reissue(reference: string, { csr, reason }: { csr?: string; reason?: string }): Promise<Result> {
    const [{ readInput }, { reissueCertificate }] = await Promise.all([import("../input.ts"), import("./write.ts")]);
    const read = csr === undefined ? undefined : await readInput(csr, process.stdin);
    if (read && "ending" in read) return read;
    return inFleet((fleet) => reissueCertificate(reference, { csr: read?.input, reason }, fleet));
  }

  async function resolve(reference: string, options: ResolveOptions): Promise<Result> {
    const decision = decisionOf(options);
    if (!decision) return failure("usage", ONE_DECISION);
    const { resolveCertificate } = await import("./write.ts");
    return inFleet((fleet) => resolveCertificate(reference, decision, fleet));
  }
}

const ONE_DECISION = "Give exactly one of --adopt <CertID>, --not-bought, --refunded, --retry, --cancel.";

function decisionOf({ adopt, notBought, refunded, retry, cancel, reason }: ResolveOptions): Decision | undefined {
  const made: Decision[] = [
    ...(adopt ? [{ decision: "adopt" as const, certId: adopt, reason }] : []),
    ...(notBought ? [{ decision: "not-bought" as const, reason }] : []),
    ...(refunded ? [{ decision: "refunded" as const, reason }] : []),
    ...(retry ? [{ decision: "retry" as const, reason }] : []),
    ...(cancel ? [{ decision: "cancel" as const, reason }] : []),
  ];
  return made.length === 1 ? made[0] : undefined;
}
