import { Cloud, File, Leaf, type LucideIcon } from 'lucide-react';

interface Side {
  readonly label: string;
  readonly url: string;
}

/** A sign per kind of database; the name in words stands beside it. */
export function sideIcon({ url }: Side): LucideIcon {
  if (url.startsWith('mongodb+srv:')) return Cloud;
  return url.startsWith('mongodb:') ? Leaf : File;
}

const isGiven = (label: string): boolean => label !== 'This computer' && label !== 'Remote';

/** What people call the side, else the file or the server that it is. */
export function sideName({ label, url }: Side): string {
  if (isGiven(label) || url === '') return label;
  const place = url.replace(/^[a-z+]+:(\/\/)?/i, '').split('?')[0] ?? '';
  return url.startsWith('mongodb')
    ? `MongoDB ${place.split('@').at(-1) ?? ''}`
    : (place.split(/[\\/]/).findLast((part) => part !== '') ?? label);
}
