// The `certfleet.yaml` that `certfleet init` writes: what a person said, with a comment that says what each line does.
import { stringify } from "yaml";
import type { Answers } from "./questions.ts";

/** Holds no secret: the password stands where the environment of each process says. */
export function fleetYaml(answers: Answers): string {
  const { account, enomUsername, enomApiUrl, department, minimumBalance, currency, perHour, perDay } = answers;
  return `# The configuration of Certfleet, written by "certfleet init". It holds no secret.
# A change is loaded while Certfleet runs, or refused as a whole in its log. docs/reference/certfleet-yaml.md has every field.

accounts:
  # The name of the account in orders and commands. Never give it to another eNom login: its ledger belongs to this one.
  - id: ${scalar(account)}
    username: ${scalar(enomUsername)}
    # From the environment of open, reissue and balance-poll: there ENOM_PASSWORD_FILE names a file.
    password: \${ENOM_PASSWORD}
    apiUrl: ${scalar(enomApiUrl)}

    # The operator mailbox: gets a mail for all that people must do. Without it nobody is told.
    department: ${scalar(department)}

    # Below this much nothing is bought, and the operator mailbox is told.
    minimumBalance: ${amount(minimumBalance)}
    currency: ${scalar(currency)}

    # How much may be spent at most, whatever is ordered; none: no limit.
    purchasing:
      perHour: ${amount(perHour)}
      perDay: ${amount(perDay)}

    # shared: others buy on this eNom account, too. Then fewer things happen automatically.
    mode: dedicated
    # Requests to eNom, of all workers together.
    requestsPerSecond: 5

# What happens before a certificate ends, where its order says nothing: auto (it is reissued), manual (its customer is told), none.
# Not set it is this:
# policy:
#   mode: auto
#   beforeDays: 10

# Mails: your name, the language for customers who have none, your own templates.
# templates:
#   brand: Example Hosting
#   language: en
#   directory: /etc/certfleet/templates
`;
}

/** As YAML writes it where it needs quotes. */
function scalar(text = ""): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}

/** Amounts are text, so that no reader makes a float of them. */
function amount(text = ""): string {
  return text === "none" ? text : JSON.stringify(text);
}
