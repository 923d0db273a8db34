/** What of a unit depends on the computer. */
export interface UnitParts {
  /** The command, word by word. */
  readonly command: readonly string[];
  /** The folder whose `.env` names the databases; `null`: none. */
  readonly folder: string | null;
}

/** A user unit of systemd that runs `tandem serve`, as text. */
export function unitText({ command, folder }: UnitParts): string {
  return `[Unit]
Description=Tandem

[Service]
Type=exec
ExecStart=${command.map(unitWord).join(' ')}
${folder === null ? '' : `# Its .env names the databases.\nWorkingDirectory=${folder.replaceAll('%', '%%')}\n`}# Reads the settings anew.
ExecReload=/bin/kill -HUP $MAINPID
# The link that it prints is for a terminal, not for the journal.
StandardOutput=null
Restart=on-failure
RestartSec=5
# It ends after the running batches, with 143.
KillSignal=SIGTERM
TimeoutStopSec=90
SuccessExitStatus=143
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
`;
}

/** A word that systemd takes as it is: it replaces `%` and `$`, and splits at spaces. */
function unitWord(word: string): string {
  const plain = word.replaceAll('%', '%%').replaceAll('$', () => '$$');
  return /^[\w./:@%$=+,-]+$/.test(plain) ? plain : `"${plain.replaceAll(/["\\]/g, (each) => `\\${each}`)}"`;
}
