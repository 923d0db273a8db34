import { AppError } from '../../../shared/contract/errors.ts';
import { must } from '../../../shared/lib/assert.ts';
import { nearest } from '../../../shared/lib/nearest.ts';
import type { Trigger } from '../../../shared/model/words.ts';
import type { Binding } from '../bind-pair.ts';
import { keyFromHex } from '../port/key-codec.ts';
import type { SyncRequest } from '../requests.ts';
import { refName, type Scope } from './context.ts';

/** The limits a request sets, checked: an unknown collection is an error that names the nearest. */
export function scopeOf(
  binding: Binding,
  request: Pick<SyncRequest, 'collections' | 'key' | 'direction' | 'overwriteDrift' | 'plan' | 'partial'> & {
    readonly trigger?: Trigger;
  },
): Scope {
  for (const name of request.collections ?? [])
    if (!binding.collections.has(name)) throw unknownCollection(binding, name);
  if (request.overwriteDrift) checkOverwrite(binding, request);
  return {
    collections: request.collections ?? null,
    key: request.key
      ? { collection: must(request.collections?.[0], 'the collection of the key'), key: request.key }
      : null,
    direction: request.direction ?? 'both',
    overwriteDrift: request.overwriteDrift ?? false,
    pins: request.plan
      ? new Map(
          request.plan.map(({ key, ...entry }) => {
            const pin = { ...entry, key: keyFromHex(key) };
            return [refName(pin), pin];
          }),
        )
      : null,
    partial: request.partial ?? false,
    again: request.trigger === 'manual',
    only: null,
  };
}

/** What goes both ways drifts from nothing: an edit of either side is to flow, and is never overwritten in bulk. */
function checkOverwrite(
  binding: Binding,
  { plan, collections, direction }: Pick<SyncRequest, 'plan' | 'collections' | 'direction'>,
): void {
  if (plan)
    throw usage(
      'A saved plan says what is written; --overwrite-drift does not go with it.',
      'Leave one of the two out.',
    );
  const oneWay = [...binding.collections.values()].some(
    (settings) => settings.direction !== 'both' && (collections?.includes(settings.name) ?? true),
  );
  if (oneWay || direction === undefined || direction === 'both') return;
  throw usage(
    'There is no drift to overwrite: in this pair these collections go both ways, so an edit on either side is to reach the other.',
    'Leave out --overwrite-drift, and what was edited on the receiving side waits for a sync in both directions. To make one side follow the other from now on: tandem pair edit NAME --direction a-to-b',
  );
}

const usage = (message: string, hint: string): AppError =>
  new AppError({ code: 'usage', operation: 'sync', message, next: 'Nothing was started.', hint });

function unknownCollection(binding: Binding, name: string): AppError {
  const near = nearest(name, [...binding.collections.keys()]);
  return new AppError({
    code: 'not-found',
    operation: 'sync',
    message: `There is no collection ${name} in this pair.`,
    next: 'Nothing was started.',
    hint:
      near === undefined ? `Its collections: ${[...binding.collections.keys()].join(', ')}.` : `Did you mean ${near}?`,
  });
}
