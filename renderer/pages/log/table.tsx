import type { ReactNode } from 'react';
import { cleanText } from '../../../shared/model/display.ts';
import { State } from '../../components/state-icon.tsx';
import table from '../../components/table.module.css';
import { t } from '../../text/text.ts';
import { exactTime, time } from '../../text/times.ts';
import { detailsOf, levelMarks, type LogLine } from './lines.ts';
import css from './log.module.css';

/** The lines as text, never as markup. */
export const LogTable = ({ of: lines }: { readonly of: readonly LogLine[] }): ReactNode => (
  <table className={table.table}>
    <caption className="srOnly">{t('log.table')}</caption>
    <thead>
      <tr>
        <th>{t('log.column.when')}</th>
        <th>{t('log.column.level')}</th>
        <th>{t('log.column.message')}</th>
      </tr>
    </thead>
    <tbody>
      {lines.map((line, i) => (
        <tr key={`${line.at} ${i}`} data-level={line.level}>
          <td className={css.when}>
            <time dateTime={line.at} title={time(line.at, Date.now(), { clockToo: true })}>
              {whenOf(line.at)}
            </time>
          </td>
          <td className={css.level}>
            <Level of={line} />
          </td>
          <td className={css.what}>
            {cleanText(line.message)}
            {line.pair === null ? null : <span className="faint"> · {line.pair}</span>}
            <Details of={line} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const isToday = (at: string): boolean => new Date(at).toDateString() === new Date().toDateString();
/** With seconds, since lines come close together; the day, where it is another one. */
const whenOf = (at: string): string => (isToday(at) ? exactTime(at) : time(at, Date.now(), { clockToo: true }));

function Level({ of: { level } }: { readonly of: LogLine }): ReactNode {
  const mark = levelMarks[level];
  const word = t(`log.word.${level}`);
  return mark === undefined ? <span className="faint">{word}</span> : <State mark={mark}>{word}</State>;
}

function Details({ of: line }: { readonly of: LogLine }): ReactNode {
  const details = detailsOf(line).filter(([name]) => name !== 'pair');
  if (details.length === 0) return null;
  return (
    <span className={css.details}>
      {details.map(([name, value]) => (
        <span key={name}>
          {name} {cleanText(value)}
        </span>
      ))}
    </span>
  );
}
