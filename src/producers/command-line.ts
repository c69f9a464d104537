// The command line whole: every noun registers its verbs, the starts of processes are handed in. Nothing runs before it is parsed.
import { resolve } from "node:path";
import type { Command } from "commander";
import type { Stdin } from "./cli/account/add-terminal.ts";
import { type AccountCommands, type PurchaseSwitch, registerAccountCommands } from "./cli/account/commands.ts";
import { type AuditCommands, registerAuditCommands } from "./cli/audit/commands.ts";
import { type BackupCommands, registerBackupCommands } from "./cli/backup/commands.ts";
import { registerCertificateCommands } from "./cli/certificate/commands.ts";
import { registerCompletionCommands } from "./cli/completion/commands.ts";
import { registerCustomerCommands } from "./cli/customer/commands.ts";
import { type DoctorCommands, registerDoctorCommands } from "./cli/doctor/commands.ts";
import { registerInitCommand } from "./cli/init/commands.ts";
import { registerKeyCommands } from "./cli/key/commands.ts";
import { type LedgerCommands, registerLedgerCommands } from "./cli/ledger/commands.ts";
import { type MovingCommands, registerMoving } from "./cli/moving/commands.ts";
import { registerNotificationCommands } from "./cli/notification/commands.ts";
import type { ProgramContext } from "./cli/own-redis.ts";
import { registerPolicyCommands } from "./cli/policy/commands.ts";
import { type Processes, registerProcesses } from "./cli/process/commands.ts";
import { registerProfileCommands } from "./cli/profile/commands.ts";
import { bareProgram } from "./cli/program.ts";
import { registerQueueCommands } from "./cli/queue/commands.ts";
import { registerRedisCommands } from "./cli/redis/commands.ts";
import { registerSchemaCommands } from "./cli/schema/commands.ts";
import { registerTemplateCommands } from "./cli/template/commands.ts";
import type { PrintResult } from "./cli/terminal.ts";
import { registerUserCommands } from "./cli/user/commands.ts";
import { registerWebhookCommands } from "./cli/webhook/commands.ts";

/** What workers do for verbs: producers may not import them. Each is loaded when a verb needs it. */
export interface WorkerCommands {
  account: () => Promise<AccountCommands>;
  ledger: () => Promise<LedgerCommands & PurchaseSwitch>;
  doctor: () => Promise<DoctorCommands>;
  audit: () => Promise<AuditCommands>;
  backup: () => Promise<BackupCommands>;
  moving: () => Promise<MovingCommands>;
}

export interface Outside {
  version: string;
  context: ProgramContext;
  answer: PrintResult;
  stdin: Stdin;
}

interface Parts {
  processes: Processes;
  workers: WorkerCommands;
}

/** The program with all its verbs. */
export function buildProgram(outside: Outside, parts: Parts): Command {
  const program = buildVerbs(outside, parts);
  registerCompletionCommands(program, { context: outside.context, build: () => buildVerbs(outside, parts) });
  return program;
}

function buildVerbs({ version, context, answer, stdin }: Outside, { processes, workers }: Parts): Command {
  const program = bareProgram(version, context);

  registerProcesses(program, processes);
  registerDoctorCommands(program, { context, answer }, workers.doctor);
  registerInitCommand(program, { context, answer, stdin }, workers.doctor);
  const certificate = registerCertificateCommands(program, context, answer);
  registerMoving(certificate, { context, answer }, workers.moving);
  registerPolicyCommands(program, context, answer);
  registerTemplateCommands(program, context, answer);
  registerNotificationCommands(program, context, answer);
  registerQueueCommands(program, context, answer);
  registerWebhookCommands(program, context, answer);
  const schema = resolve(context.root, "certfleet.schema.json");
  registerAccountCommands(program, { context, answer, stdin, schema }, workers);
  registerLedgerCommands(program, { context, answer }, workers.ledger);
  registerAuditCommands(program, { context, answer }, workers.audit);
  registerBackupCommands(program, { context, answer, version }, { load: workers.backup, drill: processes.drill });
  registerCustomerCommands(program, context, answer);
  registerRedisCommands(program, context, answer);
  registerKeyCommands(program, context, answer);
  registerUserCommands(program, { context, answer, stdin });
  registerSchemaCommands(program, answer);
  registerProfileCommands(program, { context, answer, stdin });
  return program;
}
