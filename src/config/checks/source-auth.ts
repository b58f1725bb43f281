import type { Finding, Path } from '../problem.ts';
import type { SourceDraft } from '../sources.ts';

/** `auth` is a user with a password, or a token, and stands where something is asked over HTTP. */
export function checkAuth(path: Path, { auth }: SourceDraft, kind: string): Finding[] {
  if (auth === undefined) return [];
  const finding = (message: string, fix: string): Finding[] => [
    { path: [...path, 'auth'], at: 'key', message, fix, reliesOn: [[...path, 'auth']] },
  ];
  if (kind === 'ssh')
    return finding(
      '`auth` belongs to what is asked over HTTP',
      'leave it out: a server has its login under `ssh`',
    );
  const basic = auth.user !== undefined && auth.passwordFile !== undefined && auth.tokenFile === undefined;
  const bearer = auth.tokenFile !== undefined && auth.user === undefined && auth.passwordFile === undefined;
  if (basic || bearer) return [];
  return finding(
    '`auth` is neither a user with a password nor a token',
    'write `user` and `passwordFile`, or `tokenFile` alone',
  );
}
