import { FlaskConical } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { AppErrorBody } from '../../../shared/contract/errors.ts';
import type { WirePairStatus } from '../../../shared/contract/pair-shapes.ts';
import type { WireRehearsal } from '../../../shared/contract/run-shapes.ts';
import { sizeText } from '../../../shared/lib/size-text.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { useTransport, useWindow } from '../../store/hooks.ts';
import { errorBodyOf } from '../../store/store.ts';
import { useLabels, type Labels } from '../../store/use-labels.ts';
import { t } from '../../text/text.ts';

interface Props {
  readonly pair: string;
  readonly status: WirePairStatus | undefined;
  readonly disabled: boolean;
}

/** Tries a sync on copies of both sides, where copies can be made. */
export function Rehearse({ pair, status, disabled }: Props): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={FlaskConical} disabled={disabled} onClick={() => setOpen(true)}>
        {t('rehearse.button')}
      </Button>
      {open ? <RehearseDialog pair={pair} status={status} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

type Stage =
  | { readonly state: 'before' }
  | { readonly state: 'going' }
  | { readonly state: 'failed'; readonly error: AppErrorBody }
  | { readonly state: 'done'; readonly result: WireRehearsal };

function RehearseDialog({
  pair,
  status,
  onClose,
}: Omit<Props, 'disabled'> & { readonly onClose: () => void }): ReactNode {
  const transport = useTransport();
  const labels = useLabels(pair);
  const [stage, setStage] = useState<Stage>({ state: 'before' });
  const ending = useRef(new AbortController());
  // Leaving stops it: the copies go.
  useEffect(() => () => ending.current.abort(), []);
  const start = (): void => {
    const controller = new AbortController();
    ending.current = controller;
    setStage({ state: 'going' });
    transport.call('runs.rehearse', { pair }, { signal: controller.signal }).then(
      (result) => (controller.signal.aborted ? undefined : setStage({ state: 'done', result })),
      (cause: unknown) =>
        controller.signal.aborted ? undefined : setStage({ state: 'failed', error: errorBodyOf(cause) }),
    );
  };
  const server = [status?.a, status?.b].find((side) => side !== undefined && /^mongodb/i.test(side.url));
  return (
    <Dialog
      open
      alert={stage.state === 'going'}
      onClose={onClose}
      title={t('rehearse.title', { pair })}
      sentence={t('rehearse.sentence')}
      foot={
        <>
          <Button onClick={onClose}>{t(stage.state === 'going' ? 'rehearse.stop' : 'rehearse.close')}</Button>
          <span className="push" />
          {server === undefined && stage.state !== 'done' ? (
            <Button kind="primary" disabled={stage.state === 'going'} onClick={start}>
              {t(stage.state === 'failed' ? 'rehearse.again' : 'rehearse.start')}
            </Button>
          ) : null}
        </>
      }
    >
      <div className="stack small" aria-live="polite">
        {server !== undefined ? (
          <Notice title={t('rehearse.cannot', { side: server.label })}>
            <p>{t('rehearse.cannot.next')}</p>
          </Notice>
        ) : stage.state === 'before' ? (
          <p>{t('rehearse.where')}</p>
        ) : stage.state === 'going' ? (
          <Going pair={pair} />
        ) : stage.state === 'failed' ? (
          <ErrorNotice error={stage.error} />
        ) : (
          <ul className="stack">
            {linesOf(stage.result, labels).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        )}
      </div>
    </Dialog>
  );
}

/** By itself, since it is told many times a second. */
function Going({ pair }: { readonly pair: string }): ReactNode {
  const collection = useWindow(({ progress }) => progress[pair]?.collection ?? '');
  return <p>{collection === '' ? t('rehearse.copying') : t('rehearse.going', { collection })}</p>;
}

/** What came of it, in plain sentences; what would stop it comes first. */
function linesOf({ run, waiting, copied, unchanged }: WireRehearsal, labels: Labels): string[] {
  const sides = ['A', 'B'] as const;
  const wrote = sides.map((side) => {
    const { insert, update, delete: gone } = run.written[side];
    return t('rehearse.wrote', { side: labels[side], added: insert, changed: update, deleted: gone });
  });
  return [
    ...(run.error === null ? [] : [t('rehearse.failed', { why: run.error.message })]),
    ...run.brakes.map(({ cause }) => t('rehearse.brake', { cause })),
    ...wrote,
    t('rehearse.conflicts', { n: waiting.conflicts }),
    ...(waiting.holds > 0 ? [t('rehearse.holds', { n: waiting.holds })] : []),
    ...sides.map((side) =>
      t(unchanged[side].changedByOthers ? 'rehearse.byOthers' : 'rehearse.unchanged', { side: labels[side] }),
    ),
    t('rehearse.removed', { size: sizeText(copied) }),
  ];
}
