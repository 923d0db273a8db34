import type { ReactNode } from 'react';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import css from './add.module.css';
import type { Sums } from './sums.ts';

interface Props {
  readonly sums: Sums;
  readonly only: 'compare' | undefined;
}

/** Five figures with what happens to each of them. */
export function Tiles({ sums, only }: Props): ReactNode {
  const said = (words: string): string => (only === 'compare' ? t('add.compare.tile') : words);
  const copied = (side: 'A' | 'B', n: number, all: number): string => {
    const to = t(`add.side.${side}`);
    if (n === 0) return t('add.tile.stay');
    return n === all ? t('add.tile.copied', { side: to }) : t('add.tile.copiedSome', { n, side: to });
  };
  return (
    <div className={css.tiles}>
      <Tile n={sums.equal} name={t('add.tile.equal')} next={said(t('add.tile.equal.next'))} />
      <Tile n={sums.onlyA} name={t('add.tile.onlyA')} next={said(copied('B', sums.toB, sums.onlyA))} />
      <Tile n={sums.onlyB} name={t('add.tile.onlyB')} next={said(copied('A', sums.toA, sums.onlyB))} />
      <Tile n={sums.different} name={t('add.tile.different')} next={said(t('add.tile.different.next'))} asks />
      <Tile n={sums.uniqueClashes} name={t('add.tile.unique')} next={said(t('add.tile.unique.next'))} asks />
    </div>
  );
}

interface TileProps {
  readonly n: number;
  readonly name: string;
  readonly next: string;
  /** Amber where there is something that only a person can say. */
  readonly asks?: boolean;
}

const Tile = ({ n, name, next, asks = false }: TileProps): ReactNode => (
  <div className={css.tile} {...(asks && n > 0 ? { 'data-state': 'wait' } : {})}>
    <span className={css.tileFigure}>{number(n)}</span>
    <span className="small medium">{name}</span>
    <span className="tiny">{n > 0 ? next : ''}</span>
  </div>
);
