/** The shells that are completed for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

/**
 * What each shell is to read. It asks `provisioner complete -- WORDS` at every Tab, the last word being the one that is
 * typed: a line for each word that may stand there, with a tab before what it means, then a line that begins with a
 * colon. Where none may stand, files are completed.
 */
export const COMPLETION_SCRIPTS: Readonly<Record<(typeof SHELLS)[number], string>> = {
  bash: `_provisioner() {
  local words
  words=$(provisioner complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | grep -v '^:' | cut -f1)
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _provisioner provisioner`,
  zsh: `#compdef provisioner
_provisioner() {
  local -a found
  found=("\${(@f)$(provisioner complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null | grep -v '^:' | tr '\\t' ':')}")
  [[ -n $found ]] && _describe provisioner found || _files
}
compdef _provisioner provisioner`,
  fish: `complete -c provisioner -a '(provisioner complete -- (commandline -opc)[2..] (commandline -ct) | string match -v ":*")'`,
}
