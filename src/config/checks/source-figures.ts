import { isBuiltIn } from '../../domain/figure.ts';
import { givenByItself } from '../../domain/sources.ts';
import type { BackendDraft } from '../fields.ts';
import { nearestName } from '../nearest-name.ts';
import type { Finding, Path } from '../problem.ts';
import type { SourceDraft } from '../sources.ts';

/** No figure comes from two sources: their values would be taken for one another's. */
export function checkDoubled(path: Path, { sources }: BackendDraft): Finding[] {
  const first = new Map<string, string>();
  return Object.entries(sources).flatMap(([name, source]) => [
    ...checkOnly([...path, name, 'only'], source),
    ...givenBy(source).flatMap(({ figure, at }): Finding[] => {
      const other = first.get(figure);
      if (other === undefined) first.set(figure, name);
      if (other === undefined || other === name) return [];
      return [
        {
          path: [...path, name, ...at],
          at: 'key',
          message: `${figure} comes from source ${other} and from source ${name}`,
          fix: 'take it from one of them: leave it out here, or list under `only` what else is taken',
          reliesOn: [
            [...path, name],
            [...path, other],
          ],
        },
      ];
    }),
  ]);
}

/** What is sure to come from a source; what a page without `only` has, nobody knows before it is asked. */
function givenBy(source: SourceDraft): { readonly figure: string; readonly at: Path }[] {
  const own = Object.keys(source.metrics);
  const only = source.only ?? (source.ssh === 'proc' ? givenByItself.ssh : []);
  const ofItself = only.filter((figure) => !own.includes(figure));
  return [
    ...own.map((figure) => ({ figure, at: ['metrics', figure] })),
    ...ofItself.map((figure) => ({ figure, at: source.only === undefined ? ['ssh'] : ['only'] })),
  ];
}

function checkOnly(path: Path, { only = [], ssh }: SourceDraft): Finding[] {
  const known: readonly string[] = ssh === 'proc' ? givenByItself.ssh : givenByItself.exporter;
  return only.flatMap((figure, index): Finding[] => {
    if (known.includes(figure)) return [];
    const near = nearestName(figure, known);
    const what = isBuiltIn(figure) ? 'does not come from here by itself' : 'is not a built-in figure';
    return [
      {
        path: [...path, index],
        at: 'value',
        message: `${figure} ${what}`,
        fix: near === null ? `write some of ${known.join(', ')}` : `write ${near}`,
      },
    ];
  });
}
