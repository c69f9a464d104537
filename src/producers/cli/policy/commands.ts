// Registers `certfleet policy`. A verb is loaded when it is called, so that the help is quick.
import { type Command, Option } from "commander";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Wanted } from "../../../shared/forecast/fleet-forecast.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, wholeNumber } from "../verbs.ts";

/** As in src/shared/forecast/tally.ts, which loads too much for a help text; a test holds them together. */
export const STEPS: Wanted["by"][] = ["day", "week", "month"];

interface ShowOptions extends Json {
  product?: string;
}

type ForecastOptions = Omit<Wanted, "reference"> & Json;

export function registerPolicyCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const policy = program
    .command("policy")
    .description("what happens before a certificate ends, and which setting decides it");

  fromAfar(
    listVerb(policy, "show [reference]", {
      does: "show all sources of the policy and which one counts: in general, for a product, or for a certificate",
      example: "policy show\npolicy show --product Certificate-RapidSSL-RapidSSL\npolicy show bill-1001",
    }),
  )
    .option("--product <service>", "the policy of this product, where the order names none")
    .action((reference: string | undefined, options: ShowOptions) =>
      answer(options, () => show(reference, options.product)),
    );

  fromAfar(
    listVerb(policy, "forecast [reference]", {
      does: "show what the policy will do: reissues, validations, purchases and their cost",
      example: "policy forecast\npolicy forecast bill-1001 --by day\npolicy forecast --before 30 --years 2",
    }),
  )
    .option("--years <count>", "how many years ahead", wholeNumber, 5)
    .addOption(new Option("--by <step>", "one line per day, week or month").choices(STEPS).default("month"))
    .option("--before <days>", "compare with this lead time in days", wholeNumber)
    .addOption(new Option("--mode <mode>", "compare with this mode").choices(["auto", "manual", "none"]))
    .action((reference: string | undefined, { json: _json, output = "table", ...options }: ForecastOptions) =>
      answer({ output }, async () => {
        const [{ findOperations }, { forecastPolicy }] = await Promise.all([
          import("../port/http-operations.ts"),
          import("./forecast.ts"),
        ]);
        const far = await findOperations(context);
        if (far) return forecastPolicy({ reference, ...options }, far);
        const { withFleet } = await import("../fleet.ts");
        return withFleet(context, (fleet) => forecastPolicy({ reference, ...options }, fleet));
      }),
    );

  async function show(reference: string | undefined, product: string | undefined): Promise<Result> {
    if (reference !== undefined && product !== undefined) {
      return failure("usage", "Give a reference or --product, not both: a certificate has one product.");
    }
    const { findGateway } = await import("../target.ts");
    if (reference !== undefined && (await findGateway(context))) {
      const [{ withOrders }, { policyFromAfar }] = await Promise.all([
        import("../port/with-orders.ts"),
        import("./from-afar.ts"),
      ]);
      return withOrders(context, (orders) => policyFromAfar(reference, orders));
    }
    const verbs = await import("./show.ts");
    const sources = verbs.policySources(context.env);
    if (product !== undefined) return verbs.showPolicyOfProduct(product, sources);
    if (reference === undefined) return verbs.showPolicy(sources);
    const { withFleet } = await import("../fleet.ts");
    return withFleet(context, (fleet) => verbs.showPolicyOfCertificate(reference, sources, fleet));
  }
}
