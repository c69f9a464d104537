// Registers `certfleet completion`, and the hidden `complete` that its scripts ask at each Tab.
import { Argument, type Command } from "commander";
import type { ProgramContext } from "../own-redis.ts";
import { verb } from "../verbs.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;

/** The script asks bash-completion for the words; where that is not installed, bash itself knows them nearly as well. */
const WITHOUT_BASH_COMPLETION = `if ! declare -F _get_comp_words_by_ref >/dev/null; then
  _get_comp_words_by_ref() {
    cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} words=("\${COMP_WORDS[@]}") cword=$COMP_CWORD
  }
fi
`;

/** `build`: the program with all its verbs, to be looked at. */
export function registerCompletionCommands(
  program: Command,
  { context, build }: { context: ProgramContext; build: () => Command },
): void {
  verb(program, "completion", {
    does: "print the script with which a shell completes verbs, options, their values and references",
    example:
      "completion bash > ~/.local/share/bash-completion/completions/certfleet\ncompletion zsh > ~/.zsh/completions/_certfleet\ncompletion fish > ~/.config/fish/completions/certfleet.fish",
  })
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { default: tab } = await import("@bomb.sh/tab");
      if (shell === "bash") process.stdout.write(WITHOUT_BASH_COMPLETION);
      tab.setup("certfleet", "certfleet", shell);
    });

  const asked = { does: "say what may stand in place of the last word", example: "complete -- certificate sh" };
  verb(program, "complete", { ...asked, isHidden: true })
    .argument("[words...]", "the words so far, behind --")
    .action(async (words: string[]) => {
      const { complete } = await import("./complete.ts");
      await complete(words, { context, program: build() });
    });
}
