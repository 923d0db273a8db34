import type { ReactNode } from 'react';
import type { WireNetwork } from '../../../shared/contract/network-shapes.ts';
import card from '../../components/card.module.css';
import page from '../../components/page.module.css';
import { Link } from '../../components/link.tsx';
import { StateIcon } from '../../components/state-icon.tsx';
import { addresses } from '../../model/addresses.ts';
import { t } from '../../text/text.ts';
import css from './network.module.css';

/** Pairs of files: they have no server, but a file can be away. */
export function Files({ pairs, servers }: Pick<WireNetwork, 'pairs' | 'servers'>): ReactNode {
  const ofFiles = pairs.filter(({ pair }) => !servers.some((server) => server.pair === pair));
  if (ofFiles.length === 0) return null;
  return (
    <section className={page.section} aria-labelledby="files">
      <div className={page.sectionHead}>
        <h2 id="files">{t('network.files')}</h2>
      </div>
      <ul className={card.card} aria-labelledby="files">
        {ofFiles.map(({ pair, online }) => (
          <li key={pair} className={css.fileRow}>
            <StateIcon mark={online ? 'step' : 'off'} />
            <Link to={addresses.pair(pair)}>{pair}</Link>
            <span className="muted">{t(online ? 'network.files.there' : 'network.files.away')}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
