import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import { t } from '../../text/text.ts';

/** What can be done here: where the engine names an option of a command, the window says the same in its own words. */
export function withHint<E extends Pick<AppErrorBody, 'code' | 'hint'>>(error: E): E {
  const own = hintFor(error.code);
  return own !== undefined && / --|`tandem/.test(error.hint) ? { ...error, hint: own } : error;
}

function hintFor(code: AppErrorBody['code']): string | undefined {
  if (code === 'file-missing') return t('add.hint.file');
  if (code === 'same-database') return t('add.hint.same');
  if (code === 'pair-overlap') return t('add.hint.overlap');
  if (code === 'already-exists') return t('add.hint.name');
  if (code === 'schema-mismatch' || code === 'usage' || code === 'not-found') return t('add.hint.collections');
  return undefined;
}
