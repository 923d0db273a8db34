/** Where pages stand: one function per route of the design, so that no page writes an address by hand. */
const part = encodeURIComponent;

export const pairTabs = ['summary', 'collections', 'rules', 'schema', 'integrity'] as const;
export type PairTab = (typeof pairTabs)[number];
export const historyViews = ['runs', 'sessions', 'backups', 'decisions', 'holds'] as const;
export type HistoryView = (typeof historyViews)[number];

function query(values: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(values).filter((entry): entry is [string, string] => (entry[1] ?? '') !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

export const addresses = {
  overview: () => '/overview',
  conflicts: (filter: { pair?: string; kind?: string; collection?: string; q?: string } = {}) =>
    `/conflicts${query(filter)}`,
  conflict: (id: number, pair?: string) => `/conflicts/${id}${query({ pair })}`,
  sessions: () => '/sessions',
  session: (name: string) => `/sessions/${part(name)}`,
  history: (show?: HistoryView, pair?: string) => `/history${query({ show, pair })}`,
  historyRun: (id: number, pair?: string) => `/history/run/${id}${query({ pair })}`,
  network: () => '/network',
  /** `does`: the form in which the pair is changed or removed. */
  pair: (name: string, tab: PairTab = 'summary', does?: 'edit' | 'remove') =>
    `/pair/${part(name)}/${tab}${query({ do: does })}`,
  plan: (name: string) => `/pair/${part(name)}/plan`,
  run: (name: string, id: number | 'now') => `/pair/${part(name)}/run/${id}`,
  /** '' as the collection: the brake of the whole pair, written `*`. */
  brake: (name: string, collection: string) =>
    `/pair/${part(name)}/brake/${part(collection === '' ? '*' : collection)}`,
  /** By the text of the key; its bytes go along where they are known, since a text may be cut or stand for two keys. */
  record: (pair: string, collection: string, key: string | { readonly hex: string; readonly text: string }) =>
    `/record/${part(pair)}/${part(collection)}/${part(typeof key === 'string' ? key : key.text)}${query({
      key: typeof key === 'string' ? undefined : key.hex,
    })}`,
  settings: (group = 'general', pair?: string) => `/settings/${part(group)}${query({ pair })}`,
  log: () => '/log',
  /** `compare`: looks only, at two databases that are no pair. */
  add: (step = 1, only?: 'compare') => `/add/${step}${query({ only })}`,
  welcome: () => '/welcome',
} as const;
