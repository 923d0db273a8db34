import {
  Ban,
  CopyPlus,
  FileX,
  Fingerprint,
  GitCompareArrows,
  Link2Off,
  Ruler,
  Undo2,
  type LucideIcon,
} from 'lucide-react';
import type { ConflictKind } from '../../../shared/model/words.ts';

export const kindIcons: Readonly<Record<ConflictKind, LucideIcon>> = {
  'update/update': GitCompareArrows,
  'delete/update': FileX,
  'insert/insert': CopyPlus,
  unique: Fingerprint,
  'fk-parent-missing': Link2Off,
  'fk-child-exists': Link2Off,
  'type-misfit': Ruler,
  rejected: Ban,
  schema: Ruler,
  bounce: Undo2,
  undone: Undo2,
  restored: Undo2,
};
