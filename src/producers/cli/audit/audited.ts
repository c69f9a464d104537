// Writes a verb that changes something to the audit trail. It lies with what verbs do their work by.
export { audited } from "../port/audited.ts";
