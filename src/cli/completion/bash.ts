import { commandWords, valueOptions, type CommandWords, type OptionWords, type Value } from './words.ts';

/** The completion script for bash; it needs nothing but bash. */
export function bashCompletion(): string {
  const all = commandWords();
  const flags = (list: readonly OptionWords[]): string =>
    [...list.flatMap(({ short, long }) => (short === null ? [long] : [short, long])), '--help'].join(' ');
  const withValue = (kind: Value['kind']): readonly OptionWords[] => {
    const found = all.flatMap(({ options }) => options).filter(({ value }) => value?.kind === kind);
    return found.filter(({ long }, index) => found.findIndex((other) => other.long === long) === index);
  };
  return `# bash completion for rejuv, made by \`rejuv completion bash\` from the tables that its parser is built from

_rejuv_words() {
    local word
    for word in $1; do
        if [[ $word == "$current"* ]]; then COMPREPLY+=("$word"); fi
    done
}

# Names come from the config file; they are compared, and never expanded.
_rejuv_names() {
    local name
    while IFS= read -r name; do
        if [[ $name == "$current"* ]]; then COMPREPLY+=("$name"); fi
    done < <(rejuv "\${config[@]}" names "$1" 2>/dev/null)
}

_rejuv_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

_rejuv() {
    local current=\${COMP_WORDS[COMP_CWORD]} command='' place=0 wants='' config=() i word
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=\${COMP_WORDS[i]}
        # \`--config=FILE\` comes as three words.
        if [[ $word == '=' ]]; then continue; fi
        if [[ -n $wants ]]; then
            case $wants in -c | --config) config=(-c "\${word/#\\~/$HOME}") ;; esac
            wants=''
            continue
        fi
        case $word in
            ${valueOptions().join(' | ')}) wants=$word ;;
            -*) ;;
            *) if [[ -z $command ]]; then command=$word; else place=$((place + 1)); fi ;;
        esac
    done
    if [[ $current == '=' ]]; then current=''; fi
    case $wants in
        '') ;;
${withValue('file')
  .map(
    ({ short, long }) => `        ${short === null ? long : `${short} | ${long}`}) _rejuv_files; return ;;`,
  )
  .join('\n')}
${withValue('words')
  .map(({ long, value }) => `        ${long}) ${complete(value)}; return ;;`)
  .concat(['        *) return ;;'])
  .join('\n')}
    esac
    if [[ $current == -* ]]; then
        case $command in
            '') _rejuv_words '-c --config --json --version --help' ;;
${all.map(({ name, options }) => `            ${name}) _rejuv_words '${flags(options)}' ;;`).join('\n')}
        esac
        return
    fi
    case $command:$place in
        :0) _rejuv_words '${all.map(({ name }) => name).join(' ')}' ;;
${all.flatMap(places).join('\n')}
    esac
}

complete -F _rejuv rejuv
`;
}

function places({ name, args }: CommandWords): string[] {
  return args.flatMap((value, place) => {
    const action = complete(value);
    return action === null ? [] : [`        ${name}:${place}) ${action} ;;`];
  });
}

function complete(value: Value | null): string | null {
  switch (value?.kind) {
    case 'words':
      return `_rejuv_words '${value.words.join(' ')}'`;
    case 'servers':
    case 'backends':
    case 'operations':
      return `_rejuv_names ${value.kind}`;
    case 'file':
      return '_rejuv_files';
    case 'text':
    case undefined:
      return null;
  }
}
