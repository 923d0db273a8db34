import type { FastifyInstance, FastifyReply } from 'fastify';

/** What a browser may do on a page of ours: load what this server has, and ask it. */
export const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tandem</title>
<link rel="stylesheet" href="/tandem.css">
<script src="/login.js" defer></script>
<main>
<h1>Tandem</h1>
<p id="said" role="status">Open the link that <code>tandem serve</code> printed. It can be used once.</p>
<form id="login" hidden>
<label>Token (<code>tandem serve --print-token</code>) <input id="token" type="password" autocomplete="off" required></label>
<button>Log in</button>
</form>
</main>
</html>
`;

/** The end of the link never reaches a server in an address: the page takes it from there and shows it once. */
const SCRIPT = `const said = document.getElementById('said');
const form = document.getElementById('login');
async function enter(token) {
  const answer = await fetch('/api/v1/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) return entered();
  const { message, hint } = await answer.json();
  said.textContent = message + ' ' + hint;
  form.hidden = false;
}
function entered() {
  form.hidden = true;
  location.reload();
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void enter(document.getElementById('token').value);
});
const link = /^#t=(.+)$/.exec(location.hash);
if (link) history.replaceState(null, '', '/');
if (link) void enter(link[1]);
else form.hidden = false;
`;

const STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
pre { overflow-x: auto; }
code, pre { font-family: ui-monospace, monospace; }
`;

/** The page that a link from the terminal opens. It tells nothing that is not for everybody. */
export const sendLoginPage = (reply: FastifyReply): FastifyReply =>
  reply.header('content-security-policy', PAGE_POLICY).type('text/html').send(PAGE);

/** What the login page, and every other plain page of the server, loads. */
export function addLoginParts(app: FastifyInstance): void {
  const options = { config: { open: true } } as const;
  app.get('/login.js', options, (_, reply) => reply.type('text/javascript').send(SCRIPT));
  app.get('/tandem.css', options, (_, reply) => reply.type('text/css').send(STYLE));
}
