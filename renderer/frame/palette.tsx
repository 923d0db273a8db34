import { Autocomplete } from '@base-ui/react/autocomplete';
import { useRef, useState, type ReactNode } from 'react';
import { Dialog } from '../components/dialog.tsx';
import field from '../components/field.module.css';
import { addresses } from '../model/addresses.ts';
import { go } from '../router/location.ts';
import { usePairs } from '../store/hooks.ts';
import { t } from '../text/text.ts';
import css from './frame.module.css';
import { places } from './places.ts';
import { useSync } from './use-sync-all.ts';

interface Found {
  readonly label: string;
  readonly what: string;
  readonly does: () => void;
}

/** Ctrl+K: pairs, pages and actions by a part of their name. */
export function Palette({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactNode {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const all = useAll();
  const found = all.filter(({ label }) => label.toLowerCase().includes(text.trim().toLowerCase()));
  const close = (): void => {
    setText('');
    onClose();
  };
  const choose = ({ does }: Found): void => {
    close();
    does();
  };
  return (
    <Dialog open={open} onClose={close} title={t('palette.title')} initialFocus={input}>
      <Autocomplete.Root
        items={found}
        filter={null}
        value={text}
        onValueChange={setText}
        itemToStringValue={({ label }) => label}
        inline
        open
        autoHighlight="always"
      >
        <Autocomplete.Input
          ref={input}
          className={field.input}
          aria-label={t('palette.label')}
          placeholder={t('palette.label')}
        />
        <Autocomplete.Empty className="small muted">
          {found.length === 0 ? t('palette.none', { text }) : null}
        </Autocomplete.Empty>
        <Autocomplete.List className={css.paletteList}>
          {(item: Found) => (
            <Autocomplete.Item
              key={`${item.what} ${item.label}`}
              value={item}
              className={css.paletteItem}
              onClick={() => choose(item)}
            >
              <span>{item.label}</span>
              <span className="push faint tiny">{item.what}</span>
            </Autocomplete.Item>
          )}
        </Autocomplete.List>
      </Autocomplete.Root>
    </Dialog>
  );
}

function useAll(): readonly Found[] {
  const pairs = usePairs() ?? [];
  const sync = useSync();
  const page = (label: string, to: string): Found => ({ label, what: t('palette.page'), does: () => go(to) });
  return [
    ...pairs.map(({ pair }) => ({ label: pair, what: t('palette.pair'), does: () => go(addresses.pair(pair)) })),
    ...places.map(({ label, to }) => page(t(label), to)),
    page(t('log.title'), addresses.log()),
    page(t('nav.settings'), addresses.settings()),
    page(t('nav.addPair'), addresses.add()),
    { label: t('action.syncAll'), what: t('palette.action'), does: () => sync() },
    ...pairs.map(({ pair }) => ({
      label: `${t('action.syncNow')}: ${pair}`,
      what: t('palette.action'),
      does: () => sync(pair),
    })),
  ];
}
