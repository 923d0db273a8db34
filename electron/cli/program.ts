import { Command, Help, Option } from 'commander';
import { PROGRAM_VERSION } from '../api/host/program-parts.ts';
import { addBrake } from './commands/brake.ts';
import { addCompletion } from './commands/completion.ts';
import { addConfig, addDoctor } from './commands/config.ts';
import { addConflicts, addShow } from './commands/conflicts.ts';
import { addHistory, addUndo } from './commands/history.ts';
import { addHolds } from './commands/holds.ts';
import { addNetwork, addPause, addResume } from './commands/live.ts';
import { addCompare, addHint, addTimeline } from './commands/looking.ts';
import { addPair } from './commands/pair.ts';
import { addOpen } from './commands/open.ts';
import { addPlan } from './commands/plan.ts';
import { addAutoResolve, addResolve } from './commands/resolve.ts';
import { addServe } from './commands/serve.ts';
import { addStatus } from './commands/status.ts';
import { addSync } from './commands/sync.ts';
import { addWatch } from './commands/watch.ts';
import type { Runner } from './cli.ts';
import { oneOf } from './parse/choices.ts';
import { addExitHelp } from './text/exit-help.ts';

/** The whole command line. `run` carries out what a command decides. */
export function buildProgram(run: Runner): Command {
  const program = new Command('tandem')
    .description('Keeps databases in step, two-way, and tells in plain words what happened.')
    .version(PROGRAM_VERSION, '-v, --version', 'print the version')
    .option('--json', 'print one JSON document')
    .option('--home <dir>', 'keep configuration and state below this folder (or TANDEM_HOME)')
    .option('--no-input', 'never ask')
    .option('--yes', 'answer questions with yes; never answers a brake')
    .addOption(
      new Option('--log-level <level>', 'how much the log file tells: debug, info, warn, error').argParser(
        oneOf(['debug', 'info', 'warn', 'error'] as const, 'log level'),
      ),
    )
    .helpOption('-h, --help', 'show help')
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: 100,
      // What a command takes itself is said once, in its own words.
      visibleGlobalOptions(command) {
        const own = new Set(command.options.map(({ long }) => long));
        return Object.assign(new Help(), { showGlobalOptions: true })
          .visibleGlobalOptions(command)
          .filter(({ long }) => !own.has(long));
      },
    });
  const add = [
    addPair,
    addPlan,
    addSync,
    addWatch,
    addServe,
    addOpen,
    addPause,
    addResume,
    addNetwork,
    addStatus,
    addConflicts,
    addShow,
    addResolve,
    addAutoResolve,
    addHolds,
    addHistory,
    addUndo,
    addCompare,
    addTimeline,
    addBrake,
    addHint,
    addConfig,
    addDoctor,
    addCompletion,
  ];
  for (const each of add) each(program, run);
  addExitHelp(program);
  return program;
}
