import { Network as NetworkIcon, RefreshCw, ScrollText } from 'lucide-react';
import { useEffect, type ReactNode } from 'react';
import type { WireNetwork } from '../../../shared/contract/network-shapes.ts';
import { Button, ButtonLink } from '../../components/button.tsx';
import { Switch } from '../../components/choice.tsx';
import { EmptyState, Shown } from '../../components/empty.tsx';
import { ErrorNotice, Notice } from '../../components/notice.tsx';
import { PageBody, PageHead } from '../../components/page.tsx';
import { addresses } from '../../model/addresses.ts';
import overview from '../overview/overview.module.css';
import { useAct, useCall, type Acting } from '../../store/hooks.ts';
import { useNow } from '../../store/use-now.ts';
import { t } from '../../text/text.ts';
import { age, duration, time } from '../../text/times.ts';
import { Files } from './files.tsx';
import { Happened } from './happened.tsx';
import { Servers } from './servers.tsx';
import { headline, isBad, marks } from './words.ts';

/** The servers of the pairs: whether they answer, since when not, why, and what a person can do. */
export function Page(): ReactNode {
  const loaded = useCall('network.show', {}, ['network', 'pairs']);
  const acting = useAct();
  const { act, busy, error } = acting;
  // Only a change of state is told by the engine; each round of asking adds to the charts.
  const { reload } = loaded;
  const round = useNow(30_000);
  useEffect(() => reload(), [reload, round]);
  return (
    <>
      <PageHead
        title={t('nav.network')}
        facts={t('network.sub')}
        actions={
          <>
            <ButtonLink kind="quiet" icon={ScrollText} to={addresses.log()}>
              {t('network.log')}
            </ButtonLink>
            {loaded.data === undefined ? null : <Watch of={loaded.data} acting={acting} />}
            <Button icon={RefreshCw} disabled={busy} onClick={() => void act('network.check', {})}>
              {t('network.check')}
            </Button>
          </>
        }
      />
      <PageBody>
        <div className="stackLoose">
          {error === undefined ? null : <ErrorNotice error={error} />}
          <Shown of={loaded}>{(network) => <All of={network} acting={acting} />}</Shown>
        </div>
      </PageBody>
    </>
  );
}

const Watch = ({
  of: { running, checkIntervalSeconds },
  acting: { act },
}: {
  readonly of: WireNetwork;
  readonly acting: Acting;
}): ReactNode => (
  <span className="row small">
    <Switch
      hidden
      label={t('network.watch')}
      checked={running}
      onChange={(on) => void act(on ? 'network.start' : 'network.stop', {})}
    />
    {t('network.watch.every', { t: duration(checkIntervalSeconds) })}
  </span>
);

function All({ of: network, acting }: { readonly of: WireNetwork; readonly acting: Acting }): ReactNode {
  const { servers, pairs, history, lastCheck, running } = network;
  const now = useNow(5000);
  if (servers.length === 0)
    return (
      <>
        <EmptyState icon={NetworkIcon} title={t(pairs.length === 0 ? 'network.noPairs' : 'network.empty')}>
          {pairs.length === 0 ? null : t('network.empty.next')}
        </EmptyState>
        <Files pairs={pairs} servers={servers} />
      </>
    );
  const checked = lastCheck === null ? '' : `${t('network.checked', { age: age(lastCheck, now) })} `;
  return (
    <>
      <div className="stackTight">
        <h2 className={overview.headline}>{headline(network)}</h2>
        <p className="small muted">
          {checked}
          {running ? t('network.back') : t('network.off')}
        </p>
      </div>
      <Trouble of={network} acting={acting} />
      <Servers servers={servers} now={now} acting={acting} />
      <Files pairs={pairs} servers={servers} />
      <Happened history={history} />
    </>
  );
}

/** The server that needs a look first; what is wrong, what happens next, what you can do. */
function Trouble({
  of: { servers },
  acting: { act, busy },
}: {
  readonly of: WireNetwork;
  readonly acting: Acting;
}): ReactNode {
  const worst = servers.find(({ state }) => state === 'login-refused') ?? servers.find(isBad);
  if (worst === undefined) return null;
  const { pair, state, sentence, hint, nextCheck } = worst;
  return (
    <Notice
      mark={marks[state]}
      title={`${pair}: ${sentence}`}
      actions={
        <Button size="small" disabled={busy} onClick={() => void act('network.check', { pair })}>
          {t('error.again')}
        </Button>
      }
    >
      <p>
        {hint} {t('network.stays')} {nextCheck === null ? '' : `${t('network.next', { time: time(nextCheck) })}.`}
      </p>
    </Notice>
  );
}
