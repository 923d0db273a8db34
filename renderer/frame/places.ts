import { FolderLock, GitCompareArrows, History, LayoutDashboard, Network, type LucideIcon } from 'lucide-react';
import { addresses } from '../model/addresses.ts';
import type { MessageId } from '../text/messages.ts';

/** The five places of the side bar, in the order of Alt+1 … Alt+5. */
export const places: readonly { readonly to: string; readonly label: MessageId; readonly icon: LucideIcon }[] = [
  { to: addresses.overview(), label: 'nav.overview', icon: LayoutDashboard },
  { to: addresses.conflicts(), label: 'nav.conflicts', icon: GitCompareArrows },
  { to: addresses.sessions(), label: 'nav.sessions', icon: FolderLock },
  { to: addresses.history(), label: 'nav.history', icon: History },
  { to: addresses.network(), label: 'nav.network', icon: Network },
];
