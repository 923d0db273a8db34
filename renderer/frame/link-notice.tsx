import type { ReactNode } from 'react';
import { Button } from '../components/button.tsx';
import { Notice } from '../components/notice.tsx';
import { useWindow } from '../store/hooks.ts';
import { t } from '../text/text.ts';
import { Rich } from '../text/rich.tsx';
import { duration } from '../text/times.ts';
import { useNow } from '../store/use-now.ts';
import css from './frame.module.css';

/** Above the page while the engine cannot be reached. The page below stays as it was, drafts included. */
export function LinkNotice(): ReactNode {
  const link = useWindow((state) => state.link);
  const now = useNow(1000);
  switch (link.kind) {
    case 'connecting':
    case 'ready':
      return null;
    case 'gone':
      // A moment without an engine is no news.
      return now - link.since < 1500 ? null : (
        <div className={css.linkNotice}>
          <Notice mark="stop" title={t('offline.engine.title')}>
            {link.why === undefined ? null : <p>{link.why}</p>}
            <p>{t('offline.engine.next', { t: duration((now - link.since) / 1000) })}</p>
          </Notice>
        </div>
      );
    case 'logged-out':
      return (
        <div className={css.linkNotice}>
          <Notice
            mark="off"
            title={t('offline.loggedOut.title')}
            actions={<Button onClick={() => location.reload()}>{t('offline.loggedOut.reload')}</Button>}
          >
            <p>
              <Rich id="offline.loggedOut.next" values={{ command: <code>tandem serve</code> }} />
            </p>
          </Notice>
        </div>
      );
    case 'mismatch':
      return (
        <div className={css.linkNotice}>
          <Notice mark="stop" title={link.message}>
            <p>
              {t('offline.mismatch.next')} {link.hint}
            </p>
          </Notice>
        </div>
      );
  }
}
