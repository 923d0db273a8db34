import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { savedPlan, type SavedPlan } from '../../shared/contract/plan-shapes.ts';
import { AppError } from '../../shared/contract/errors.ts';

/** Writes the plan whole or not at all. Only a file that is a saved plan itself is replaced. */
export function writePlanFile(path: string, plan: SavedPlan): void {
  if (existsSync(path) && !isPlan(path)) throw occupied(path);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, `${JSON.stringify(plan)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw fileError('Writing', path, cause);
  }
}

/** A plan saved by `plan --out`; any other file is refused before anything is begun. */
export function readPlanFile(path: string): SavedPlan {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw fileError('Reading', path, cause);
  }
  const plan = parse(text);
  if (plan) return plan;
  throw new AppError({
    code: 'usage',
    operation: 'sync',
    message: `Reading the plan ${path} failed: it is not a plan that this version of Tandem saved.`,
    next: 'Nothing was begun.',
    hint: 'Make it again with plan --out FILE.',
    subject: { path },
  });
}

function parse(text: string): SavedPlan | undefined {
  try {
    return savedPlan.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function isPlan(path: string): boolean {
  try {
    return parse(readFileSync(path, 'utf8')) !== undefined;
  } catch {
    return false;
  }
}

function occupied(path: string): AppError {
  return new AppError({
    code: 'already-exists',
    operation: 'plan',
    message: `Saving the plan as ${path} failed: there is a file of this name that is no plan.`,
    next: 'The file was left as it is.',
    hint: 'Name another file with --out.',
    subject: { path },
  });
}

function fileError(what: string, path: string, cause: unknown): AppError {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const known: Readonly<Record<string, readonly [AppError['code'], string]>> = {
    ENOENT: ['usage', 'there is no such file or folder'],
    EISDIR: ['usage', 'it is a folder'],
    EACCES: ['permission', 'the permission is missing'],
    EROFS: ['read-only', 'the disk is read-only'],
    ENOSPC: ['disk-full', 'the disk is full'],
  };
  const [error, why] = known[code] ?? (['internal', 'the file system refused it'] as const);
  return new AppError({
    code: error,
    operation: 'plan',
    message: `${what} the plan ${path} failed: ${why}.`,
    next: 'Nothing was written to either side.',
    hint: 'Name another file.',
    subject: { path },
    cause: message,
  });
}
