// Builds the HTTP door: guards first, then the API, then the pages for people. It listens nowhere by itself.
import fastify, { type FastifyBaseLogger, type FastifyPluginCallback, LogController } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import { currentTracing } from "../shared/base/tracing/current.ts";
import { orderWaiter } from "../shared/events/order-waiter.ts";
import { eventTail, keptEvents } from "../shared/events/tail.ts";
import { pathOf, withoutBase } from "../shared/gateway/public-url.ts";
import { mountBoard } from "./board.ts";
import { apiGuard } from "./http/access/api-guard.ts";
import { auditChanges } from "./http/access/audited.ts";
import { keyOrPageGuard, notFoundGuard } from "./http/access/key-or-page-guard.ts";
import { requestLimits } from "./http/access/rate-limits.ts";
import { demandScopes } from "./http/access/route-scopes.ts";
import { describeRoutes, documentationRoutes } from "./http/assets/documentation.ts";
import { decorateCaller } from "./http/caller/caller.ts";
import { hostGuard, sameSiteGuard } from "./http/caller/foreign.ts";
import { keepRedirectsBelow } from "./http/caller/redirects.ts";
import { defaultLimits, limitConnections, serverOptions } from "./http/connections/limits.ts";
import { consoleRoutes } from "./http/console/console.ts";
import { errorHandler, refuseUnreadable } from "./http/error-handler.ts";
import { readJsonBodies, refuseUnseen } from "./http/json-body.ts";
import { timeRequests } from "./http/metrics/time-requests.ts";
import type { App, GatewayNeeds } from "./http/needs.ts";
import { sendProblemPages } from "./http/pages/problem-page.ts";
import { problemPageRoutes } from "./http/problem-pages/routes.ts";
import { PROBLEM_PAGES } from "./http/problems.ts";
import { keepAnswers } from "./http/repeats/idempotency.ts";
import { MOST_WAITING } from "./http/repeats/wait-for-order.ts";
import { logRequests } from "./http/request-log.ts";
import { answerOtherMethods } from "./http/requests/allowed-methods.ts";
import { answerSilence, isLate } from "./http/requests/redis-silence.ts";
import { requestIdOf, sendRequestIds } from "./http/requests/request-id.ts";
import { accountRoutes } from "./http/routes/account/account-routes.ts";
import { catalogueRoutes } from "./http/routes/account/catalogue-routes.ts";
import { shadowRoutes } from "./http/routes/account/shadow-routes.ts";
import { approverRoutes } from "./http/routes/approver-routes.ts";
import { auditRoutes } from "./http/routes/audit-routes.ts";
import { keyRoutes } from "./http/routes/authority/key-routes.ts";
import { personRoutes } from "./http/routes/authority/person-routes.ts";
import { userRoutes } from "./http/routes/authority/user-routes.ts";
import { bounceRoutes } from "./http/routes/bounce-routes.ts";
import { batchRoutes } from "./http/routes/bulk/batch-routes.ts";
import { changeRoutes } from "./http/routes/bulk/change-routes.ts";
import { takeInRoutes } from "./http/routes/certificate/take-in-routes.ts";
import { csrRoutes } from "./http/routes/csr-routes.ts";
import { eventRoutes } from "./http/routes/events/event-routes.ts";
import { explainRoutes } from "./http/routes/explain/explain-routes.ts";
import { fileRoutes } from "./http/routes/file-routes.ts";
import { forecastRoutes } from "./http/routes/forecast-routes.ts";
import { healthRoutes } from "./http/routes/health-routes.ts";
import { jobRoutes } from "./http/routes/job-routes.ts";
import { listRoutes } from "./http/routes/lists/list-routes.ts";
import { notificationRoutes } from "./http/routes/notification-routes.ts";
import { operatorRequestRoutes } from "./http/routes/operator-request-routes.ts";
import { orderRoutes } from "./http/routes/order-routes.ts";
import { queueRoutes } from "./http/routes/queues/queue-routes.ts";
import { reissueRoutes } from "./http/routes/reissue-routes.ts";
import { templateRoutes } from "./http/routes/template-routes.ts";
import { termsRoutes } from "./http/routes/terms-routes.ts";
import { validationRoutes } from "./http/routes/validation-routes.ts";
import { deliveryRoutes } from "./http/routes/webhooks/delivery-routes.ts";
import { webhookRoutes } from "./http/routes/webhooks/webhook-routes.ts";
import { sendSecurityHeaders } from "./http/security-headers.ts";
import { signInRoutes } from "./http/sign-in/sign-in-routes.ts";
import { type KeptPlan, keepPlan } from "./http/spending-plan.ts";

export type { App, GatewayNeeds } from "./http/needs.ts";

const BODY_BYTES = 262_144;
/** The API answers within two seconds, counted from the head of the request, and be it with a 503; a forecast may take longer. */
const ANSWER_MS = 1_900;

const api: readonly ((app: App, needs: GatewayNeeds, plan: KeptPlan) => void)[] = [
  orderRoutes,
  listRoutes,
  batchRoutes,
  changeRoutes,
  approverRoutes,
  fileRoutes,
  explainRoutes,
  termsRoutes,
  reissueRoutes,
  operatorRequestRoutes,
  csrRoutes,
  takeInRoutes,
  notificationRoutes,
  bounceRoutes,
  accountRoutes,
  catalogueRoutes,
  shadowRoutes,
  jobRoutes,
  forecastRoutes,
  validationRoutes,
  auditRoutes,
  eventRoutes,
  webhookRoutes,
  deliveryRoutes,
  queueRoutes,
  keyRoutes,
  userRoutes,
  personRoutes,
];

/** All routes, ready for `listen` or `inject`; closing it closes neither Redis nor the queues. */
export async function buildGateway(needs: GatewayNeeds): Promise<App> {
  const { log } = needs;
  const limits = { ...defaultLimits, ...needs.connections };
  const failed = errorHandler(needs);
  const limit = requestLimits(needs);
  const problemPages = pathOf(needs.publicUrl, PROBLEM_PAGES);
  const app = fastify({
    loggerInstance: log.child({ event: "http.server" }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    bodyLimit: BODY_BYTES,
    ...serverOptions(limits),
    return503OnClosing: false, // its 503 names no time to come back; what still comes in is answered, and the connection closed
    routerOptions: { maxParamLength: 200 },
    // A proxy may take the base path of the public address off, or leave it on.
    rewriteUrl: ({ url = "/" }) => withoutBase(needs.publicUrl, url),
    clientErrorHandler: (error, socket) => refuseUnreadable(problemPages, error, socket),
    frameworkErrors: (error, request, reply) => void failed(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  limitConnections(app.server, limits, log);
  const tracing = currentTracing();
  if (tracing) await app.register(tracing.fastifyPlugin as FastifyPluginCallback);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(failed);
  app.setNotFoundHandler({ preValidation: notFoundGuard(needs) }, answerOtherMethods(app));
  app.removeContentTypeParser("text/plain");
  app.decorate("problemPages", problemPages);
  readJsonBodies(app);
  sendRequestIds(app);
  decorateCaller(app, needs);
  logRequests(app, log);
  timeRequests(app);
  sendProblemPages(app, { env: needs.env, linkTo: (path) => pathOf(needs.publicUrl, path) });
  sendSecurityHeaders(app);
  keepRedirectsBelow(app, needs.publicUrl);
  app.addHook("onRequest", hostGuard);
  app.addHook("onRequest", sameSiteGuard(needs));
  // Behind every guard, whichever it is: by then the caller is known.
  app.addHook("preParsing", (request, reply) => limit(request, reply));
  endConnections(app);

  const plan = keepPlan(app, needs);
  await describeRoutes(app, needs);
  await app.register(
    async (v1: App) => {
      v1.addHook("onRoute", (route) => {
        // A route with a time of its own is watched by answerSilence; a timer for each request would cost it twice.
        if (route.config?.answerMs === undefined) route.handlerTimeout ??= ANSWER_MS;
      });
      const tail = eventTail(keptEvents(needs.redis, needs.keys));
      v1.decorate("eventTail", tail);
      v1.decorate("orderWaiter", orderWaiter(tail, { most: MOST_WAITING }));
      // Before the server waits for its last answers.
      v1.addHook("preClose", async () => tail.stop());
      demandScopes(v1);
      answerSilence(v1, needs, ANSWER_MS);
      v1.addHook("onRequest", apiGuard(needs));
      auditChanges(v1, needs);
      keepAnswers(v1, needs);
      v1.addHook("preHandler", refuseUnseen);
      v1.addHook("onSend", async (request, reply) => {
        reply.header("cache-control", "no-store");
        // Its route may have gone on meanwhile, and said that it was done.
        if (isLate(request)) reply.code(503);
      });
      for (const routes of api) routes(v1, needs, plan);
    },
    { prefix: "/v1" },
  );
  healthRoutes(app, needs, plan);
  problemPageRoutes(app, needs);
  await signInRoutes(app, needs);
  await consoleRoutes(app, needs, plan);
  await app.register(async (pages: App) => {
    pages.addHook("onRoute", (route) => {
      route.config = { ...route.config, scope: "any" };
    });
    pages.addHook("onRequest", keyOrPageGuard(needs));
    await documentationRoutes(pages, needs);
  });
  await templateRoutes(app, needs);
  await mountBoard(app, needs);
  await app.ready();
  return app;
}

/**
 * A kept-alive connection would hold up the stop: the last answer on it says that it was the last. The server still listens
 * when those are answered who wait for something.
 */
function endConnections(app: App): void {
  let isStopping = false;
  app.addHook("preClose", async () => {
    isStopping = true;
  });
  app.addHook("onSend", async (_request, reply) => {
    if (isStopping || !app.server.listening) reply.header("connection", "close");
  });
}
