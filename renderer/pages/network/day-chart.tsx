import type { ReactNode } from 'react';
import type { WireServerQuarter } from '../../../shared/contract/network-shapes.ts';
import chart from '../../components/chart.module.css';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';
import { availabilityOf, DAY_MS, QUARTER_MS, stretchesOf } from './day.ts';
import css from './network.module.css';

const WIDTH = 200;
const HEIGHT = 28;
const FOOT = 25;
/** A server that is near draws a flat line: less than this is no news. */
const LEAST_MS = 20;

/** How long a server took to answer over 24 hours, with a gap where it did not; in words it says as much. */
export function DayChart({
  day,
  server,
  now,
}: {
  readonly day: readonly WireServerQuarter[];
  readonly server: string;
  readonly now: number;
}): ReactNode {
  const x = (at: number): number => ((at - (now - DAY_MS)) / DAY_MS) * WIDTH;
  const most = Math.max(LEAST_MS, ...day.map(({ latencyMs }) => latencyMs ?? 0));
  const y = (ms: number): number => FOOT - (ms / most) * (FOOT - 4);
  return (
    <svg
      className={css.serverChart}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`${server}: ${dayWords(day, now)}`}
    >
      {day
        .filter((quarter) => availabilityOf(quarter) !== 'answered')
        .map(({ from }) => (
          <rect
            key={from}
            className={chart.chartGap}
            x={Math.max(0, x(Date.parse(from)))}
            y={0}
            width={(QUARTER_MS / DAY_MS) * WIDTH}
            height={HEIGHT}
          />
        ))}
      <path className={chart.chartAxis} d={`M0 27.5h${WIDTH}`} />
      {linesOf(day).map((line) => (
        <path
          key={line[0]?.from}
          className={chart.chartLine}
          d={line
            .flatMap(({ from, latencyMs }) => {
              const at = y(latencyMs ?? 0).toFixed(1);
              const begin = Date.parse(from);
              return [begin, begin + QUARTER_MS].map(
                (end) => `${Math.min(WIDTH, Math.max(0, x(end))).toFixed(1)} ${at}`,
              );
            })
            .map((point, i) => `${i === 0 ? 'M' : 'L'}${point}`)
            .join('')}
        />
      ))}
    </svg>
  );
}

/** Answers in a row: where nobody asked, or nobody answered, the line is broken. */
function linesOf(day: readonly WireServerQuarter[]): readonly (readonly WireServerQuarter[])[] {
  const lines: WireServerQuarter[][] = [];
  let end: number | undefined;
  for (const quarter of day) {
    const from = Date.parse(quarter.from);
    if (quarter.latencyMs !== null) {
      if (end === from) lines.at(-1)?.push(quarter);
      else lines.push([quarter]);
      end = from + QUARTER_MS;
    }
  }
  return lines;
}

/** The day in one sentence. */
export function dayWords(day: readonly WireServerQuarter[], now: number): string {
  const sum = (of: 'asked' | 'answered'): number => day.reduce((all, quarter) => all + quarter[of], 0);
  const [asked, answered] = [sum('asked'), sum('answered')];
  if (asked === 0) return t('network.day.none');
  if (asked === answered) return t('network.day.all', { n: asked });
  const away = stretchesOf(day, now).findLast(({ was }) => was === 'silent' || was === 'partly');
  const from = away === undefined ? '' : time(new Date(away.from).toISOString(), now);
  return t('network.day.some', { n: asked, answered, time: from });
}
