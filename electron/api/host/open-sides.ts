import { AppError } from '../../../shared/contract/errors.ts';
import { withoutNamedSecrets } from '../../../shared/lib/secret-names.ts';
import type { Connector, ConnectorKind } from '../../engine/port/connector.ts';
import { sideNames, type SideName } from '../../engine/settings.ts';
import { toAppError } from '../dispatcher.ts';
import { absentConnector } from './absent-connector.ts';

export interface OpenedSides {
  readonly sides: { readonly A: Connector; readonly B: Connector };
  /** Why a side did not open; it is stood in for by a connector that answers everything with this error. */
  readonly problems: Partial<Record<SideName, AppError>>;
}

export interface Opener {
  open(side: SideName): Promise<Connector>;
}

/** Opens both sides; one that fails does not keep the other, or what the state knows, from being looked at. */
export async function openSides(opener: Opener): Promise<OpenedSides> {
  const problems: Partial<Record<SideName, AppError>> = {};
  const opened = await Promise.all(
    sideNames.map(async (side) => {
      try {
        return await opener.open(side);
      } catch (cause) {
        const error = toAppError(cause, 'open');
        problems[side] = error;
        return absentConnector(error);
      }
    }),
  );
  const [A, B] = opened as [Connector, Connector];
  return { sides: { A, B }, problems };
}

/** The kind that an address belongs to; `url-unknown` lists the forms that there are. */
export function kindOf(url: string, kinds: readonly ConnectorKind[]): ConnectorKind {
  const kind = kinds.find((each) => each.matches(url));
  if (kind) return kind;
  const shown = withoutDoubt(url);
  throw new AppError({
    code: 'url-unknown',
    operation: 'open',
    message: `Opening ${JSON.stringify(shown)} failed: no kind of database has addresses of this form.`,
    next: 'Nothing was opened.',
    hint: `Known kinds: ${kinds.map((each) => each.kind).join(', ')}. A SQLite file is written sqlite:PATH, or as a path that ends in .db, .sqlite or .sqlite3; a MongoDB database mongodb://HOST/DATABASE or mongodb+srv://HOST/DATABASE.`,
    subject: { path: shown },
    retry: 'after-user-action',
  });
}

/** Nobody knows where an address of no known form would hold a password: what may be one is blotted out. */
function withoutDoubt(url: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(url)?.[0] ?? '';
  return scheme + withoutNamedSecrets(url.slice(scheme.length).replace(/:.*@/s, ':***@'));
}
