import type { ReactNode } from 'react';
import type { WireServer } from '../../../shared/contract/network-shapes.ts';
import { Fold } from '../../components/fold.tsx';
import { State } from '../../components/state-icon.tsx';
import table from '../../components/table.module.css';
import type { StateMark } from '../../model/pair-state.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';
import { stretchesOf, type Availability } from './day.ts';

const marks: Readonly<Record<Availability, StateMark>> = {
  answered: 'step',
  partly: 'wait',
  silent: 'off',
  unasked: 'pause',
};

/** What the charts show, for whoever reads it rather than sees it; newest first. */
export const DayTable = ({
  servers,
  now,
}: {
  readonly servers: readonly WireServer[];
  readonly now: number;
}): ReactNode => (
  <Fold label={t('network.day.table')}>
    <table className={table.table}>
      <caption className="srOnly">{t('network.day')}</caption>
      <thead>
        <tr>
          <th>{t('network.column.server')}</th>
          <th>{t('network.day.from')}</th>
          <th>{t('network.day.to')}</th>
          <th>{t('network.column.what')}</th>
          <th className="num">{t('network.day.answered')}</th>
          <th className="num">{t('network.day.ms')}</th>
        </tr>
      </thead>
      <tbody>{servers.map((server) => rowsOf(server, now))}</tbody>
    </table>
  </Fold>
);

function rowsOf({ pair, side, label, day }: WireServer, now: number): readonly ReactNode[] {
  const name = (
    <td className="nowrap">
      {label} <span className="faint">· {pair}</span>
    </td>
  );
  const stretches = stretchesOf(day, now).toReversed();
  if (stretches.length === 0)
    return [
      <tr key={`${side} ${pair}`}>
        {name}
        <td colSpan={5} className="muted">
          {t('network.day.none')}
        </td>
      </tr>,
    ];
  const clock = (at: number): string => time(new Date(at).toISOString(), now);
  return stretches.map(({ from, to, was, asked, answered, latencyMs }) => (
    <tr key={`${side} ${pair} ${from}`}>
      {name}
      <td className="faint nowrap">{clock(from)}</td>
      <td className="faint nowrap">{clock(to)}</td>
      <td className="nowrap">
        <State mark={marks[was]}>{t(`network.day.${was}`)}</State>
      </td>
      <td className="num">{was === 'unasked' ? '' : t('network.day.of', { answered, asked })}</td>
      <td className="num">{latencyMs === null ? '' : `${number(Math.max(1, Math.round(latencyMs)))} ms`}</td>
    </tr>
  ));
}
