/**
 * The scripts that teach a shell to complete. They ask the program itself, so they never go stale.
 *
 * @module
 */

// An empty answer falls back to file names. `=` is a word break in bash, so a value after it is a word of its own.
// Snapshots come the newest first, and are shown that way; bash before 4.4 sorts all the same.
const BASH = `_kanibako() {
  local word words=("\${COMP_WORDS[@]:1:COMP_CWORD}") line
  if [[ \${#words[@]} -ge 2 && \${words[-2]} == "=" ]]; then
    words=("\${words[@]:0:\${#words[@]}-2}" "\${words[-1]}")
  elif [[ \${words[-1]} == "=" ]]; then
    words[-1]=""
  fi
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$(printf '%q' "\${line%%$'\\t'*}")")
  done < <("\${COMP_WORDS[0]}" __complete "\${words[@]}" 2>/dev/null)
}
complete -o default -o nosort -F _kanibako kanibako 2>/dev/null || complete -o default -F _kanibako kanibako
`;

const ZSH = `#compdef kanibako
_kanibako() {
  local line
  local -a candidates
  while IFS= read -r line; do
    candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then
    _describe -V -t kanibako kanibako candidates
  else
    _files
  fi
}
if [ "\${funcstack[1]}" = _kanibako ]; then
  _kanibako "$@"
else
  compdef _kanibako kanibako
fi
`;

const FISH = `function __kanibako_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l answer ($words[1] __complete $words[2..-1] 2>/dev/null)
    if test (count $answer) -gt 0
        printf '%s\\n' $answer
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c kanibako -f -k -a '(__kanibako_complete)'
`;

/** The shells that can complete. */
export type Shell = "bash" | "zsh" | "fish";

/** The script of each shell. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
