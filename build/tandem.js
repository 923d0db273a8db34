#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { broughtNode, isRightNode, wrongNodeText } from './right-node.js';

/**
 * The command `tandem`. On a Node that can run the sources they run in this process, so that a signal, even one that
 * nobody can catch, reaches the engine itself. On an older Node the one that the lockfile brought takes over; there
 * `kill -9` on the launcher leaves the engine to finish by itself.
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const main = join(root, 'electron', 'cli', 'main.ts');

if (isRightNode()) await runHere();
else runWith(broughtNode(root));

async function runHere() {
  // Before 24.12 Node announces on stderr that it strips types; that says nothing to people who use the command.
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'object' ? rest[0]?.type : rest[0];
    if (type !== 'ExperimentalWarning') emitWarning(warning, ...rest);
  };
  process.argv[1] = main;
  keepCompiled();
  await import(pathToFileURL(main).href);
}

/** Sources once read start faster the next time. Where nothing can be kept, nothing is lost. */
function keepCompiled() {
  try {
    const folder = cacheFolder();
    if (folder !== null) module.enableCompileCache?.(folder);
  } catch {
    // A start without it is only slower.
  }
}

/** The user's own folder for what can be made again; `null` where there is none. */
function cacheFolder() {
  const { env, platform } = process;
  if (platform === 'win32') return env.LOCALAPPDATA ? join(env.LOCALAPPDATA, 'Tandem', 'cache', 'compiled') : null;
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'tandem', 'compiled');
  const home = homedir();
  if (!existsSync(home)) return null;
  return platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'Tandem', 'compiled')
    : join(home, '.cache', 'tandem', 'compiled');
}

function runWith(node) {
  if (node === null) {
    process.stderr.write(wrongNodeText());
    process.exitCode = 1;
    return;
  }
  const args = ['--disable-warning=ExperimentalWarning', main, ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: 'inherit', env: childEnv() });
  const stopForwarding = forwardSignals(child);
  child.once('error', (error) => {
    stopForwarding();
    process.stderr.write(
      `Starting ${node} stopped: ${error.message}\nNothing was run and nothing was changed.\nRun "npm ci" again.\n`,
    );
    process.exitCode = 1;
  });
  child.once('exit', (code, signal) => {
    stopForwarding();
    if (signal === null) process.exitCode = code ?? 1;
    else process.kill(process.pid, signal);
  });
}

/** The other Node starts with the sources themselves, so that it is told by its environment what to keep. */
function childEnv() {
  try {
    const folder = process.env.NODE_COMPILE_CACHE ?? cacheFolder();
    return folder === null ? process.env : { ...process.env, NODE_COMPILE_CACHE: folder };
  } catch {
    return process.env;
  }
}

/** A terminal sends Ctrl-C to both processes by itself; a second one from here would mean "at once" to the engine. */
function forwardSignals(child) {
  const terminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const handler = () => {
      if (signal !== 'SIGINT' || !terminal) child.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
