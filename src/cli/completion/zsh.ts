import { commandWords, type OptionWords, type Value } from './words.ts';

/** The completion script for zsh: a file in $fpath, or sourced. */
export function zshCompletion(): string {
  const all = commandWords();
  const global = all[0]?.options.filter(({ long }) => ['--config', '--json'].includes(long)) ?? [];
  return `#compdef rejuv
# zsh completion for rejuv, made by \`rejuv completion zsh\` from the tables that its parser is built from

_rejuv_names() {
  local -a config names
  local i
  for ((i = 2; i < $#whole; i++)); do
    case $whole[i] in
      -c|--config) config=(-c "\${(Q)whole[i + 1]/#\\~/$HOME}") ;;
      --config=*) config=(-c "\${(Q)\${whole[i]#--config=}/#\\~/$HOME}") ;;
    esac
  done
  names=(\${(f)"$(_call_program names rejuv \${(q)config} names $argv[-1] 2>/dev/null)"})
  # What stands before the last word is for compadd: _arguments puts it there.
  compadd "\${(@)argv[1,-2]}" -a names
}

_rejuv_commands() {
  local -a commands=(
${all.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join('\n')}
  )
  _describe command commands
}

_rejuv() {
  local curcontext=$curcontext state line
  local -a whole=("\${words[@]}")
  typeset -A opt_args
  _arguments -C \\
${global
  .flatMap(optionSpecs)
  .map((spec) => `    ${spec} \\`)
  .join('\n')}
    '--version[prints the version]' \\
    '--help[shows how it is used]' \\
    '1: :_rejuv_commands' \\
    '*:: :->rest'
  [[ $state == rest ]] || return
  case $words[1] in
${all
  .map(({ name, args, options }) => {
    const specs = [
      ...options.flatMap(optionSpecs),
      "'--help[shows how it is used]'",
      ...args.map((value, index) => quoted(`${index + 1}: :${action(value)}`)),
    ];
    return `    ${name})\n      _arguments \\\n${specs.map((spec) => `        ${spec}`).join(' \\\n')}\n      ;;`;
  })
  .join('\n')}
  esac
}

if [[ $funcstack[1] == _rejuv ]]; then
  _rejuv "$@"
else
  compdef _rejuv rejuv
fi
`;
}

function optionSpecs({ short, long, value, summary }: OptionWords): string[] {
  const text = `[${summary.replace(/[[\]:\\]/g, '\\$&')}]${value === null ? '' : `: :${action(value)}`}`;
  // Both spellings are one option: whoever has typed one is not offered the other.
  if (short === null) return [quoted(`${long}${text}`)];
  return [short, long].map((flag) => quoted(`(${short} ${long})${flag}${text}`));
}

function action(value: Value): string {
  switch (value.kind) {
    case 'words':
      return `(${value.words.join(' ')})`;
    case 'servers':
    case 'backends':
    case 'operations':
      return `_rejuv_names ${value.kind}`;
    case 'file':
      return '_files';
    case 'text':
      return ' ';
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
