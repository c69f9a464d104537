// Builds the HTTP door: guards first, then the API, then the pages for people. It listens nowhere by itself.
import { randomUUID } from "node:crypto";
import fastify, { type FastifyBaseLogger, LogController } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { mountBoard } from "./board.ts";
import { auditChanges } from "./http/access/audited.ts";
import { decorateCaller } from "./http/access/caller.ts";
import { apiGuard, sameSiteGuard } from "./http/access/guards.ts";
import { pathOf } from "./http/access/own-address.ts";
import { describeRoutes, documentationRoutes } from "./http/assets/documentation.ts";
import { defaultLimits, limitConnections, serverOptions } from "./http/connections/limits.ts";
import { landingPage } from "./http/dashboard/landing-page.ts";
import { errorHandler, notFound, refuseUnreadable } from "./http/error-handler.ts";
import { readJsonBodies } from "./http/json-body.ts";
import type { App, GatewayNeeds } from "./http/needs.ts";
import { sendProblemPages } from "./http/pages/problem-page.ts";
import { logRequests } from "./http/request-log.ts";
import { accountRoutes } from "./http/routes/account/account-routes.ts";
import { catalogueRoutes } from "./http/routes/account/catalogue-routes.ts";
import { approverRoutes } from "./http/routes/approver-routes.ts";
import { auditRoutes } from "./http/routes/audit-routes.ts";
import { bounceRoutes } from "./http/routes/bounce-routes.ts";
import { csrRoutes } from "./http/routes/csr-routes.ts";
import { fileRoutes } from "./http/routes/file-routes.ts";
import { forecastRoutes } from "./http/routes/forecast-routes.ts";
import { healthRoutes } from "./http/routes/health-routes.ts";
import { jobRoutes } from "./http/routes/job-routes.ts";
import { notificationRoutes } from "./http/routes/notification-routes.ts";
import { operatorRequestRoutes } from "./http/routes/operator-request-routes.ts";
import { orderRoutes } from "./http/routes/order-routes.ts";
import { reissueRoutes } from "./http/routes/reissue-routes.ts";
import { templateRoutes } from "./http/routes/template-routes.ts";
import { termsRoutes } from "./http/routes/terms-routes.ts";
import { validationRoutes } from "./http/routes/validation-routes.ts";
import { sendSecurityHeaders } from "./http/security-headers.ts";
import { signInRoutes } from "./http/sign-in/sign-in-routes.ts";
import { type KeptPlan, keepPlan } from "./http/spending-plan.ts";

export type { App, GatewayNeeds } from "./http/needs.ts";

const BODY_BYTES = 65_536;
/** The API answers within two seconds, counted from the head of the request, and be it with a 503; a forecast may take longer. */
const ANSWER_MS = 1_900;

const api: readonly ((app: App, needs: GatewayNeeds, plan: KeptPlan) => void)[] = [
  orderRoutes,
  approverRoutes,
  fileRoutes,
  termsRoutes,
  reissueRoutes,
  operatorRequestRoutes,
  csrRoutes,
  notificationRoutes,
  bounceRoutes,
  accountRoutes,
  catalogueRoutes,
  jobRoutes,
  forecastRoutes,
  validationRoutes,
  auditRoutes,
];

/** All routes, ready for `listen` or `inject`; closing it closes neither Redis nor the queues. */
export async function buildGateway(needs: GatewayNeeds): Promise<App> {
  const { log } = needs;
  const limits = { ...defaultLimits, ...needs.connections };
  const failed = errorHandler(needs);
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: BODY_BYTES,
    ...serverOptions(limits),
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: refuseUnreadable,
    frameworkErrors: (error, request, reply) => void failed(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  limitConnections(app.server, limits, log);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(failed);
  app.setNotFoundHandler(notFound);
  app.removeContentTypeParser("text/plain");
  readJsonBodies(app);
  decorateCaller(app);
  logRequests(app, log);
  sendProblemPages(app, { env: needs.env, linkTo: pathOf });
  sendSecurityHeaders(app);
  app.addHook("onRequest", sameSiteGuard);
  // A kept-alive connection would hold up the stop: the last answer on it says that it was the last.
  app.addHook("onSend", async (_request, reply) => void (app.server.listening || reply.header("connection", "close")));

  const plan = keepPlan(app, needs);
  await describeRoutes(app);
  await app.register(
    async (v1: App) => {
      v1.addHook("onRoute", (route) => {
        route.handlerTimeout ??= ANSWER_MS;
      });
      v1.addHook("onRequest", apiGuard(needs));
      auditChanges(v1, needs);
      v1.addHook("onSend", async (_request, reply) => void reply.header("cache-control", "no-store"));
      for (const routes of api) routes(v1, needs, plan);
    },
    { prefix: "/v1" },
  );
  healthRoutes(app, needs);
  await signInRoutes(app, needs);
  landingPage(app, needs, plan);
  await documentationRoutes(app);
  await templateRoutes(app, needs);
  await mountBoard(app, needs);
  await app.ready();
  return app;
}
