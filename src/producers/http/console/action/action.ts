// What an action on an order is made of: the scope, the fields of its form, what a person is told before, and the API call.
import type { Scope } from "../../../../shared/authority/scopes.ts";
import type { Html } from "../../html.ts";
import type { Shown } from "../certificates/found.ts";
import type { Ask } from "../frame/ask-api.ts";
import type { Field, Kind } from "../frame/forms.ts";
import type { Visit } from "../frame/visit.ts";

export interface Action {
  scope: Scope;
  /** `form` has what was typed before; it is empty at first. */
  fields: (visit: Visit, certificate: Shown, form: URLSearchParams) => readonly Field[] | Promise<readonly Field[]>;
  kinds?: Readonly<Record<string, Kind>>;
  /** What will happen, what it costs, or why it cannot be done. */
  about: (visit: Visit, certificate: Shown) => Html | string | Promise<Html | string>;
  /** The reference must be typed once more: money is spent or lost. */
  isConfirmed?: boolean;
  isDangerous?: boolean;
  /** `once` names the form: sent twice it is the same one. The call, without `/v1/certificates/REF` in front where it begins with a slash. */
  ask: (body: Record<string, unknown>, certificate: Shown, once: string) => Ask;
}
