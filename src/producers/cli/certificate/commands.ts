// Registers `certfleet certificate`. A verb is loaded when it is called, so that the help is quick.

import { Argument, type Command, Option } from "commander";
import { failure, type Result } from "../../../shared/base/result.ts";
import { type Status, statuses } from "../../../shared/certificate/certificate.ts";
import type { FileName } from "../../../shared/delivery/files.ts";
import type { Fleet } from "../fleet.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, resultVerb, sentence, time, wholeNumber } from "../verbs.ts";
import type { Decision } from "./write.ts";

/** As in src/shared/delivery/files.ts, which loads too much for a help text; a test holds them together. */
export const FILES: FileName[] = ["fullchain.pem", "certificate.pem", "chain.pem", "certificate.p7b"];

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
  confirm?: string;
}
interface Opening {
  brand?: string;
  dryRun?: boolean;
  wait?: number | true;
}
interface CsrFlags extends Json {
  file: string;
  reason: string;
  approverEmail?: string;
  approverMethod?: "dns" | "file";
}

export function registerCertificateCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const certificate = program.command("certificate").description("order, show, reissue and resolve certificates");
  const inFleet = async (work: (fleet: Fleet) => Promise<Result>): Promise<Result> => {
    const { withFleet } = await import("../fleet.ts");
    return withFleet(context, work);
  };
  /** A verb that changes the order: written to the audit trail before it is done. */
  const changing = async (
    action: string,
    subject: string,
    work: (fleet: Fleet) => Promise<Result>,
    after: object = {},
  ): Promise<Result> => {
    const { audited } = await import("../audit/audited.ts");
    const asked = { action: `certificate.${action}`, subject, after: { ...after } };
    return inFleet((fleet) => audited(fleet, asked, () => work(fleet)));
  };
  const readVerb = (
    name: string,
    about: Parameters<typeof resultVerb>[2],
    ask: (reference: string, fleet: Fleet) => Promise<Result>,
  ) =>
    resultVerb(certificate, `${name} <reference>`, about).action((reference: string, options: Json) =>
      answer(options, () => inFleet((fleet) => ask(reference, fleet))),
    );

  resultVerb(certificate, "open", {
    does: "place an order; the file holds the body of POST /v1/certificates",
    example:
      "certificate open --file order.json\ncertificate open --file order.json --dry-run\ncertificate open --file order.json --wait 600",
  })
    .requiredOption("--file <order.json>", 'the order, "-" for standard input')
    .option("--brand <name>", "the name in its mails, instead of the one in the order")
    .option("--dry-run", "check everything and keep nothing: names, price and account that it would get")
    .option("--wait [seconds]", "stay until it is issued, refused or needs attention; 300 seconds at most", wholeNumber)
    .action(({ file, json, ...given }: Json & { file: string } & Opening) =>
      answer({ ...(json && { json }) }, () => open(file, given)),
    );

  resultVerb(certificate, "approvers <domain>", {
    does: "list the addresses that can approve a domain by e-mail",
    example: "certificate approvers shop.example.com",
  })
    .option("--product <service>", "for this product; without it all methods count")
    .action((domain: string, options: Json & { product?: string }) =>
      answer(options, async () => {
        const { listApprovers } = await import("./before-ordering.ts");
        return listApprovers(domain, options.product, context.env);
      }),
    );

  readVerb(
    "show",
    { does: "show everything known about a certificate", example: "certificate show bill-1001" },
    async (...asked) => (await import("./read.ts")).showCertificate(...asked),
  );
  readVerb(
    "pem",
    { does: "print the certificate and its chain as PEM", example: "certificate pem bill-1001 > bundle.pem" },
    async (...asked) => (await import("./read.ts")).pemOf(...asked),
  );
  resultVerb(certificate, "files <reference>", {
    does: "list the files of the certificate for web servers and panels, or print one",
    example: "certificate files bill-1001\ncertificate files bill-1001 chain.pem",
  })
    .addArgument(new Argument("[file]", "the file to print; without it they are listed").choices(FILES))
    .action((reference: string, file: FileName | undefined, options: Json) =>
      answer(options, async () => {
        const { filesOfCertificate } = await import("./read.ts");
        return inFleet((fleet) => filesOfCertificate(reference, file, fleet));
      }),
    );
  readVerb(
    "explain",
    { does: "say in plain words where an order stands and who must act", example: "certificate explain bill-1001" },
    async (...asked) => (await import("./read.ts")).explainCertificate(...asked),
  );

  resultVerb(certificate, "list", {
    does: "list certificates, a page at a time",
    example: "certificate list --attention\ncertificate list --expires-before 2026-10-19",
  })
    .addOption(new Option("--status <status>", "only certificates with this status").choices(statuses))
    .option("--domain <name>", "only certificates for this domain")
    .option("--expires-before <date>", "only certificates that expire before this date", time)
    .option("--attention", "only certificates that need attention")
    .option("--limit <count>", "certificates per page", wholeNumber, 50)
    .option("--cursor <cursor>", "the cursor that the previous page printed")
    .action((options: ListOptions) =>
      answer(options, async () => {
        const { listCertificates } = await import("./read.ts");
        return inFleet((fleet) => listCertificates(options, options, fleet));
      }),
    );

  resultVerb(certificate, "reissue <reference>", {
    does: "request a reissue",
    example: 'certificate reissue bill-1001 --csr new.csr --reason "new key"',
  })
    .option("--csr <file>", 'a new CSR in PEM, "-" for standard input; without it the current CSR is used')
    .option("--reason <text>", "why; kept in the timeline", sentence(200))
    .action((reference: string, options: Json & { csr?: string; reason?: string }) =>
      answer(options, () => reissue(reference, options)),
    );

  resultVerb(certificate, "csr <reference>", {
    does: "correct the CSR and the name of an order that is not issued",
    example: 'certificate csr bill-1001 --file new.csr --reason "typo in the name"',
  })
    .requiredOption("--file <file>", 'the new CSR in PEM, "-" for standard input')
    .requiredOption("--reason <text>", "why; kept in the timeline", sentence(500))
    .option("--approver-email <address>", "another approver, for the new name")
    .addOption(new Option("--approver-method <method>", "another way of validation").choices(["dns", "file"]))
    .action((reference: string, options: CsrFlags) => answer(options, () => correct(reference, options)));
  resultVerb(certificate, "validation-method <reference>", {
    does: "agree on how the domain is validated next, at a submission or a reissue",
    example:
      "certificate validation-method bill-1001 --method dns\ncertificate validation-method bill-1001 --method email --email admin@example.com",
  })
    .addOption(
      new Option("--method <method>", "how the domain's owner will prove control of it")
        .choices(["dns", "file", "email"])
        .makeOptionMandatory(),
    )
    .option("--email <address>", "who approves; for --method email only")
    .action((reference: string, options: Json & { method: "dns" | "file" | "email"; email?: string }) =>
      answer(options, async () => {
        const { agreeOnValidation } = await import("./write.ts");
        return changing("agree-method", reference, (fleet) => agreeOnValidation(reference, options, fleet));
      }),
    );

  resultVerb(certificate, "resolve <reference>", {
    does: "make a decision that Certfleet must not make; give exactly one",
    example: 'certificate resolve bill-1001 --adopt 900123 --reason "found in the list, unused"',
  })
    .option("--adopt <CertID>", "this slot was bought for the order", wholeNumber)
    .option("--not-bought", "it is certain that nothing was bought: buy again")
    .option("--refunded", "eNom returned the money: buy again")
    .option("--retry", "the cause is fixed: continue")
    .option("--cancel", "cancel the order")
    .requiredOption("--reason <text>", "why; kept in the timeline", sentence(500))
    .option("--confirm <reference>", "for --cancel: the reference once more, where money would be lost")
    .action((reference: string, options: ResolveOptions) => answer(options, () => resolve(reference, options)));

  async function open(file: string, given: Opening): Promise<Result> {
    const [{ readInput }, { openCertificate }] = await Promise.all([import("../input.ts"), import("./write.ts")]);
    const read = await readInput(file, process.stdin);
    return "ending" in read ? read : inFleet((fleet) => openCertificate(read.input, fleet, given));
  }

  async function reissue(reference: string, { csr, reason }: { csr?: string; reason?: string }): Promise<Result> {
    const [{ readInput }, { reissueCertificate }] = await Promise.all([import("../input.ts"), import("./write.ts")]);
    const read = csr === undefined ? undefined : await readInput(csr, process.stdin);
    if (read && "ending" in read) return read;
    return changing("reissue", reference, (fleet) =>
      reissueCertificate(reference, { csr: read?.input, reason }, fleet),
    );
  }

  async function resolve(reference: string, options: ResolveOptions): Promise<Result> {
    const decision = decisionOf(options);
    if (!decision) return failure("usage", ONE_DECISION);
    const { confirm } = options;
    if (confirm !== undefined && decision.decision !== "cancel")
      return failure("usage", "--confirm goes with --cancel.");
    const [{ resolveCertificate }, { findPerson }] = await Promise.all([
      import("./write.ts"),
      import("../account/add-terminal.ts"),
    ]);
    const person = options.json ? undefined : findPerson(process.stdin, process.stderr);
    const ask = person && ((label: string) => person.text({ label, check: () => undefined }));
    const resolving = (fleet: Fleet): Promise<Result> =>
      resolveCertificate(reference, decision, fleet, { confirm, ...(ask && { ask }) });
    return changing("resolve", reference, resolving, decision);
  }

  async function correct(reference: string, { file, ...options }: CsrFlags): Promise<Result> {
    const [{ readInput }, { correctCsr }] = await Promise.all([import("../input.ts"), import("./csr.ts")]);
    const read = await readInput(file, process.stdin);
    if ("ending" in read) return read;
    return changing("correct-csr", reference, (fleet) => correctCsr(reference, { ...options, csr: read.input }, fleet));
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
