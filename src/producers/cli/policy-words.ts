// The words behind `certfleet policy`. Verbs are loaded when they are said, so that the help is quick.
import type { Command } from "commander";
import { failure, type Result } from "../../shared/verb.ts";
import type { Place } from "./own-redis.ts";
import type { Answer } from "./terminal.ts";
import { resultVerb } from "./words.ts";

interface ShowOptions {
  json?: boolean;
  product?: string;
}

export function policyWords(program: Command, place: Place, answer: Answer): void {
  const policy = program.command("policy").description("what happens before certificates end, and who decides it");

  resultVerb(policy, "show [reference]", {
    does: "all sources of the policy and whose word counts: for all, for a product, or for a certificate",
    example: "policy show\npolicy show --product Certificate-RapidSSL-RapidSSL\npolicy show bill-1001",
  })
    .option("--product <service>", "for certificates of this product whose order says nothing")
    .action((reference: string | undefined, options: ShowOptions) =>
      answer(options, () => show(reference, options.product)),
    );

  async function show(reference: string | undefined, product: string | undefined): Promise<Result> {
    if (reference !== undefined && product !== undefined) {
      return failure("usage", "Give a reference or --product, not both: a certificate has one product.");
    }
    const verbs = await import("./policy-show.ts");
    const sources = verbs.policySources(place.env);
    if (product !== undefined) return verbs.showPolicyOfProduct(product, sources);
    if (reference === undefined) return verbs.showPolicy(sources);
    const { withFleet } = await import("./fleet.ts");
    return withFleet(place, (fleet) => verbs.showPolicyOfCertificate(reference, sources, fleet));
  }
}
