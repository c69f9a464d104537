// Who can approve a domain by e-mail, for the form of a billing panel: known before anything is ordered.
import { z } from "zod";
import { findProduct, unknownProduct } from "../../../shared/certificate/products.ts";
import { approverList } from "../../../shared/intake/approver-list.ts";
import { defaultRules } from "../../../shared/intake/rules.ts";
import { answers, json } from "../answers.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid } from "../problems.ts";

const query = z.strictObject({
  domain: z
    .string()
    .min(1)
    .max(300)
    .meta({ description: "The certificate's name, with *. for a wildcard", example: "shop.example.com" }),
  product: z
    .string()
    .max(100)
    .optional()
    .meta({ description: "The service code; without it all methods count", example: "Certificate-RapidSSL-RapidSSL" }),
});

const approversBody = z
  .object({
    domain: z.string().meta({ description: "The name that was asked for", example: "shop.example.com" }),
    registrableDomain: z.string().meta({ description: "The part that somebody registered", example: "example.com" }),
    methods: z.array(z.enum(["email", "dns", "file"])).meta({ description: "How the domain can be validated now" }),
    approvers: z
      .array(
        z.object({
          email: z.string().meta({ description: "The address", example: "admin@example.com" }),
          sure: z.boolean().meta({
            description:
              "true: eNom offers it. false: eNom's own list decides after the purchase; then the approver is changed, and no money is lost",
          }),
        }),
      )
      .meta({ description: "Those of the registrable domain first; empty where e-mail is not among the methods" }),
  })
  .meta({ id: "Approvers" });

export function approverRoutes(app: App, needs: GatewayNeeds): void {
  app.get(
    "/approvers",
    {
      config: { scope: "certificates:read" },
      schema: {
        tags: ["Certificates"],
        operationId: "listApprovers",
        summary: "List who can approve a domain",
        description:
          "The addresses that a CA may write to, for the form of your panel. Only these are accepted in an order with validation by e-mail. Nothing is asked of eNom.",
        querystring: query,
        response: answers({ 200: json("The addresses", approversBody) }, "invalid"),
      },
    },
    async (request) => {
      const { domain, product: given = "" } = request.query;
      // A form that has no product yet sends an empty one.
      const service = given.trim() === "" ? undefined : given.trim();
      const product = service === undefined ? undefined : findProduct(service);
      const rules = needs.intake ?? defaultRules;
      const list = approverList(domain, product, { rules, at: needs.clock.now() });
      const faults = [
        ...("faults" in list ? list.faults : []),
        ...(service !== undefined && !product ? [unknownProduct(service)] : []),
      ];
      if ("faults" in list || faults.length > 0) throw invalid(faults);
      return list;
    },
  );
}
