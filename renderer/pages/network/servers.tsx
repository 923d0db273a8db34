import type { ReactNode } from 'react';
import type { WireServer } from '../../../shared/contract/network-shapes.ts';
import { Button } from '../../components/button.tsx';
import card from '../../components/card.module.css';
import page from '../../components/page.module.css';
import { StateIcon } from '../../components/state-icon.tsx';
import type { Acting } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';
import { DayChart } from './day-chart.tsx';
import { DayTable } from './day-table.tsx';
import css from './network.module.css';
import { isBad, marks, stateWords } from './words.ts';

/** One line per server of a pair: what it is, how it answers and since when, and when it is asked next. */
export const Servers = ({
  servers,
  now,
  acting: { act, busy },
}: {
  readonly servers: readonly WireServer[];
  readonly now: number;
  readonly acting: Acting;
}): ReactNode => (
  <section className={page.section} aria-labelledby="servers">
    <div className={page.sectionHead}>
      <h2 id="servers">{t('network.servers')}</h2>
      <span className="tiny faint">{t('network.day')}</span>
    </div>
    <ul className={card.card} aria-labelledby="servers">
      {servers.map((server) => (
        <li key={`${server.pair} ${server.side}`} className={css.serverRow}>
          <StateIcon mark={marks[server.state]} />
          <div className={css.serverCell}>
            <div className="medium clip">
              {server.label} <span className="faint">· {t('network.usedBy', { pair: server.pair })}</span>
            </div>
            <div className="tiny faint mono clip" title={server.address}>
              {server.address}
            </div>
          </div>
          <div className={css.serverCell} aria-live="polite">
            <div className="medium">{stateWords(server)}</div>
            <div className="tiny faint clip" title={server.sentence}>
              {server.state === 'unknown' ? server.sentence : t('network.since', { time: time(server.since) })}
              {isBad(server) ? ` · ${lastAnswer(server)}` : ''}
            </div>
          </div>
          <div className={css.dayCell}>
            <DayChart day={server.day} server={`${server.label}, ${server.pair}`} now={now} />
            <div className="tiny faint clip">
              {server.day.length === 0 ? `${t('network.day.none')} · ` : ''}
              {server.nextCheck === null ? t('network.noNext') : t('network.next', { time: time(server.nextCheck) })}
            </div>
          </div>
          <Button
            size="small"
            disabled={busy}
            aria-label={t('network.checkOne', { server: `${server.label}, ${server.pair}` })}
            onClick={() => void act('network.check', { pair: server.pair })}
          >
            {t('network.check')}
          </Button>
        </li>
      ))}
    </ul>
    <DayTable servers={servers} now={now} />
  </section>
);

const lastAnswer = ({ lastAnswer: at }: WireServer): string =>
  at === null ? t('network.neverAnswered') : t('network.lastAnswer', { time: time(at) });
