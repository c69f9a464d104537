// Registers the verbs of `certfleet certificate` that change one order, or all that a filter means: reissue, policy, paid years.
import { type Command, Option } from "commander";
import type { Result } from "../../../shared/base/result.ts";
import type { Wanted } from "../bulk-change/actions.ts";
import { type ManyOptions, manyOf, throughMany, withMany } from "../bulk-change/options.ts";
import { fromAfar, type Json, resultVerb, sentence, wholeNumber } from "../verbs.ts";
import type { Noun } from "./noun.ts";
import { withFile } from "./with-file.ts";

type PolicyFlags = { mode: string; before: number; remainder: string };

export function registerMany({ certificate, answer, withOrders, context }: Noun): void {
  const verbOf = (name: string, about: { does: string; example: string }): Command =>
    withMany(fromAfar(resultVerb(certificate, `${name} [reference]`, about)));

  /** One order by its reference, or many by a filter. */
  const oneOrMany = async (
    reference: string | undefined,
    options: Json & ManyOptions,
    {
      one,
      many,
    }: { one: (reference: string) => Promise<Result>; many: () => Promise<Wanted | Result> | Wanted | Result },
  ): Promise<Result> => {
    const meant = manyOf(reference, options);
    if (meant === undefined) return one(reference ?? "");
    if ("ending" in meant) return meant;
    const wanted = await many();
    return "ending" in wanted ? wanted : throughMany(context, meant, { wanted, json: options.json });
  };

  verbOf("reissue", {
    does: "request a reissue, of one certificate or of many",
    example:
      'certificate reissue bill-1001 --csr new.csr --reason "new key"\ncertificate reissue --where "status=issued domain=*.example.com" --dry-run',
  })
    .option("--csr <file>", 'a new CSR in PEM, "-" for standard input; without it the current CSR is used')
    .option("--reason <text>", "why; kept in the timeline", sentence(200))
    .action((reference: string | undefined, { csr, reason, ...options }: Json & ManyOptions & ReissueFlags) =>
      answer({ ...(options.json && { json: true }) }, async () => {
        const [{ reissueCertificate }, { failure }] = await Promise.all([
          import("./write.ts"),
          import("../../../shared/base/result.ts"),
        ]);
        const wanted = { ...(reason !== undefined && { reason }) };
        return oneOrMany(reference, options, {
          one: (name) => {
            if (csr === undefined) return withOrders((orders) => reissueCertificate(name, wanted, orders));
            return withFile(csr, (text) =>
              withOrders((orders) => reissueCertificate(name, { ...wanted, csr: text }, orders)),
            );
          },
          many: () =>
            csr === undefined
              ? { action: "reissue", ...wanted }
              : failure("usage", "--csr is of one certificate: give its reference."),
        });
      }),
    );

  verbOf("policy", {
    does: "give an order, or many, a policy of its own",
    example:
      'certificate policy bill-1001 --mode auto --before 10\ncertificate policy --where "tenant=acme" --mode manual --dry-run',
  })
    .addOption(new Option("--mode <mode>", "what happens before it ends").choices(["auto", "manual", "none"]))
    .option("--before <days>", "so many days before it ends", wholeNumber)
    .option("--remainder <setting>", "buy, or the days below which a last purchase is not made")
    .action(
      (reference: string | undefined, { mode, before, remainder, ...options }: Json & ManyOptions & PolicyFlags) =>
        answer({ ...(options.json && { json: true }) }, async () => {
          const { changePolicy, policyBody } = await import("./terms.ts");
          const flags = { mode, before, remainder };
          return oneOrMany(reference, options, {
            one: (name) => withOrders((orders) => changePolicy(name, flags, orders)),
            many: async () => {
              // A run that goes on knows what it was asked for.
              if (options.run !== undefined) return { action: "policy", body: {} };
              const body = policyBody(flags);
              if ("ending" in body) return body as Result;
              const { readTermsChange } = await import("../../../shared/certificate/changes/terms-change.ts");
              const read = readTermsChange(body);
              if ("faults" in read) return (await import("../input.ts")).wrong(read.faults, "policy");
              return { action: "policy", body: { ...body } };
            },
          });
        }),
    );

  verbOf("extend", {
    does: "add paid years, up to five in all",
    example:
      'certificate extend bill-1001 --years 1\ncertificate extend --where "customer=ada@example.com" --years 1 --dry-run',
  })
    .option("--years <count>", "how many years more", wholeNumber)
    .action((reference: string | undefined, { years, ...options }: Json & ManyOptions & { years?: number }) =>
      answer({ ...(options.json && { json: true }) }, async () => {
        const [{ extendCertificate }, { failure }] = await Promise.all([
          import("./terms.ts"),
          import("../../../shared/base/result.ts"),
        ]);
        const isGoingOn = options.run !== undefined;
        if (years === undefined && !isGoingOn) return failure("usage", "Say how many years: --years <count>.");
        return oneOrMany(reference, options, {
          one: (name) => withOrders((orders) => extendCertificate(name, years ?? 0, orders)),
          many: () =>
            years !== undefined && years > 4
              ? failure("usage", "--years: at most 5 years in all are possible, and every order has one.")
              : { action: "extend", years: years ?? 1 },
        });
      }),
    );
}

interface ReissueFlags {
  csr?: string;
  reason?: string;
}
