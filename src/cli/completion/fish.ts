import { commandWords, valueOptions, type CommandWords, type OptionWords, type Value } from './words.ts';

/** The completion script for fish. */
export function fishCompletion(): string {
  const all = commandWords();
  return `# fish completion for rejuv, made by \`rejuv completion fish\` from the tables that its parser is built from

# The words before the cursor that are neither options nor values of options.
function __rejuv_words
    set -l skip no
    for token in (commandline -opc)[2..]
        if test $skip = yes
            set skip no
            continue
        end
        switch $token
            case ${valueOptions().join(' ')}
                set skip yes
            case '-*'
            case '*'
                echo -- $token
        end
    end
end

function __rejuv_uses
    set -l words (__rejuv_words)
    test "$words[1]" = $argv[1]
end

function __rejuv_at
    set -l words (__rejuv_words)
    test "$words[1]" = $argv[1]; and test (count $words) -eq $argv[2]
end

function __rejuv_names
    set -l config
    set -l tokens (commandline -opc)
    for i in (seq (count $tokens))
        switch $tokens[$i]
            case -c --config
                set config -c (string replace -r '^~' $HOME -- $tokens[(math $i + 1)])
            case '--config=*'
                set config -c (string replace -r '^--config=' '' -- $tokens[$i])
        end
    end
    command -q rejuv; and rejuv $config names $argv[1] 2>/dev/null
end

complete -c rejuv -f
complete -c rejuv -l help -d 'shows how it is used'
complete -c rejuv -n 'not count (__rejuv_words) >/dev/null' -l version -d 'prints the version'
complete -c rejuv -s c -l config -r -F -d ${quoted(configSummary(all))}
${all.map(({ name, summary }) => `complete -c rejuv -n 'not count (__rejuv_words) >/dev/null' -a ${name} -d ${quoted(summary)}`).join('\n')}
${all.flatMap(lines).join('\n')}
`;
}

function configSummary(all: readonly CommandWords[]): string {
  return all.flatMap(({ options }) => options).find(({ long }) => long === '--config')?.summary ?? '';
}

function lines({ name, args, options }: CommandWords): string[] {
  const own = options.filter(({ long }) => long !== '--config').map((option) => optionLine(name, option));
  const places = args.flatMap((value, place) => {
    const words = candidates(value);
    const when = `-n '__rejuv_at ${name} ${place + 1}'`;
    return words === null ? [] : [`complete -c rejuv ${when} ${words}`];
  });
  return [...own, ...places];
}

function optionLine(command: string, { short, long, value, summary }: OptionWords): string {
  const flags = `${short === null ? '' : `-s ${short.slice(1)} `}-l ${long.slice(2)}`;
  // `-x`: a value, and not a file.
  const takes =
    value === null ? '' : value.kind === 'file' ? ' -r -F' : ` -x ${candidates(value) ?? ''}`.trimEnd();
  return `complete -c rejuv -n '__rejuv_uses ${command}' ${flags}${takes} -d ${quoted(summary)}`;
}

function candidates(value: Value): string | null {
  switch (value.kind) {
    case 'words':
      return `-a '${value.words.join(' ')}'`;
    case 'servers':
    case 'backends':
    case 'operations':
      return `-a '(__rejuv_names ${value.kind})'`;
    case 'file':
      return '-F';
    case 'text':
      return null;
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
