// Registers `certfleet account shadow` and `account live`.
import type { Command } from "commander";
import type { ProgramContext } from "../own-redis.ts";
import type { findOperations } from "../port/http-operations.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, resultVerb } from "../verbs.ts";

interface Outside {
  context: ProgramContext;
  answer: PrintResult;
  /** A gateway, where that is what answers. */
  afar: () => Promise<
    ReturnType<typeof findOperations> extends Promise<infer Far> ? Far : ReturnType<typeof findOperations>
  >;
}

export function registerShadowCommands(account: Command, { context, answer, afar }: Outside): void {
  fromAfar(
    listVerb(account, "shadow <id>", {
      does: "show what the fleet would have done for an account that observes",
      example: "account shadow main",
    }),
  ).action((id: string, options: Json) =>
    answer(options, async () => {
      const [{ findShadow, shadowResult, unknownAccount }, far] = await Promise.all([import("./shadow.ts"), afar()]);
      if (far) return shadowResult(await far.shadow(id));
      const { withFleet } = await import("../fleet.ts");
      return withFleet(context, async (fleet) => {
        const shadow = await findShadow(id, fleet);
        return shadow ? shadowResult(shadow) : unknownAccount(id);
      });
    }),
  );

  resultVerb(account, "live <id>", {
    does: "let an account that observed buy and change from now on",
    example: "account live main\naccount live main --yes",
  })
    .option("--yes", "every difference is understood")
    .action((id: string, { yes, ...options }: Json & { yes?: boolean }) =>
      answer(options, async () => {
        const [{ goLive }, { withFleet }, { audited }] = await Promise.all([
          import("./shadow.ts"),
          import("../fleet.ts"),
          import("../port/audited.ts"),
        ]);
        return withFleet(context, (fleet) =>
          yes
            ? audited(fleet, { action: "account.live", subject: id }, () => goLive(id, { yes }, fleet))
            : goLive(id, {}, fleet),
        );
      }),
    );
}
