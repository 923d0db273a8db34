import type { ReactNode } from 'react';
import type { WireReceipt } from '../../../shared/contract/run-shapes.ts';
import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import { Button } from '../../components/button.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { tell } from '../../components/toast.tsx';
import { useAct, useWindow } from '../../store/hooks.ts';
import { t } from '../../text/text.ts';
import { time } from '../../text/times.ts';

const MOST_NAMED = 3;

/** When both sides were last proved equal, over how much, and what was not compared; compares again on request. */
export function ReceiptNotice({ status: { pair, lastReceipt } }: { readonly status: WirePairStatus }): ReactNode {
  const { act, busy, error } = useAct();
  const compare = async (): Promise<void> => {
    if ((await act('receipts.compare', { pair })) !== undefined) tell({ text: t('pair.compared') });
  };
  const button = (
    <Button size="small" disabled={busy} onClick={() => void compare()}>
      {busy ? t('pair.comparing') : lastReceipt === null ? t('pair.compare') : t('pair.compareAgain')}
    </Button>
  );
  return (
    <>
      {error === undefined ? null : <ErrorNotice error={error} />}
      {lastReceipt === null ? (
        <Notice title={t('pair.receipt.none')} actions={button}>
          <p className="muted">{busy ? <Progress pair={pair} /> : t('pair.receipt.none.next')}</p>
        </Notice>
      ) : (
        <Notice mark={markOf(lastReceipt)} title={titleOf(lastReceipt)} actions={button}>
          <p className="muted">{busy ? <Progress pair={pair} /> : factsOf(lastReceipt)}</p>
        </Notice>
      )}
    </>
  );
}

function Progress({ pair }: { readonly pair: string }): ReactNode {
  const progress = useWindow((state) => state.progress[pair]);
  if (progress === undefined || progress.all === 0) return t('pair.comparing');
  return t('add.running.progress', { done: progress.done, all: progress.all, collection: progress.collection });
}

const sum = ({ collections }: WireReceipt, count: (one: WireReceipt['collections'][number]) => number): number =>
  collections.reduce((so, one) => so + count(one), 0);

/** What differs and is no question. */
const differing = (receipt: WireReceipt): number =>
  sum(receipt, ({ different, onlyA, onlyB }) => different + onlyA + onlyB);
export const compared = (receipt: WireReceipt): number =>
  sum(
    receipt,
    ({ equal, different, onlyA, onlyB, waiting, apart }) => equal + different + onlyA + onlyB + waiting + apart,
  );

const markOf = (receipt: WireReceipt): 'step' | 'wait' =>
  differing(receipt) === 0 && sum(receipt, ({ waiting }) => waiting) === 0 ? 'step' : 'wait';

function titleOf(receipt: WireReceipt): string {
  const waiting = sum(receipt, (one) => one.waiting);
  const open = differing(receipt);
  if (open > 0) return t('pair.receipt.differ', { n: open });
  return waiting > 0 ? t('pair.receipt.except', { n: waiting }) : t('pair.receipt.equal');
}

function factsOf(receipt: WireReceipt): string {
  const named = receipt.notCompared.slice(0, MOST_NAMED).join('; ');
  const left = receipt.notCompared.length - MOST_NAMED;
  return t('pair.receipt.facts', {
    time: time(receipt.at),
    n: compared(receipt),
    collections: t('pair.receipt.collections', { n: receipt.collections.length }),
    list:
      receipt.notCompared.length === 0
        ? t('pair.receipt.nothingLeft')
        : left > 0
          ? t('pair.receipt.more', { list: named, n: left })
          : named,
  });
}
