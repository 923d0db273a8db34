import type { ReactNode } from 'react';
import { Link } from '../../components/link.tsx';
import { State } from '../../components/state-icon.tsx';
import table from '../../components/table.module.css';
import { Value } from '../../components/value.tsx';
import { addresses } from '../../model/addresses.ts';
import { useCall } from '../../store/hooks.ts';
import { number } from '../../text/numbers.ts';
import { t } from '../../text/text.ts';
import type { ViewProps } from './page.tsx';
import { directionText } from './ways.ts';

interface Props extends ViewProps {
  /** What can be done with one of them, at the end of its row. */
  readonly action?: (name: string) => ReactNode;
}

/** Every collection of the pair with what the last receipt says of it, and what waits. */
export function CollectionRows({ status, pair, action }: Props): ReactNode {
  const { data } = useCall('conflicts.index', { pair: status.pair, limit: 1 }, ['conflicts']);
  const waitingOf = (name: string): number =>
    data?.counts.collections.find(({ collection }) => collection === name)?.n ?? 0;
  return (
    <div className={table.tableInset}>
      <table className={table.table}>
        <caption className="srOnly">{t('pair.collections')}</caption>
        <thead>
          <tr>
            <th>{t('pair.column.collection')}</th>
            <th>{t('pair.column.direction')}</th>
            <th className="wideOnly">{t('pair.column.key')}</th>
            <th className="num">{t('pair.column.equal')}</th>
            <th className="num">{t('pair.column.differ')}</th>
            <th className="num">{t('pair.column.waiting')}</th>
            {action === undefined ? <th>{t('pair.column.state')}</th> : null}
            {action === undefined ? null : (
              <th>
                <span className="srOnly">{t('pair.column.action')}</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {pair.collections.map((one) => (
            <Row
              key={one.name}
              status={status}
              pair={pair}
              name={one.name}
              waiting={waitingOf(one.name)}
              action={action}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface RowProps extends ViewProps {
  readonly name: string;
  readonly waiting: number;
  readonly action: Props['action'];
}

function Row({ status, pair, name, waiting, action }: RowProps): ReactNode {
  const one = pair.collections.find((entry) => entry.name === name);
  const told = status.lastReceipt?.collections.find((entry) => entry.name === name);
  const direction = one?.direction ?? pair.direction;
  const differs = told === undefined ? 0 : told.different + told.onlyA + told.onlyB;
  return (
    <tr>
      <td className="medium">
        <Value of={name} />
      </td>
      <td className="muted">{directionText(direction, pair)}</td>
      <td className="mono faint wideOnly">{one?.key.join(', ')}</td>
      <td className="num">{told === undefined ? '' : number(told.equal)}</td>
      <td className="num">{told === undefined ? '' : number(differs)}</td>
      <td className="num">
        {waiting === 0 ? (
          <span className="faint">0</span>
        ) : (
          <Link to={addresses.conflicts({ pair: status.pair, collection: name })}>
            {t('pair.waiting', { n: waiting })}
          </Link>
        )}
      </td>
      {action === undefined ? (
        <td>
          <StateOf waiting={waiting} differs={differs} isTold={told !== undefined} braked={isBraked(status, name)} />
        </td>
      ) : (
        <td className="num">{action(name)}</td>
      )}
    </tr>
  );
}

const isBraked = ({ brakes }: ViewProps['status'], name: string): boolean =>
  brakes.some(({ collection, answer }) => answer === null && (collection === name || collection === ''));

interface StateOfProps {
  readonly waiting: number;
  readonly differs: number;
  readonly isTold: boolean;
  readonly braked: boolean;
}

function StateOf({ waiting, differs, isTold, braked }: StateOfProps): ReactNode {
  if (braked) return <State mark="stop">{t('state.brake')}</State>;
  if (waiting > 0) return <State mark="wait">{t('state.waiting', { n: waiting })}</State>;
  if (!isTold) return <span className="faint">{t('pair.notCompared')}</span>;
  return differs > 0 ? (
    <State mark="wait">{t('state.waitingSync')}</State>
  ) : (
    <State mark="step">{t('state.inStep')}</State>
  );
}
